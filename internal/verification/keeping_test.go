package verification_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// What the tables of table_test.go say of a request whose erasure is proposed, of one that is held and of one of which
// neither is true.
const (
	whileHeld = `
lift_legal_hold       | LEAD                              | EVER
drop_erasure          | LEAD                              | ENDS
`
	whileNeither = `
place_legal_hold      | LEAD                              | EVER
propose_erasure       | LEAD                              | ENDS
`
)

func TestWhoMayKeepAndEraseInEveryState(t *testing.T) {
	t.Parallel()
	of := []Name{NamePlaceLegalHold, NameLiftLegalHold, NameProposeErasure, NameConfirmErasure, NameDropErasure}
	for _, state := range everyState()[1:] {
		held, neither := ready(state), ready(state)
		held.Hold, neither.Erasure = &LegalHold{By: "p_somebody"}, nil
		for table, r := range map[string]Request{whileHeld: held, whileNeither: neither} {
			for role, by := range everybody() {
				allowed := r.Allowed(by)
				for _, n := range of {
					got, want := slices.Contains(allowed, n), allows(table, string(n), role, state)
					if got != want {
						t.Errorf("%s, held %v: %s by %s: got %v, want %v", state, r.Hold != nil, n, role, got, want)
					}
				}
			}
		}
	}
}

func withdrawn() []move { return after(withUnit(), then(liaison(), Withdraw{})) }

func holding() []move {
	return after(withdrawn(), then(lead(), PlaceLegalHold{Reason: "court file 12"}))
}

func erasureProposed() []move {
	return after(withdrawn(), then(lead(), ProposeErasure{Rule: "requests", DueAt: start()}))
}

func erasedByTwo() []move {
	return after(erasureProposed(), then(deskLead(), ConfirmErasure{DueAt: start()}))
}

