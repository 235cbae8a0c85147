package board_test

import (
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/verification"
)

// reached are the milestones of a kind.
func (s *story) reached(k board.MilestoneKind) []board.Milestone {
	return slices.DeleteFunc(slices.Clone(s.rows.Milestones), func(m board.Milestone) bool { return m.Kind != k })
}

func TestARoundIsReceivedWhenItIsWrittenDownAndAnsweredByItsPromise(t *testing.T) {
	t.Parallel()
	s := begin(t)
	came := s.at
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	s.release()
	if got := s.reached(board.MilestoneReceived); len(got) != 1 || !got[0].At.Equal(came) {
		t.Errorf("received: %v", got)
	}
	got := s.reached(board.MilestoneAnswered)
	if len(got) != 1 || !got[0].At.Equal(s.at) || !got[0].InTime() {
		t.Errorf("answered: %v", got)
	}
	late := got[0]
	late.At = late.PromisedAt
	if late.InTime() {
		t.Error("at its due time it is in time")
	}
	if late.PromisedAt = (time.Time{}); !late.InTime() {
		t.Error("what was promised nothing is late")
	}
}

func TestABreachIsAMilestoneWithItsCauseUntilItIsAnnulled(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.sweep(time.Hour)
	s.sweep(time.Hour)
	got := s.reached(board.MilestoneBreached)
	if len(got) == 0 || got[0].Clock != "accept" || got[0].Unit != "03" || got[0].DueAt.IsZero() || got[0].Cause != "" {
		t.Fatalf("breached: %v", got)
	}
	n := len(got)
	s.play(time.Minute, officer, verification.ExplainBreach{N: got[0].N, Code: "staffing"})
	if got := s.reached(board.MilestoneBreached); len(got) != n || got[0].Cause != "staffing" {
		t.Errorf("explained: %v", got)
	}
	s.play(time.Minute, lead, verification.AnnulBreach{N: got[0].N, Code: "other", Text: "The clock was wrong."})
	if left := s.reached(board.MilestoneBreached); len(left) != n-1 {
		t.Errorf("annulled: %v", left)
	}
}

// In records from before the kind of a package had to be true, parts left nothing open, and what was called final did not
// answer the round because an originator was asked.
func TestARoundIsAnsweredByWhatLeftNothingOpenWhateverItWasCalled(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	recorded := func(by verification.Actor, events ...verification.Event) {
		s.at = s.at.Add(time.Minute)
		s.fold(verification.Decision{Stamp: verification.Stamp{At: s.at, By: by}, Events: events})
	}
	sent := func(n int, kind verification.ReleaseKind) {
		given := []verification.PackageQuestion{{N: 1, Result: verification.CannotSay}, {N: 2, Result: verification.CannotSay}}
		recorded(desk, verification.PackagePrepared{Version: n, Kind: kind, Questions: given, Hash: "h"})
		recorded(reviewer, verification.Released{Release: n, Package: n, Hash: "h"})
	}
	recorded(reviewer, verification.ConsentAsked{N: 1, Facts: []verification.FactID{"f1"}, Originator: "TH"})
	sent(1, verification.ReleaseFinal)
	if got := s.reached(board.MilestoneAnswered); len(got) > 0 || s.request.State != verification.ConsentPending {
		t.Errorf("%s, answered: %v", s.request.State, got)
	}
	recorded(verification.System(), verification.ConsentDecided{N: 1, State: verification.ConsentExpired})
	sent(2, verification.ReleasePartial)
	if got := s.reached(board.MilestoneAnswered); len(got) != 1 || got[0].N != 2 || !got[0].At.Equal(s.at) || s.request.State != verification.Answered {
		t.Errorf("%s, answered: %v", s.request.State, got)
	}
}

func TestEachRoundComesOnceAndIsAMilestoneOfItsTime(t *testing.T) {
	t.Parallel()
	s := begin(t)
	first := s.at
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	s.release()
	s.play(time.Hour, partner, verification.FollowUp{
		Questions: []verification.Question{{N: 1, Code: "CON"}}, Body: []byte(`{}`), Receipt: "r2", DueAt: s.at.Add(25 * time.Hour),
	})
	second := s.at
	s.play(time.Minute, desk, verification.Claim{})
	got := s.reached(board.MilestoneReceived)
	if len(got) != 2 || got[0].N != 1 || got[1].N != 2 || !got[0].At.Equal(first) || !got[1].At.Equal(second) {
		t.Fatalf("received: %v", got)
	}
	for name, f := range map[string]struct {
		filter board.MilestoneFilter
		want   []int
	}{
		"of their time":       {board.MilestoneFilter{From: first, Until: second}, []int{1}},
		"from its instant on": {board.MilestoneFilter{From: second, Until: second.Add(time.Second)}, []int{2}},
		"of their kind":       {board.MilestoneFilter{Kind: board.MilestoneReceived, From: first, Until: second.Add(time.Second)}, []int{1, 2}},
		"of another kind":     {board.MilestoneFilter{Kind: board.MilestoneBreached, From: first, Until: second.Add(time.Second)}, nil},
	} {
		var chosen []int
		for _, m := range got {
			if f.filter.Match(m) {
				chosen = append(chosen, m.N)
			}
		}
		if !slices.Equal(chosen, f.want) {
			t.Errorf("%s: %v, want %v", name, chosen, f.want)
		}
	}
}
