package verification_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// red is a request that its partner marked for a compartment.
func red() []move {
	in := intake(marking.L3)
	in.Compartment = "general-l3"
	return then(liaison(), Submit{ID: "r", Intake: in, Questions: asks(1)})
}

// says is a clarification to which the partner replies with a marking; zero: with none.
func says(marked marking.Level) []move {
	raised := marked
	return after(then(desk(), AskPartner{Code: "marking_unclear"}), then(liaison(), ReplyToClarification{
		Body: json.RawMessage(`{}`), Marked: marked, Level: raised, Compartment: "general-l3",
	}))
}

func claimed() []move { return after(red(), then(desk(), Claim{})) }

func lower(to marking.Level, consent int) LowerLevel {
	return LowerLevel{Level: to, Code: "partner_lowered", AgreedIn: consent, Marked: marking.L3}
}

func factOf(marked string) QuestionAnswer {
	f := fact("f1")
	f.Handling = json.RawMessage(marked)
	return QuestionAnswer{N: 1, Result: Held, Facts: []Fact{f}}
}

func TestRowsOfLowering(t *testing.T) {
	t.Parallel()
	agreed := after(claimed(), says(marking.L1))
	demanded := lower(marking.L1, 1)
	demanded.Floor = marking.Reason{Code: "drug_subject", Level: marking.L3}
	uncoded, own := lower(marking.L1, 1), LowerLevel{Level: marking.L2, Code: "sealed_in_error", Marked: marking.L2}
	sealedByHand := after(withUnit(), then(desk(), Seal{Compartment: "drugs"}))
	uncoded.Code = ""
	unknown := after(then(desk(), Register{ID: "r", Intake: func() Intake { in := intake(marking.L3); in.Partner = ""; return in }(), Questions: asks(1)}))
	answered := func(marked string) []move {
		return after(agreed, then(desk(), route(toUnit("03", 1))), then(officer("03"), AcceptTask{Task: task(1)}),
			then(officer("03"), final(1, factOf(marked))))
	}
	walk(t, []row{
		{"30", "the lead, by what the partner replied", agreed, lead(), lower(marking.L1, 1), Triage, ""},
		{"30", "or to a level between", agreed, lead(), lower(marking.L2, 1), Triage, ""},
		{"30", "not lower than it agreed to", agreed, lead(), lower(marking.L0, 1), "", ConsentMissing},
		{"30", "not the desk", agreed, desk(), lower(marking.L1, 1), "", NotPermitted},
		{"30", "not a key without a person", agreed, Actor{Roles: []Role{RoleLead}}, lower(marking.L1, 1), "", NotPermitted},
		{"30", "coded", agreed, lead(), uncoded, "", ReasonMissing},
		{"30", "down, not sideways", agreed, lead(), lower(marking.L3, 1), "", NotLower},
		{"30", "nor to what is no level", agreed, lead(), lower(marking.Unmarked, 1), "", NotLower},
		{"30", "not by words that were not said", claimed(), lead(), lower(marking.L1, 1), "", ConsentMissing},
		{"30", "nor by a reply that states no marking", after(claimed(), says(marking.Unmarked)), lead(), lower(marking.L1, 1), "", ConsentMissing},
		{"30", "nor by the first marking when that was high", claimed(), lead(), lower(marking.L1, 0), "", ConsentMissing},
		{"30", "nor by words that newer ones replaced", after(agreed, says(marking.L2)), lead(), lower(marking.L1, 1), "", ConsentMissing},
		{"30", "the newer ones count", after(agreed, says(marking.L2)), lead(), lower(marking.L2, 2), Triage, ""},
		{"30", "a reply beside the matter replaces nothing", after(agreed, says(marking.Unmarked)), lead(), lower(marking.L1, 1), Triage, ""},
		{"30", "never below what the matter demands", agreed, lead(), demanded, "", FloorHolds},
		{"30", "nor below what a unit marked", answered(`{"code":"H3"}`), lead(), lower(marking.L2, 1), "", FloorHolds},
		{"30", "nor below what nobody can read", answered(`[]`), lead(), lower(marking.L2, 1), "", FloorHolds},
		{"30", "a fact without a marking of its own goes along", answered(``), lead(), lower(marking.L2, 1), InReview, ""},
		{"30", "nor below a fact that was returned", after(answered(`{"code":"H3"}`), then(colleague(), ReturnTask{Task: task(1), Code: "c"})), lead(), lower(marking.L2, 1), "", FloorHolds},
		{"30", "not what row 23 sealed", sealedByHand, lead(), own, "", WrongState},
		{"30", "until the case has ended", after(sealedByHand, then(liaison(), Withdraw{})), lead(), own, Withdrawn, ""},
		{"30", "nobody agrees for a sender who is not known", unknown, lead(), lower(marking.L2, 0), "", ConsentMissing},
		{"30", "nor does the desk by what it typed", after(then(desk(), Register{ID: "r", Intake: intake(marking.L3), Questions: asks(1)})), lead(), own, "", ConsentMissing},
		{"30", "nothing above the ceiling", stub(), lead(), lower(marking.L3, 0), "", IsStub},
		{"30", "nor what was found there", after(agreed, then(lead(), FindAboveCeiling{Code: "mat"})), lead(), lower(marking.L3, 1), "", ContentErased},
		{"30", "in a correction", after(released(), then(desk(), Correct{Code: "c"})), lead(), LowerLevel{Level: marking.L0, Code: "c", Marked: marking.L0}, InReview, ""},
	})
}