func TestRowsOfKeeping(t *testing.T) {
	t.Parallel()
	because := PlaceLegalHold{Reason: "court file 12"}
	lifted := LiftLegalHold{Reason: "judgement is final"}
	due, notDue := ProposeErasure{Rule: "requests", DueAt: start()}, ProposeErasure{Rule: "requests", DueAt: start().Add(30 * day)}
	confirm, early := ConfirmErasure{DueAt: start()}, ConfirmErasure{DueAt: start().Add(30 * day)}
	key := Actor{Roles: []Role{RoleLead}}
	walk(t, []row{
		{"28a", "the lead holds what is open", withUnit(), lead(), because, WithUnits, ""},
		{"28a", "and what has ended", withdrawn(), lead(), because, Withdrawn, ""},
		{"28a", "in a correction", correcting(), lead(), because, InReview, ""},
		{"28a", "not the desk", withdrawn(), desk(), because, "", NotPermitted},
		{"28a", "not a key without a person", withdrawn(), key, because, "", NotPermitted},
		{"28a", "with a reason", withdrawn(), lead(), PlaceLegalHold{}, "", ReasonMissing},
		{"28a", "once", holding(), deskLead(), because, "", AlreadyHeld},
		{"28a", "not what is erased", erasedByTwo(), lead(), because, "", ContentErased},
		{"28b", "another lead lifts it", holding(), deskLead(), lifted, Withdrawn, ""},
		{"28b", "not who placed it", holding(), lead(), lifted, "", SamePerson},
		{"28b", "not the desk", holding(), desk(), lifted, "", NotPermitted},
		{"28b", "with a reason", holding(), deskLead(), LiftLegalHold{}, "", ReasonMissing},
		{"28b", "what is held", withdrawn(), deskLead(), lifted, "", NotHeld},
		{"28b", "once", after(holding(), then(deskLead(), lifted)), deskLead(), lifted, "", NotHeld},
		{"25", "a hold does not stop what is above the ceiling", holding(), lead(), FindAboveCeiling{Code: "mat"}, Withdrawn, ""},
		{"29a", "the lead proposes", withdrawn(), lead(), due, Withdrawn, ""},
		{"29a", "not the desk", withdrawn(), desk(), due, "", NotPermitted},
		{"29a", "not a key without a person", withdrawn(), key, due, "", NotPermitted},
		{"29a", "not what is open", withUnit(), lead(), due, "", WrongState},
		{"29a", "not what waits for a word", released(), lead(), due, "", WrongState},
		{"29a", "not in a correction", after(closed(), then(desk(), Correct{Code: "c"})), lead(), due, "", WrongState},
		{"29a", "not what is not due", withdrawn(), lead(), notDue, "", NotDue},
		{"29a", "nor what no rule makes due", withdrawn(), lead(), ProposeErasure{}, "", NotDue},
		{"29a", "not what is held", holding(), deskLead(), due, "", UnderHold},
		{"29a", "once", erasureProposed(), deskLead(), due, "", ErasureWaits},
		{"29a", "not what is erased", erasedByTwo(), lead(), due, "", ContentErased},
		{"29b", "another lead confirms", erasureProposed(), deskLead(), confirm, Withdrawn, ""},
		{"29b", "not who proposed", erasureProposed(), lead(), confirm, "", SamePerson},
		{"29b", "not the desk", erasureProposed(), colleague(), confirm, "", NotPermitted},
		{"29b", "not what nobody proposed", withdrawn(), deskLead(), confirm, "", NoProposal},
		{"29b", "not what a longer rule keeps since", erasureProposed(), deskLead(), early, "", NotDue},
		{"29b", "nor what none makes due any more", erasureProposed(), deskLead(), ConfirmErasure{}, "", NotDue},
		{"29b", "not what is held since", after(erasureProposed(), then(deskLead(), because)), deskLead(), confirm, "", UnderHold},
		{"29b", "once", erasedByTwo(), deskLead(), confirm, "", ContentErased},
		{"29c", "who proposed withdraws", erasureProposed(), lead(), DropErasure{}, Withdrawn, ""},
		{"29c", "another turns it down", erasureProposed(), deskLead(), DropErasure{Reason: "the trial goes on"}, Withdrawn, ""},
		{"29c", "not the desk", erasureProposed(), desk(), DropErasure{}, "", NotPermitted},
		{"29c", "what is proposed", withdrawn(), lead(), DropErasure{}, "", NoProposal},
		{"29c", "then another may propose", after(erasureProposed(), then(deskLead(), DropErasure{})), deskLead(), due, Withdrawn, ""},
	})
}

func TestAProposalToEraseLapses(t *testing.T) {
	t.Parallel()
	proposed := func(chapters ...[]move) []move {
		return after(append(chapters, later(day, lead(), ProposeErasure{Rule: "requests", DueAt: start()}))...)
	}
	for name, given := range map[string][]move{
		"a hold, even one that was lifted": after(proposed(withdrawn()), then(lead(), PlaceLegalHold{Reason: "x"}), then(deskLead(), LiftLegalHold{Reason: "x"})),
		"a reopening, though it ended again": after(proposed(closed()), then(desk(), Reopen{Questions: []int{1}, DueAt: start().Add(60 * day)}),
			then(liaison(), Withdraw{})),
		"a follow-up, though it ended again": after(proposed(closed()), then(liaison(), FollowUp{Body: []byte(`{}`), Questions: asks(1), DueAt: start().Add(60 * day)}),
			then(liaison(), Withdraw{})),
		"a correction, though it was dropped": after(proposed(closed()), then(desk(), Correct{Code: "c"}), then(desk(), DropCorrection{})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, given)
			if !s.request.State.Ended() {
				t.Fatal(s.request.State)
			}
			s.isRefused(deskLead(), ConfirmErasure{DueAt: start()}, NoProposal)
		})
	}
}

