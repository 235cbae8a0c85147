package board

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"verigate/internal/identifier"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// PartnerRow is a request in its partner's list. UpdatedAt is the time of the last decision that changed something
// the partner can see; no internal step moves it.
type PartnerRow struct {
	ID           verification.RequestID   `json:"id"`
	Number       string                   `json:"number"`
	Kind         verification.RequestKind `json:"kind,omitempty"`
	Status       verification.Status      `json:"status"`
	Round        int                      `json:"round,omitempty"`
	Degree       verification.Degree      `json:"degree,omitempty"`
	OwnReference string                   `json:"own_reference,omitempty"`
	ReceivedAt   time.Time                `json:"received_at,omitzero"`
	DueAt        time.Time                `json:"due_at,omitzero"`
	UpdatedAt    time.Time                `json:"updated_at"`
	Unread       bool                     `json:"unread,omitempty"` // a released version waits to be pulled

	Partner verification.PartnerCode `json:"partner"` // whose list it is in: checked again on every read
	View    string                   `json:"view"`    // digest of all that the partner can see; never shown
}

// ReferenceName is under which a partner's own reference is looked for: its letters, folded, and its digits, for whoever
// types it from paper or from the telephone has other dashes and other capitals. Empty: it is not looked for.
func ReferenceName(own string) string {
	return strings.ReplaceAll(identifier.Fold(own), " ", "")
}

// NextPartnerRow is the row after a decision at a time, prev the one before it. Whoever folds the same decisions gets
// the same row.
func NextPartnerRow(prev PartnerRow, r verification.Request, clocks sla.Clocks, at time.Time) PartnerRow {
	row := PartnerRow{
		ID: r.ID, Number: r.Number, Kind: r.Kind, Status: r.Status(), Round: r.Round, Degree: r.Degree,
		OwnReference: r.OwnReference, ReceivedAt: r.ReceivedAt.UTC(), DueAt: PartnerDue(r, clocks), Partner: r.Partner,
		Unread: slices.ContainsFunc(r.Releases, func(rel verification.Release) bool { return rel.PulledAt.IsZero() && !rel.Recalled }),
	}
	row.View = digest(partnerView(row, r))
	row.UpdatedAt = at
	if prev.View == row.View {
		row.UpdatedAt = prev.UpdatedAt
	}
	return row
}

// visible is what a partner can see of its request beyond the row, as far as it can change. It lists and never copies
// a whole type: a field that is added to the rules stays invisible until it is added here and in the partner's view.
type visible struct {
	Row        PartnerRow
	Questions  []visibleQuestion
	Asked      *visibleAsk
	Releases   []visibleRelease
	Correcting bool
	Erased     bool
}

type visibleQuestion struct {
	Round, N     int
	Code, Status string
}

type visibleAsk struct {
	At, RemindedAt, RepliedAt time.Time
	Reply                     bool
}

type visibleRelease struct {
	Version  int
	Kind     verification.ReleaseKind
	Hash     string
	Pulled   bool
	Recalled bool
}

func partnerView(row PartnerRow, r verification.Request) visible {
	v := visible{Row: row, Correcting: r.Correction != nil, Erased: r.Erased}
	for _, q := range r.Questions {
		v.Questions = append(v.Questions, visibleQuestion{q.Round, q.N, q.Code, r.QuestionStatus(q)})
	}
	if r.Asked != nil {
		v.Asked = &visibleAsk{At: r.Asked.At.UTC(), RemindedAt: r.Asked.RemindedAt.UTC(), RepliedAt: r.Asked.RepliedAt.UTC(), Reply: r.Asked.Reply != nil}
	}
	for _, rel := range r.Releases {
		v.Releases = append(v.Releases, visibleRelease{rel.Version, rel.Kind, rel.Hash, !rel.PulledAt.IsZero(), rel.Recalled})
	}
	return v
}

func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("board: a view of plain fields: %v", err)) // strings, numbers, times within the years 0 to 9999
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
