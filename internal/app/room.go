package app

import (
	"context"
	"fmt"

	"verigate/internal/admin"
)

// EvidenceRoom looks after the room of evidence. Whoever owns the machine may: it opens no content, and what it does is
// evidence itself.
func (p *Parts) EvidenceRoom(ctx context.Context, r admin.EvidenceRequest) (room admin.EvidenceRoom, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		room, err = p.evidenceRoom(ctx, r.Act)
	}
	p.acted(act{by: by, what: "evidence", kind: r.Act, looked: true}, err)
	return room, err
}

func (p *Parts) evidenceRoom(ctx context.Context, act string) (room admin.EvidenceRoom, err error) {
	store := p.Conn.Evidence()
	switch act {
	case admin.EvidenceLook:
	case admin.EvidenceReserve:
		_, err = store.OpenReserve(ctx)
	case admin.EvidenceBegin:
		err = p.beginEvidence(ctx)
	default:
		err = fmt.Errorf("%q is no act on evidence", act)
	}
	if err != nil {
		return room, err
	}
	at, err := store.Extent(ctx)
	return admin.EvidenceRoom{Messages: at.Last, Bytes: at.Bytes, Limit: at.Limit}, err
}
