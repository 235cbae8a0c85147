package access_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/verification"
)

var headOfDesk = verification.Actor{Person: "p_lead", Roles: []verification.Role{verification.RoleLead}}

func turn(who verification.PersonID, from, until int) access.Turn {
	return access.Turn{Person: who, From: noon.Add(time.Duration(from) * time.Hour), Until: noon.Add(time.Duration(until) * time.Hour)}
}

func TestTheLeadSaysWhoIsOnCallAndNobodyElse(t *testing.T) {
	t.Parallel()
	desk := verification.Actor{Person: "p_desk", Roles: []verification.Role{verification.RoleDesk, verification.RoleOperator}}
	held := access.Entry{OnCall: access.OnCall{turn("p_1", 0, 8)}}
	for what, c := range map[string]struct {
		by   verification.Actor
		turn access.Turn
		want verification.Code
	}{
		"a night":                 {headOfDesk, turn("p_2", 0, 12), ""},
		"nobody":                  {headOfDesk, turn("", 1, 2), ""},
		"the same once more":      {headOfDesk, turn("p_1", 0, 8), ""},
		"by the desk":             {desk, turn("p_2", 0, 12), verification.NotPermitted},
		"no time at all":          {headOfDesk, turn("p_2", 3, 3), access.TurnInvalid},
		"backwards":               {headOfDesk, turn("p_2", 5, 4), access.TurnInvalid},
		"over":                    {headOfDesk, turn("p_2", -2, 0), access.TurnInvalid},
		"31 days":                 {headOfDesk, turn("p_2", 0, 31*24), ""},
		"an hour more":            {headOfDesk, turn("p_2", 0, 31*24+1), access.TurnInvalid},
		"begun, with an hour yet": {headOfDesk, turn("p_2", -5, 1), ""},
	} {
		events, err := held.Decide(verification.Stamp{At: noon, By: c.by}, access.SetOnCall{Turn: c.turn})
		if code(err) != c.want {
			t.Errorf("%s: refused with %q, want %q", what, code(err), c.want)
		}
		if want := c.want == "" && c.turn != held.OnCall[0]; (len(events) == 1) != want {
			t.Errorf("%s: %d events", what, len(events))
		}
	}
}

func TestTheTurnThatWasSetLastCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var set access.OnCall
		for _, span := range rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(-4, 12), 2, 2), 0, 6).Draw(t, "spans") {
			who := rapid.SampledFrom([]verification.PersonID{"", "p_1", "p_2"}).Draw(t, "who")
			set = append(set, turn(who, min(span[0], span[1]), max(span[0], span[1])+1))
		}
		ahead := set.Ahead(noon)
		for h := range 15 {
			at := noon.Add(time.Duration(h)*time.Hour + time.Minute)
			want, on := set.At(at)
			i := slices.IndexFunc(ahead, func(t access.Turn) bool { return !at.Before(t.From) && at.Before(t.Until) })
			if on != (i >= 0) || on && ahead[i].Person != want.Person {
				t.Fatalf("at %s: %v of %v, the turns ahead are %v", at, want, set, ahead)
			}
		}
		for i := 1; i < len(ahead); i++ {
			if ahead[i].From.Before(ahead[i-1].Until) {
				t.Fatalf("turns beside one another: %v", ahead)
			}
		}
	})
}

func TestTurnsThatAreOverAreForgottenAndOthersStay(t *testing.T) {
	t.Parallel()
	at := func(hours int, turns ...access.Turn) access.Decision {
		d := access.Decision{Stamp: verification.Stamp{At: noon.Add(time.Duration(hours) * time.Hour), By: headOfDesk}}
		for _, turn := range turns {
			d.Events = append(d.Events, access.OnCallSet{Turn: turn})
		}
		return d
	}
	if first := (access.OnCall{turn("p_1", -3, 8)}).Ahead(noon); len(first) != 1 || first[0] != turn("p_1", -3, 8) {
		t.Errorf("a turn that has begun: %v", first)
	}
	got := access.FoldEntry(at(0, turn("p_1", 0, 8)), at(1, turn("p_2", 24, 32)), at(9, turn("p_3", 9, 10)))
	if diff := cmp.Diff(access.OnCall{turn("p_2", 24, 32), turn("p_3", 9, 10)}, got.OnCall); diff != "" {
		t.Error(diff)
	}
}

func TestAMarkIsItsPersonsAndMovesForwardOnly(t *testing.T) {
	t.Parallel()
	p := access.Principal{ID: "p_1", Read: map[access.Mark]time.Time{access.MarkBriefing: noon.Add(-time.Hour)}}
	me := verification.Actor{Person: "p_1"}
	for what, c := range map[string]struct {
		by   verification.Actor
		set  access.SetMark
		want verification.Code
		new  bool
	}{
		"now":                 {me, access.SetMark{Mark: access.MarkBriefing, Until: noon}, "", true},
		"another thing":       {me, access.SetMark{Mark: access.MarkSecondReviewer, Until: noon.Add(-9 * time.Hour)}, "", true},
		"what was read":       {me, access.SetMark{Mark: access.MarkBriefing, Until: noon.Add(-2 * time.Hour)}, "", false},
		"to come":             {me, access.SetMark{Mark: access.MarkBriefing, Until: noon.Add(time.Second)}, access.MarkInvalid, false},
		"nothing that is":     {me, access.SetMark{Mark: "mail", Until: noon}, access.MarkInvalid, false},
		"by somebody else":    {verification.Actor{Person: "p_2"}, access.SetMark{Mark: access.MarkBriefing, Until: noon}, verification.NotPermitted, false},
		"by who may operate":  {verification.Actor{Person: "p_3", Roles: []verification.Role{"OPERATOR"}}, access.SetMark{Mark: access.MarkBriefing, Until: noon}, verification.NotPermitted, false},
		"by nobody, a system": {verification.Actor{Roles: []verification.Role{"SYSTEM"}}, access.SetMark{Mark: access.MarkBriefing, Until: noon}, verification.NotPermitted, false},
	} {
		events, err := access.Decide(p, verification.Stamp{At: noon, By: c.by}, c.set)
		if code(err) != c.want || (len(events) == 1) != c.new {
			t.Errorf("%s: %v, %q", what, events, code(err))
		}
		after := p.Apply(access.Decision{Stamp: verification.Stamp{At: noon, By: c.by}, Events: events})
		if c.new && !after.Read[c.set.Mark].Equal(c.set.Until) || after.Changes != p.Changes {
			t.Errorf("%s: read %v, %d changes of rights", what, after.Read, after.Changes)
		}
	}
	if !p.Read[access.MarkBriefing].Equal(noon.Add(-time.Hour)) {
		t.Error("a fold changed what it was made from")
	}
}
