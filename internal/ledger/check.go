package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// VersionHeader is the header in which a message of the record says how many precede it on its subject.
const VersionHeader = "Vg-Version"

// Asked is what a bundle is checked against.
type Asked struct {
	// Trust are keys from outside the bundle. The zero value: whether all fits is told, who signed is not known.
	Trust Trust
	// Since is the file of an earlier bundle or checkpoint; nil: none.
	Since []byte
}

// Flaw is one thing that is wrong.
type Flaw struct {
	Code string // see the constants
	What string // where, and what it means; ids, sequences and sizes only
}

// The codes of flaws.
const (
	FlawMalformed  = "malformed"    // no bundle, or cut off
	FlawTampered   = "tampered"     // changed after it was signed
	FlawUntrusted  = "untrusted"    // signed by nobody who is trusted: a wrong trust file, or not ours
	FlawNotLogged  = "not_logged"   // a message is not what the log holds at its sequence
	FlawOrder      = "order"        // messages are not in the order of their sequences
	FlawGap        = "gap"          // versions are missing, or come twice
	FlawForeign    = "foreign"      // of another request, subject or stream
	FlawEmpty      = "empty"        // no message
	FlawRolledBack = "rolled_back"  // the log was longer
	FlawForked     = "forked"       // the log was another one
	FlawUnproven   = "unproven"     // nothing in here leads from the earlier checkpoint to this one
	FlawChanged    = "since_differ" // an earlier bundle says otherwise of a message
)

// Verdict is what a check found out.
type Verdict struct {
	Bundle  Bundle // as far as it could be read
	Signed  string // by whom, as the bundle says
	Trusted bool   // and that is believed
	Logs    []Log
	Flaws   []Flaw
}

// Log is what a part proves.
type Log struct {
	Checkpoint Checkpoint
	Witnessed  uint64 // the size that was given to the witness last, by the bundle's word; 0: none
	Before     []Head // from which the log is shown to go on
	Messages   []Message

	part Part
}

// Head is a checkpoint as it was signed.
type Head struct {
	Checkpoint
	Note string
}

// Behind are the messages that were stored after a head.
func (l Log) Behind(head Head) []Message {
	for i, m := range l.Messages {
		if m.Sequence > head.Size {
			return l.Messages[i:]
		}
	}
	return nil
}

// Unwitnessed are the messages that no witness knows of.
func (l Log) Unwitnessed() []Message {
	return l.Behind(Head{Checkpoint: Checkpoint{Size: l.Witnessed}})
}

// Span is when the first and the last message were stored.
func (l Log) Span() (first, last time.Time) {
	if len(l.Messages) > 0 {
		first, last = l.Messages[0].Stored, l.Messages[len(l.Messages)-1].Stored
	}
	return first, last
}

func (v *Verdict) flaw(code, format string, args ...any) {
	v.Flaws = append(v.Flaws, Flaw{Code: code, What: fmt.Sprintf(format, args...)})
}

// Check says everything that is wrong with the file of a bundle.
func Check(file []byte, asked Asked) Verdict {
	var v Verdict
	b, err := ParseBundle(file)
	if err != nil {
		v.flaw(FlawMalformed, "%v", err)
		return v
	}
	v.Bundle, v.Signed = b, signsBundles(b.Record)
	own, err := ParseTrust(strings.Join(b.Keys, "\n"))
	if err != nil {
		v.flaw(FlawMalformed, "keys in the bundle: %v", err)
	}
	if _, err := own.open(file); err != nil {
		v.flaw(FlawTampered, "the bundle was changed after it was signed: %v", err)
	}
	c := checker{Verdict: &v, keys: own}
	if len(asked.Trust.lines) > 0 {
		c.trust(file, asked.Trust)
	}
	if len(b.Parts) == 0 {
		v.flaw(FlawEmpty, "no log and no message")
	}
	for _, p := range b.Parts {
		c.part(p)
	}
	if asked.Since != nil {
		c.since(asked.Since)
	}
	return v
}

// checker works on a verdict.
type checker struct {
	*Verdict
	keys Trust // the trusted ones, where they fit; else those of the bundle itself
}

// trust goes on with the trusted keys when one of them signed the bundle.
func (c *checker) trust(file []byte, trusted Trust) {
	_, err := trusted.open(file)
	switch {
	case err == nil:
		c.keys, c.Trusted = trusted, true
	case errors.Is(err, ErrUnknownSigner):
		c.flaw(FlawUntrusted, "not signed with any of the %d trusted keys, but: %v. Either the trust file is of another record, or the bundle is not genuine", len(trusted.lines), err)
	default: // said already of the bundle's own keys
	}
}

// open reads a checkpoint by the keys that count, and says what is wrong with it.
func (c *checker) open(signed, what string) (Checkpoint, bool) {
	head, err := OpenCheckpoint([]byte(signed), c.keys)
	switch {
	case err == nil:
		return head, true
	case errors.Is(err, ErrUnknownSigner):
		c.flaw(FlawUntrusted, "%s: %v", what, err)
		return head, true // what follows from it is still worth a word
	default:
		c.flaw(FlawTampered, "%s: %v", what, err)
		return Checkpoint{}, false
	}
}