func TestAHoldOutlivesRoundsAndCorrections(t *testing.T) {
	t.Parallel()
	s := tell(t, after(closed(), then(lead(), PlaceLegalHold{Reason: "court"}), then(desk(), Correct{Code: "c"}), then(desk(), DropCorrection{}),
		then(desk(), Reopen{Questions: []int{1}, DueAt: start().Add(60 * day)}), then(liaison(), Withdraw{})))
	if s.request.Hold == nil || s.request.Hold.Reason != "court" {
		t.Fatal("the hold is gone")
	}
}

func TestOnePersonWithTwoCredentialsIsOne(t *testing.T) {
	t.Parallel()
	s, twice := tell(t, erasureProposed()), lead()
	twice.Key = "another"
	s.isRefused(twice, ConfirmErasure{DueAt: start()}, SamePerson)
}

// checkErasures reads the record alone: nothing is erased by retention but what one person proposed and another
// confirmed, with no hold and no other round or correction between.
func (l *life) checkErasures() {
	var proposer, holder PersonID
	for _, d := range l.record {
		for _, e := range d.Events {
			switch e.(type) { //nolint:gochecksumtype // the property is about these only
			case ErasureProposed:
				proposer = d.By.Person
			case LegalHoldPlaced:
				proposer, holder = "", d.By.Person
			case LegalHoldLifted:
				if d.By.Person == holder || holder == "" {
					l.fail("a hold of %q was lifted by %q", holder, d.By.Person)
				}
				holder = ""
			case ErasureDropped, CorrectionOpened, FollowedUp, Reopened:
				proposer = ""
			case Erased:
				if holder != "" || proposer == "" || proposer == d.By.Person || d.By.Person == "" {
					l.fail("proposed by %q, held by %q, erased by %q", proposer, holder, d.By.Person)
				}
			default:
			}
		}
	}
}

func TestTheWordsOfRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := Decide(tell(t, holding()).request, Order{Stamp: Stamp{At: start().Add(90 * day), By: deskLead()}, Command: ProposeErasure{Rule: "r", DueAt: start()}})
	if err == nil || !strings.Contains(err.Error(), "until another person lifts it") {
		t.Errorf("got %v", err)
	}
}

// keepers' own life: what ended, and two leads, one of them with the desk's rights, who hold and erase as they like.
func TestNoOrderOfHoldsAndProposalsErasesAlone(t *testing.T) {
	t.Parallel()
	erased := 0
	rapid.Check(t, func(t *rapid.T) {
		s := &life{orders: orders{at: start()}, fail: t.Fatalf}
		s.from = func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
		for _, m := range closed() {
			s.at = s.at.Add(max(m.Later, time.Minute))
			s.try(m.By, m.What)
		}
		for range 200 { // enough that of the twenty lives of a short run some erase
			s.at = s.at.Add(time.Hour)
			by := pick(s.from, []Actor{lead(), deskLead(), desk(), {Roles: []Role{RoleLead}}})
			s.try(by, pick(s.from, []Command{
				PlaceLegalHold{Reason: "x"},
				LiftLegalHold{Reason: "x"},
				ProposeErasure{Rule: "r", DueAt: s.due()},
				ProposeErasure{Rule: "r", DueAt: start()},
				ConfirmErasure{DueAt: s.due()},
				ConfirmErasure{DueAt: start()},
				DropErasure{},
				Correct{Code: "c"},
				DropCorrection{},
				Reopen{Questions: []int{1}, DueAt: s.at.Add(day)},
				DeclareNotCompetent{Channel: "x", Bytes: outside().Bytes, Hash: outside().Hash},
			}))
		}
		s.checkErasures()
		if s.r.Erased {
			erased++
		}
	})
	if erased == 0 {
		t.Error("nothing was ever erased: the test says nothing")
	}
}

// try gives a command, which the rules may refuse.
func (l *life) try(by Actor, c Command) {
	stamp := Stamp{At: l.at, By: by}
	events, err := Decide(l.r, Order{Stamp: stamp, Command: c})
	if err != nil || len(events) == 0 {
		return
	}
	d := Decision{Stamp: stamp, Events: events}
	l.record, l.r = append(l.record, d), l.r.Apply(d)
}
