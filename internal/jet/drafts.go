package jet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"verigate/internal/draft"
	"verigate/internal/record"
	"verigate/internal/verification"
)

const draftSubject = "draft."

// errNoDraft names neither: what they are instead may be anything.
var errNoDraft = errors.New("a draft's task or person makes no subject")

// Drafts is draft.Store on the stream DRAFTS: of each officer and task the newest, which the server drops when its time
// is over. It is safe for concurrent use.
type Drafts struct{ c *Conn }

var _ draft.Store = (*Drafts)(nil)

// Drafts returns the store of drafts. EnsureStreams has been called.
func (c *Conn) Drafts() *Drafts { return &Drafts{c: c} }

// Put implements draft.Store.
func (d *Drafts) Put(ctx context.Context, s draft.Sealed, lives time.Duration, last uint64) error {
	subject := draftSubject + string(s.Task) + "." + string(s.Person)
	if !token(string(s.Task)) || !token(string(s.Person)) {
		return errNoDraft
	}
	m := lasting(subject, s.Data, lives)
	if s.KID != "" {
		m.Header.Set(headerKID, s.KID)
	}
	guard(m, last)
	return d.insist(ctx, "keep a draft", func(ctx context.Context, attempt int) error {
		_, err := d.c.publish(ctx, m)
		if !hasCode(err, codeWrongLast) {
			return err
		}
		if attempt == 0 {
			return draft.ErrChanged
		}
		have, err := d.c.fromLeader(ctx, draftStream, getRequest{LastFor: subject})
		switch {
		case errors.Is(err, errNoMessage):
			return draft.ErrChanged
		case err != nil:
			return err
		case have.Sequence > last && string(have.Data) == string(s.Data) && have.Header.Get(headerKID) == s.KID:
			return nil // by an attempt whose answer was lost: what is sealed is like nothing else
		}
		return draft.ErrChanged
	})
}

// Of implements draft.Store. It asks the leader once for each draft: a task has one or two.
func (d *Drafts) Of(ctx context.Context, task verification.TaskID) (all []draft.Sealed, err error) {
	if !token(string(task)) {
		return nil, errNoDraft
	}
	every := draftSubject + string(task) + ".*"
	err = d.insist(ctx, "read the drafts of a task", func(ctx context.Context, _ int) error {
		all = nil
		for next := uint64(1); ; {
			m, err := d.c.fromLeader(ctx, draftStream, getRequest{Seq: next, NextFor: every})
			if errors.Is(err, errNoMessage) {
				return nil
			}
			if err != nil {
				return err
			}
			next = m.Sequence + 1
			person := verification.PersonID(m.Subject[strings.LastIndexByte(m.Subject, '.')+1:])
			all = append(all, draft.Sealed{
				Key: draft.Key{Task: task, Person: person}, KID: m.Header.Get(headerKID), Data: m.Data, Sequence: m.Sequence,
			})
		}
	})
	return all, err
}

// Destroy overwrites all drafts of a task on the disk. It may be repeated; that there is none is fine.
func (d *Drafts) Destroy(ctx context.Context, task verification.TaskID) error {
	if !token(string(task)) {
		return errNoDraft
	}
	every := draftSubject + string(task) + ".*"
	return d.insist(ctx, "destroy the drafts of a task", func(ctx context.Context, _ int) error {
		for {
			m, err := d.c.fromLeader(ctx, draftStream, getRequest{Seq: 1, NextFor: every})
			if errors.Is(err, errNoMessage) {
				return d.c.overwrote(ctx, draftStream)
			}
			if err == nil {
				err = d.c.overwrite(ctx, draftStream, m.Sequence)
			}
			if err != nil {
				return err
			}
		}
	})
}

// token says whether a name can be one part of a subject.
func token(name string) bool { return (record.Subject{Kind: "draft", ID: name}).Valid() }

// insist is Conn.insist in the words of package draft.
func (d *Drafts) insist(ctx context.Context, what string, try func(context.Context, int) error) error {
	err := d.c.insist(ctx, what, try)
	if errors.Is(err, record.ErrUnavailable) {
		return fmt.Errorf("%w: %w", draft.ErrUnavailable, err)
	}
	return err
}