func (c *checker) part(p Part) {
	head, ok := c.open(p.Checkpoint, "checkpoint of "+p.Subject)
	if !ok {
		return
	}
	log := Log{Checkpoint: head, part: p}
	if !strings.HasSuffix(p.Subject, "."+c.Bundle.Request) {
		c.flaw(FlawForeign, "subject %s is not of request %s", p.Subject, c.Bundle.Request)
	}
	if len(p.Messages) == 0 {
		c.flaw(FlawEmpty, "%s: no message", p.Subject)
	}
	for i, e := range p.Messages {
		if m, ok := c.entry(head, p.Subject, e); ok {
			c.place(log.Messages, m, p.Subject, i)
			log.Messages = append(log.Messages, m)
		}
	}
	for _, e := range p.Earlier {
		old, ok := c.earlier(head, e)
		if ok {
			log.Before = append(log.Before, Head{Checkpoint: old, Note: e.Checkpoint})
		}
		if ok && e.Witnessed {
			log.Witnessed = max(log.Witnessed, old.Size)
		}
	}
	c.Logs = append(c.Logs, log)
}

// entry checks one message by itself.
func (c *checker) entry(head Checkpoint, subject string, e Entry) (Message, bool) {
	m, err := ParseLeaf(e.Leaf)
	if err != nil {
		c.flaw(FlawTampered, "a message of %s: %v", subject, err)
		return Message{}, false
	}
	at := fmt.Sprintf("%s sequence %d", m.Stream, m.Sequence)
	if m.Subject != subject || Origin(c.Bundle.Record, m.Stream) != head.Origin {
		c.flaw(FlawForeign, "%s is a message on %s, not on %s in %s", at, m.Subject, subject, head.Origin)
	}
	if m.Sequence == 0 || m.Sequence > head.Size {
		c.flaw(FlawNotLogged, "%s is behind the checkpoint's size %d", at, head.Size)
		return m, true
	}
	index := int64(m.Sequence) - 1                                                                     //nolint:gosec // at most a size, which was an int64
	if tlog.CheckRecord(e.Proof, int64(head.Size), head.Root, index, tlog.RecordHash(e.Leaf)) != nil { //nolint:gosec // a parsed int64
		c.flaw(FlawNotLogged, "%s is not the message that the log holds there: message or proof were changed, or swapped", at)
	}
	return m, true
}

// place checks a message against those before it.
func (c *checker) place(before []Message, m Message, subject string, version int) {
	if n := len(before); n > 0 && m.Sequence <= before[n-1].Sequence {
		c.flaw(FlawOrder, "%s sequence %d stands behind sequence %d", m.Stream, m.Sequence, before[n-1].Sequence)
	}
	if !strings.HasPrefix(subject, "record.") {
		return
	}
	if have := strings.Join(m.Header[VersionHeader], ","); have != strconv.Itoa(version) {
		c.flaw(FlawGap, "%s sequence %d has version %q where %d must come: messages between are missing, or come twice", m.Stream, m.Sequence, have, version)
	}
}

// earlier checks that the log went on from an earlier checkpoint.
func (c *checker) earlier(head Checkpoint, e Earlier) (Checkpoint, bool) {
	old, ok := c.open(e.Checkpoint, "earlier checkpoint")
	if !ok {
		return old, false
	}
	if err := Continues(old, head, e.Proof); err != nil {
		c.flaw(codeOf(err), "%v", err)
		return old, false
	}
	return old, true
}

// Why a checkpoint does not continue another.
var (
	ErrRolledBack = errors.New("rolled back: the log was longer")
	ErrForked     = errors.New("forked: the log was another one")
	errUnproven   = errors.New("not proven to go on from it")
)

// Continues says whether a head is the continuation of an earlier one: nil, ErrRolledBack, ErrForked, or that the proof
// does not show it.
func Continues(old, head Checkpoint, proof TreeProof) error {
	switch {
	case old.Origin != head.Origin:
		return fmt.Errorf("%v and %v are two logs: %w", old, head, ErrForked)
	case old.Size > head.Size:
		return fmt.Errorf("%w: %v is known, here it has %d; from sequence %d on all is gone or new", ErrRolledBack, old, head.Size, head.Size+1)
	case old.Size == head.Size && old.Root != head.Root:
		return fmt.Errorf("%w: two roots of %v", ErrForked, head)
	case old.Size == head.Size, old.Size == 0:
		return nil
	case tlog.CheckTree(proof, int64(head.Size), head.Root, int64(old.Size), old.Root) != nil: //nolint:gosec // parsed int64s
		return fmt.Errorf("%v: %w: %v", head, errUnproven, old)
	}
	return nil
}

func codeOf(err error) string {
	switch {
	case errors.Is(err, ErrRolledBack):
		return FlawRolledBack
	case errors.Is(err, ErrForked):
		return FlawForked
	default:
		return FlawUnproven
	}
}