func TestALoweredRequestLiesInNoCompartment(t *testing.T) {
	t.Parallel()
	s := tell(t, after(claimed(), then(lead(), AppointKeeper{Person: "p_new"}), says(marking.L1), then(lead(), lower(marking.L2, 1))))
	if r := s.request; r.Level != marking.L2 || r.Compartment != "" || r.Keeper != "" {
		t.Errorf("%s in %q, keeper %q", r.Level, r.Compartment, r.Keeper)
	}
	s.does(desk(), Seal{Compartment: "drugs"}).isRefused(lead(), lower(marking.L2, 1), WrongState)
}

func TestALoweredLevelVoidsThePackage(t *testing.T) {
	t.Parallel()
	s := tell(t, packaged())
	own := LowerLevel{Level: marking.L0, Code: "published", Marked: marking.L0}
	s.does(lead(), own).isRefused(colleague(), ReleasePackage{Hash: s.request.Package.Hash}, PackageVoid)
	if s.request.Package.Void != VoidLevelLowered {
		t.Error(s.request.Package.Void)
	}
}

// reply is one of the partner, with a marking or without: a higher one raises at once.
func (o *orders) reply() ReplyToClarification {
	c := ReplyToClarification{Body: []byte(`{"text":"x"}`), Marked: pick(o.from, []marking.Level{0, marking.L0, marking.L1, marking.L2, marking.L3})}
	c.Level = max(o.r.Level, c.Marked)
	c.Degree, c.DueAt = pick(o.from, append(Degrees(), "")), o.at.Add(day)
	return c
}

func (o *orders) lowering() LowerLevel {
	return LowerLevel{
		Level: pick(o.from, []marking.Level{marking.L0, marking.L1, marking.L2, marking.L3}), Code: o.code(), AgreedIn: o.from(len(o.r.Replied) + 1),
		Marked: pick(o.from, []marking.Level{0, marking.L1, marking.L2}), Floor: pick(o.from, []marking.Reason{{}, {}, {Code: "do_not_alert", Level: marking.L3}}),
	}
}

// checkLevels reads the record alone: a level falls by row 30 only, by a lead, never below what a unit marked, and by words
// of the partner that permit it and are its last.
func (l *life) checkLevels() {
	var before Request
	var units, last marking.Level // what units marked; what the partner stated last
	said := map[int]marking.Level{}
	for i, d := range l.record {
		after := l.states[i]
		lowered := false
		for _, e := range d.Events {
			switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
			case PartnerReplied:
				if said[len(said)+1] = e.Marked; e.Marked != 0 {
					last = e.Marked
				}
			case TaskReplied:
				for _, qa := range e.Questions {
					for _, f := range qa.Facts {
						units = max(units, markedAs(f))
					}
				}
			case LevelLowered:
				lowered = true
				switch {
				case !d.By.Has(RoleLead) || d.By.Person == "":
					l.fail("a level was lowered by %v", d.By)
				case e.Level < units:
					l.fail("lowered to %s, below a fact of %s", e.Level, units)
				case e.Level < e.Agreed || e.AgreedIn > 0 && said[e.AgreedIn] != e.Agreed || last != 0 && e.Agreed != last:
					l.fail("lowered to %s by words of %s, the partner said %v", e.Level, e.Agreed, said)
				case before.OneWay && !before.State.Ended():
					l.fail("what was sealed for the case was lowered in it")
				}
			default:
			}
		}
		if after.Level < before.Level && !lowered {
			l.fail("%s fell to %s without row 30", before.Level, after.Level)
		}
		if (after.Compartment != "") != after.Level.Sealed() && !after.Stub {
			l.fail("%s in compartment %q", after.Level, after.Compartment)
		}
		before = after
	}
}

