package board_test

import (
	"testing"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// While the partner is asked its promise waits, and what it was told stands until it replies: another version of the calendar,
// or two, are an inside matter.
func TestARepinMovesNothingThatAPartnerWhoIsAskedSees(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.play(time.Minute, desk, verification.Claim{})
	s.play(time.Hour, desk, verification.AskPartner{Code: "unclear"})
	told := s.rows.Partner
	s.play(time.Hour, lead, verification.RepinPolicy{Policy: s.request.Policy, Calendar: "24x7-1"})
	s.play(time.Hour, lead, verification.RepinPolicy{Policy: s.request.Policy, Calendar: "vn-1"})
	if now := s.rows.Partner; now != told {
		t.Errorf("it was told %+v and is told %+v", told, now)
	}
	if due := s.rows.Request.TotalDueAt; !due.Equal(told.DueAt) {
		t.Errorf("the desk is shown %s, the partner %s", due, told.DueAt)
	}
	s.play(time.Hour, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	if now := s.rows.Partner; !now.DueAt.Equal(told.DueAt.Add(3 * time.Hour)) {
		t.Errorf("three hours went by until the reply: %s is still %s", told.DueAt, now.DueAt)
	}
	s.play(time.Minute, desk, verification.AskPartner{Code: "unclear"})
	total, _ := s.clocks.Find(sla.Total, "")
	if now := s.rows.Partner; !now.DueAt.Equal(total.DueAt) {
		t.Errorf("asked once more it is told %s, not %s", now.DueAt, total.DueAt)
	}
}

// An extension and another degree are promises that the partner is told of, also while it is asked.
func TestAnExtensionAfterARepinIsTold(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.play(time.Minute, desk, verification.Claim{})
	s.play(time.Hour, desk, verification.AskPartner{Code: "unclear"})
	s.play(time.Hour, lead, verification.RepinPolicy{Policy: s.request.Policy, Calendar: "24x7-1"})
	until := s.rows.Partner.DueAt.Add(48 * time.Hour)
	s.play(time.Hour, lead, verification.Extend{DueAt: until, Code: "volume"})
	if now := s.rows.Partner; !now.DueAt.Equal(until) {
		t.Errorf("extended until %s it is told %s", until, now.DueAt)
	}
}
