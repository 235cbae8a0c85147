package notary

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
)

// Wanted is a bundle that is asked for.
type Wanted struct {
	Request     string
	Subjects    map[string]string // by the stream on which each is
	Since       []byte            // the file of an earlier bundle or checkpoint; nil: none
	ReceiptKeys json.RawMessage
	// Head chooses a checkpoint, as it was signed, that the bundle is to go on from: the one that a receipt commits to. nil: none.
	Head func(note []byte) bool
}

// Bundle signs a checkpoint of each log that has something of a request, and makes the file. What is wrong with the
// messages does not keep it from being made: ledger.Check says it of the file.
func (n *Notary) Bundle(ctx context.Context, w Wanted) ([]byte, error) {
	keys, err := n.parts.public()
	if err != nil {
		return nil, err
	}
	trusted, err := ledger.TrustOf(keys)
	if err != nil {
		return nil, err
	}
	b := ledger.Bundle{
		Record: n.parts.Record, Request: w.Request, MadeAt: n.parts.Now().UTC(), Keys: trusted.Lines(), ReceiptKeys: w.ReceiptKeys,
	}
	since, err := earlier(w.Since, trusted)
	if err != nil {
		return nil, err
	}
	chosen := 0
	for _, l := range n.logs {
		subject, ok := w.Subjects[l.source.Name()]
		if !ok {
			continue
		}
		heads, err := l.heads(ctx, w.Head)
		if err != nil {
			return nil, fmt.Errorf("bundle of %s: %w", w.Request, err)
		}
		chosen += len(heads)
		part, err := l.part(ctx, subject, append(heads, since...))
		if err != nil {
			return nil, fmt.Errorf("bundle of %s: %w", w.Request, err)
		}
		if len(part.Messages) > 0 {
			b.Parts = append(b.Parts, part)
		}
	}
	if len(b.Parts) == 0 {
		return nil, fmt.Errorf("the record has no message of request %s", w.Request)
	}
	if w.Head != nil && chosen == 0 {
		return nil, fmt.Errorf("no checkpoint in the ledger of request %s is the one that its receipt commits to: the ledger was lost or put back, or is another one", w.Request)
	}
	return n.parts.Keys().Current().Seal(b)
}

// heads are the checkpoints of this log that were chosen.
func (l *Log) heads(ctx context.Context, chosen func(note []byte) bool) (all []string, err error) {
	if chosen == nil {
		return nil, nil
	}
	err = l.parts.Book.All(ctx, l.source.Name(), func(note []byte) error {
		if chosen(note) {
			all = append(all, string(note))
		}
		return nil
	})
	return all, err
}

// earlier are the checkpoints of a file that is to be gone on from, as notes.
func earlier(file []byte, known ledger.Trust) ([]string, error) {
	if file == nil {
		return nil, nil
	}
	if b, err := ledger.ParseBundle(file); err == nil {
		var notes []string
		for _, p := range b.Parts {
			notes = append(notes, p.Checkpoint)
		}
		return notes, nil
	}
	if _, err := ledger.OpenCheckpoint(file, known); err != nil {
		return nil, fmt.Errorf("the earlier file is neither a bundle nor a checkpoint of this record: %w", err)
	}
	return []string{string(file)}, nil
}

// part is what this log has of a subject.
func (l *Log) part(ctx context.Context, subject string, since []string) (ledger.Part, error) {
	if _, err := l.Checkpoint(ctx); err != nil {
		return ledger.Part{}, err
	}
	l.mu.Lock()
	head, note := l.state.Signed, string(l.signed)
	l.mu.Unlock()
	p := ledger.Part{Subject: subject, Checkpoint: note, Earlier: []ledger.Earlier{}, Messages: []ledger.Entry{}}
	messages, err := l.source.Of(ctx, subject)
	if err != nil {
		return p, err
	}
	for _, m := range messages {
		if m.Sequence > head.Size {
			break // it came while we asked
		}
		proof, err := tlog.ProveRecord(int64(head.Size), int64(m.Sequence)-1, l.tree) //nolint:gosec // sequences of a store
		if err != nil {
			return p, err
		}
		p.Messages = append(p.Messages, ledger.Entry{Leaf: m.Leaf(), Proof: proof})
	}
	return p, l.goesOn(&p, head, since)
}

// goesOn adds the proofs that lead from the witness's last checkpoint, and from those that were asked for.
func (l *Log) goesOn(p *ledger.Part, head ledger.Checkpoint, since []string) error {
	if l.parts.Witness != nil {
		note, err := l.parts.Witness.Latest(l.origin)
		if err != nil {
			l.retry(err) // what was witnessed is not known just now, and then the bundle does not say it
		}
		if note != nil {
			if err := l.from(p, head, string(note), true); err != nil {
				return err
			}
		}
	}
	for _, note := range since {
		if err := l.from(p, head, note, false); err != nil {
			return err
		}
	}
	return nil
}

// from adds the proof from one earlier checkpoint, if it is of this log. One that the log does not go on from is put in
// as it is: whoever checks shall see it.
func (l *Log) from(p *ledger.Part, head ledger.Checkpoint, note string, witnessed bool) error {
	known, err := l.parse(nil, "an earlier file", []byte(note))
	if err != nil || known[0].Size == 0 || slices.ContainsFunc(p.Earlier, func(e ledger.Earlier) bool { return e.Checkpoint == note }) {
		return nil //nolint:nilerr // of another log: another part has it, or the check says that none does
	}
	e := ledger.Earlier{Checkpoint: note, Witnessed: witnessed, Proof: ledger.TreeProof{}}
	if old := known[0]; old.Size <= head.Size {
		if e.Proof, err = tlog.ProveTree(int64(head.Size), int64(old.Size), l.tree); err != nil { //nolint:gosec // sequences of a store
			return err
		}
	}
	p.Earlier = append(p.Earlier, e)
	return nil
}
