package ledger

import "bytes"

// since compares with an earlier bundle, or an earlier checkpoint as a witness keeps it.
func (c *checker) since(file []byte) {
	if old, err := ParseBundle(file); err == nil {
		if _, err := c.keys.open(file); err != nil {
			c.flaw(FlawUntrusted, "the earlier bundle: %v", err)
			return
		}
		for _, part := range old.Parts {
			c.checkpointSince(part.Checkpoint)
		}
		c.messagesSince(old)
		return
	}
	c.checkpointSince(string(file))
}

// checkpointSince looks for the part whose log the earlier checkpoint is of.
func (c *checker) checkpointSince(signed string) {
	old, ok := c.open(signed, "the earlier checkpoint")
	if !ok {
		return
	}
	for _, log := range c.Logs {
		if log.Checkpoint.Origin == old.Origin {
			c.continued(old, log.Checkpoint, log.part.Earlier)
			return
		}
	}
	c.flaw(FlawForeign, "%v is of a log of which the bundle has nothing", old)
}

// continued looks for the proof that leads from an earlier checkpoint to the bundle's.
func (c *checker) continued(old, head Checkpoint, earlier []Earlier) {
	err := Continues(old, head, nil)
	for _, e := range earlier {
		known, unreadable := OpenCheckpoint([]byte(e.Checkpoint), c.keys)
		switch {
		case unreadable != nil || err == nil:
		case known.Size == old.Size && known.Root != old.Root:
			c.flaw(FlawForked, "two roots of %v: the earlier one, and the one that the bundle goes on from", old)
			return
		case known == old:
			err = Continues(old, head, e.Proof)
		}
	}
	if err == nil {
		return
	}
	if code := codeOf(err); code != FlawUnproven {
		c.flaw(code, "%v", err)
		return
	}
	c.flaw(FlawUnproven, "nothing in the bundle leads from %v to size %d: make it with --since and that file", old, head.Size)
}

// messagesSince compares message by message with an earlier bundle of the same request.
func (c *checker) messagesSince(old Bundle) {
	if old.Request != c.Bundle.Request {
		return
	}
	now := map[string]Part{}
	for _, p := range c.Bundle.Parts {
		now[p.Subject] = p
	}
	for _, p := range old.Parts {
		messages := now[p.Subject].Messages
		for i, e := range p.Messages {
			m, err := ParseLeaf(e.Leaf)
			switch {
			case err != nil:
				c.flaw(FlawMalformed, "the earlier bundle: %v", err)
			case i >= len(messages):
				c.flaw(FlawChanged, "%s sequence %d is in the earlier bundle and missing here", m.Stream, m.Sequence)
			case !bytes.Equal(messages[i].Leaf, e.Leaf):
				c.flaw(FlawChanged, "%s sequence %d is another message than in the earlier bundle", m.Stream, m.Sequence)
			}
		}
	}
}
