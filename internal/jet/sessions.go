package jet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
	"verigate/internal/session"
)

// sessionSubjects: of each session the newest state, and of each person the
// newest one-time code that was used.
const (
	sessionSubject = "session."
	spentSubject   = "spent."
)

// Sessions is session.Store on the streams SESSIONS and SIGN_INS. Each message may be
// dropped by the server when its time is over; whether a session is over is
// said by its state, not by that. It is safe for concurrent use.
type Sessions struct{ c *Conn }

var _ session.Store = (*Sessions)(nil)

// Sessions returns the store of sessions. EnsureStreams has been called.
func (c *Conn) Sessions() *Sessions { return &Sessions{c: c} }

// Put implements session.Store.
func (s *Sessions) Put(ctx context.Context, id session.ID, state []byte, lives time.Duration, last uint64) (sequence uint64, err error) {
	m := lasting(sessionSubject+string(id), state, lives)
	guard(m, last)
	err = s.insist(ctx, "keep a session", func(ctx context.Context, attempt int) error {
		sequence, err = s.c.publish(ctx, m)
		if hasCode(err, codeWrongLast) && attempt > 0 {
			return s.settle(ctx, m, &sequence)
		}
		if hasCode(err, codeWrongLast) {
			return session.ErrChanged
		}
		return err
	})
	return sequence, err
}

// settle finds out whether a conflict is with an attempt whose answer was
// lost: a sealed state is like no other.
func (s *Sessions) settle(ctx context.Context, m *nats.Msg, sequence *uint64) error {
	have, err := s.c.fromLeader(ctx, sessionStream, getRequest{LastFor: m.Subject})
	switch {
	case errors.Is(err, errNoMessage):
		return session.ErrChanged
	case err != nil:
		return err
	case string(have.Data) != string(m.Data):
		return session.ErrChanged
	}
	*sequence = have.Sequence
	return nil
}

// End implements session.Store. It needs no guard: whatever is there, its end
// comes last.
func (s *Sessions) End(ctx context.Context, id session.ID, lives time.Duration) (sequence uint64, err error) {
	m := lasting(sessionSubject+string(id), nil, lives)
	err = s.insist(ctx, "end a session", func(ctx context.Context, _ int) error {
		sequence, err = s.c.publish(ctx, m)
		return err
	})
	return sequence, err
}

// Next implements session.Store.
func (s *Sessions) Next(ctx context.Context, after uint64) (change session.Change, some bool, err error) {
	err = s.insist(ctx, "next change of a session", func(ctx context.Context, _ int) error {
		m, err := s.c.fromLeader(ctx, sessionStream, getRequest{Seq: after + 1, NextFor: sessionSubject + "*"})
		switch {
		case errors.Is(err, errNoMessage):
			some = false
			return nil
		case err != nil:
			return err
		}
		some = true
		change = session.Change{ID: session.ID(strings.TrimPrefix(m.Subject, sessionSubject)), Sequence: m.Sequence, State: m.Data}
		return nil
	})
	return change, some, err
}

// Spend implements session.Store. Of two attempts at one moment the guard
// lets one pass; an attempt whose answer was lost counts as spent, and its
// person waits for the next code.
func (s *Sessions) Spend(ctx context.Context, whose string, step uint64, lives time.Duration) error {
	if !(record.Subject{Kind: "spent", ID: whose}).Valid() {
		return fmt.Errorf("spend a code of %q: not a name", whose)
	}
	m := lasting(spentSubject+whose, []byte(strconv.FormatUint(step, 10)), lives)
	return s.insist(ctx, "spend a code", func(ctx context.Context, _ int) error {
		var spent, last uint64
		have, err := s.c.fromLeader(ctx, sessionStream, getRequest{LastFor: m.Subject})
		if err == nil {
			last = have.Sequence
			if spent, err = strconv.ParseUint(string(have.Data), 10, 64); err != nil {
				return fmt.Errorf("a spent code at %d: %w", last, record.ErrUnreadable)
			}
		}
		if err != nil && !errors.Is(err, errNoMessage) {
			return err
		}
		if spent >= step {
			return session.ErrSpent
		}
		guard(m, last)
		_, err = s.c.publish(ctx, m)
		if hasCode(err, codeWrongLast) {
			return errAgain
		}
		return err
	})
}

// NoteSignIn implements session.Store. It needs no guard: of two at once
// either may be the last.
func (s *Sessions) NoteSignIn(ctx context.Context, whose string, state []byte, lives time.Duration) error {
	subject, err := signInSubject(whose)
	if err != nil {
		return err
	}
	m := lasting(subject, state, lives)
	return s.insist(ctx, "keep a sign-in", func(ctx context.Context, _ int) error {
		_, err := s.c.publish(ctx, m)
		return err
	})
}

// LastSignIn implements session.Store.
func (s *Sessions) LastSignIn(ctx context.Context, whose string) (state []byte, err error) {
	subject, err := signInSubject(whose)
	if err != nil {
		return nil, err
	}
	err = s.insist(ctx, "look for a sign-in", func(ctx context.Context, _ int) error {
		have, err := s.c.fromLeader(ctx, signInStream, getRequest{LastFor: subject})
		if errors.Is(err, errNoMessage) {
			return nil
		}
		state = have.Data
		return err
	})
	return state, err
}

func signInSubject(whose string) (string, error) {
	if !(record.Subject{Kind: "signin", ID: whose}).Valid() {
		return "", fmt.Errorf("the sign-in of %q: not a name", whose)
	}
	return "signin." + whose, nil
}

// insist is Conn.insist in the words of package session.
func (s *Sessions) insist(ctx context.Context, what string, try func(context.Context, int) error) error {
	err := s.c.insist(ctx, what, try)
	if errors.Is(err, record.ErrUnavailable) {
		return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	}
	return err
}

// lasting is a message that the server may drop after a time, a second at
// least: it counts in whole ones.
func lasting(subject string, data []byte, lives time.Duration) *nats.Msg {
	lives = max(lives, 0).Truncate(time.Second) + time.Second
	return &nats.Msg{Subject: subject, Data: data, Header: nats.Header{headerTTL: {lives.String()}}}
}
