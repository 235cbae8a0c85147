package app

import (
	"context"
	"fmt"

	"verigate/internal/config"
)

// The acts on the room of evidence.
const (
	evidenceLook    = "room"
	evidenceReserve = "open-reserve"
	evidenceBegin   = "begin-again"
	bundleMade      = "bundle"
)

// EvidenceRequest is an act on the room of evidence.
type EvidenceRequest struct {
	Act string     `json:"act"`
	By  Credential `json:"by"`
}

// EvidenceRoom is how much evidence there is, and how much there may be; in bytes.
type EvidenceRoom struct {
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	Limit    uint64 `json:"limit"`
}

// EvidenceRoom looks after the room of evidence. Whoever owns the machine may: it opens no content, and what it does is
// evidence itself.
func (p *Parts) EvidenceRoom(ctx context.Context, r EvidenceRequest) (room EvidenceRoom, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		room, err = p.evidenceRoom(ctx, r.Act)
	}
	p.acted(act{by: by, what: "evidence", kind: r.Act, looked: true}, err)
	return room, err
}

func (p *Parts) evidenceRoom(ctx context.Context, act string) (room EvidenceRoom, err error) {
	store := p.Conn.Evidence()
	switch act {
	case evidenceLook:
	case evidenceReserve:
		_, err = store.OpenReserve(ctx)
	case evidenceBegin:
		err = p.beginEvidence(ctx)
	default:
		err = fmt.Errorf("%q is no act on evidence", act)
	}
	if err != nil {
		return room, err
	}
	at, err := store.Extent(ctx)
	return EvidenceRoom{Messages: at.Last, Bytes: at.Bytes, Limit: at.Limit}, err
}

// EvidenceOf looks after the room of evidence and prints how much there is.
func EvidenceOf(ctx context.Context, e Env, s config.Stores, r EvidenceRequest) error {
	r.By = e.By
	return with(ctx, e, s, func(a Admin) error {
		room, err := a.EvidenceRoom(ctx, r)
		if err == nil && r.Act == evidenceBegin {
			fmt.Fprintln(e.Out, "evidence is begun again: start every gateway anew, so that it keeps the ledger of it")
		}
		if err == nil {
			fmt.Fprintf(e.Out, "evidence of %d messages, %d of %d bytes\n", room.Messages, room.Bytes, room.Limit)
		}
		return err
	})
}