// markedAs is what the facts of these stories are marked with, spelt out.
func markedAs(f Fact) marking.Level {
	switch string(f.Handling) {
	case "":
		return 0
	case `{"code":"H3"}`:
		return marking.L3
	default:
		return marking.L2 // H1 and H2
	}
}

// TestNoOrderOfRaisingAndLoweringFallsBelowAFloor tries every way up and the one way down, in any order, of a request whose
// matter has a floor or none.
func TestNoOrderOfRaisingAndLoweringFallsBelowAFloor(t *testing.T) {
	t.Parallel()
	fell, refused := 0, map[Code]int{}
	rapid.Check(t, func(t *rapid.T) {
		l := &life{orders: orders{at: start()}, fail: t.Fatalf}
		l.from = func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
		levels := []marking.Level{marking.L0, marking.L1, marking.L2, marking.L3}
		own := pick(l.from, levels)
		floor := pick(l.from, []marking.Reason{{}, {}, {Code: "campaign_theme", Level: marking.L2}, {Code: "drug_subject", Level: marking.L3}})
		in := intake(max(own, floor.Level))
		l.give(liaison(), Submit{ID: "r", Intake: in, Questions: asks(1, 2)})
		l.give(desk(), Claim{})
		l.give(desk(), route(toUnit("03", 1), toUnit("30", 2)))
		for range 24 {
			l.at = l.at.Add(time.Hour)
			switch before := l.r.Level; l.from(7) {
			case 0:
				l.give(desk(), AskPartner{Code: "marking_unclear"})
			case 1:
				l.give(liaison(), l.reply())
			case 2:
				l.facts++
				f := fact(FactID(fmt.Sprint("f", l.facts)))
				f.Handling = []byte(pick(l.from, []string{``, `{"code":"H2"}`, `{"code":"H3"}`}))
				n := 1 + l.from(2)
				unit := []UnitCode{"03", "30"}[n-1]
				l.give(officer(unit), AcceptTask{Task: task(n)})
				l.give(officer(unit), AnswerTask{Task: task(n), Questions: []QuestionAnswer{{N: n, Result: Held, Facts: []Fact{f}}}, Level: max(l.r.Level, markedAs(f))})
			case 3:
				if l.from.chance(30) {
					l.give(desk(), Seal{Compartment: "drugs"})
				}
			case 4:
				if l.from.chance(10) {
					l.give(liaison(), Withdraw{})
				}
			default:
				c := LowerLevel{Level: pick(l.from, levels), Code: "other", AgreedIn: l.from(len(l.r.Replied) + 1), Marked: own, Floor: floor}
				_, err := Decide(l.r, Order{Stamp: Stamp{At: l.at, By: lead()}, Command: c})
				if refusal, is := err.(*Refusal); is { //nolint:errorlint // Decide returns nothing else
					refused[refusal.Code]++
				}
				if l.give(lead(), c) {
					fell++
				}
				if l.r.Level < floor.Level {
					t.Fatalf("%s fell to %s, below %s", before, l.r.Level, floor.Level)
				}
			}
		}
		l.checkLevels()
	})
	if fell == 0 || refused[FloorHolds] == 0 || refused[ConsentMissing] == 0 || refused[WrongState] == 0 {
		t.Errorf("%d times lowered, refused %v: the test says nothing", fell, refused)
	}
}

func TestAKeeperKeepsOneCompartmentAndAStubItsKeeper(t *testing.T) {
	t.Parallel()
	sealed := after(then(liaison(), submitSealed(1)), then(desk(), Claim{}), then(lead(), AppointKeeper{Person: "p_new"}))
	for what, c := range map[string]struct {
		given []move
		into  Compartment
		keeps PersonID
	}{
		"into another":             {sealed, "case-7", ""},
		"into the same":            {sealed, "drugs", "p_new"},
		"a stub":                   {stub(), "drugs", "p_keeper"},
		"a stub, out of the first": {after(sealed, then(lead(), FindAboveCeiling{Code: "mat"})), "case-7", "p_new"},
	} {
		s := tell(t, after(c.given, then(desk(), Seal{Compartment: c.into, Reason: "an informer"})))
		if s.request.Keeper != c.keeps || s.request.Compartment != c.into {
			t.Errorf("%s: kept by %q in %q, want %q in %q", what, s.request.Keeper, s.request.Compartment, c.keeps, c.into)
		}
	}
}
