package verification_test

import (
	"slices"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func excludingUnits(c Route, units ...UnitCode) Route {
	c.Exclude.Units = units
	return c
}

func excludingPersons(c Route, persons ...PersonID) Route {
	c.Exclude.Persons = persons
	return c
}

func TestToExcludeWhoHasATaskTakesItAway(t *testing.T) {
	t.Parallel()
	onHold := after(accepted(), then(officer("03"), HoldTask{Task: task(1), Code: "laboratory"}))
	two := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1), toUnit("30", 2))))
	walk(t, []row{
		{"4", "the holder is excluded and another unit named in one act", accepted(), desk(), excludingUnits(route(toUnit("30", 1)), "03"), WithUnits, ""},
		{"4", "from a hold", onHold, desk(), excludingUnits(route(toUnit("30", 1)), "03"), WithUnits, ""},
		{"4", "what the excluded unit held is not left to nobody", two, desk(), excludingUnits(route(toUnit("45", 2)), "03"), "", QuestionUnassigned},
		{"4", "the excluded holder alone is no routing", accepted(), desk(), excludingUnits(route(), "03"), "", NothingToRoute},
	})
	s := tell(t, onHold).does(desk(), excludingUnits(route(toUnit("30", 1)), "03")).task(1, TaskStopped).task(2, Queued)
	if taken := s.request.Tasks[0]; taken.StopWaits() || taken.Holds[0].To.IsZero() {
		s.fail("what nobody of the unit may know of waits for it: %+v", taken)
	}
	s.does(officer("30"), AcceptTask{Task: task(2)}).does(officer("30"), final(2, held(1, "f1"))).is(InReview)
	s.does(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))).does(colleague(), release("v1")).is(Answered)
}

func TestWhatAnExcludedUnitHadAnsweredStays(t *testing.T) {
	t.Parallel()
	excluding := excludingUnits(route(toUnit("30", 1)), "03")
	s := tell(t, after(accepted(), then(officer("03"), interim(1, held(1, "f1"))), then(desk(), excluding))).task(1, TaskStopped)
	if !s.request.Stands("f1") {
		s.fail("the fact of the task that was taken away is gone")
	}
	tell(t, after(answered(), then(desk(), excluding))).task(1, TaskAnswered).
		isRefused(desk(), ReturnTask{Task: task(1), Code: "c"}, WrongState).
		does(officer("30"), AcceptTask{Task: task(2)}).does(officer("30"), final(2, negative(1))).is(InReview).
		isRefused(desk(), ReturnTask{Task: task(1), Code: "c"}, UnitExcluded).
		does(desk(), ReturnTask{Task: task(2), Code: "c"})
}

func TestAnExcludedOfficerIsTakenOffTheTask(t *testing.T) {
	t.Parallel()
	named := func(officers ...PersonID) []move {
		return after(then(liaison(), submitSealed(1)), then(desk(), Claim{}),
			then(desk(), route(Assignment{Unit: "03", Questions: []int{1}, Officers: officers})))
	}
	again := route(Assignment{Unit: "03", Questions: []int{1}, Officers: []PersonID{"p_y"}})
	tell(t, named("p_officer03")).does(desk(), excludingPersons(again, "p_officer03")).is(WithUnits).task(1, TaskStopped).task(2, Queued)
	tell(t, named("p_officer03")).isRefused(desk(), again, UnitHasQuestion)

	s := tell(t, named("p_officer03", "p_x")).does(desk(), excludingPersons(route(toUnit("30", 1)), "p_officer03")).task(1, Queued)
	if left := s.request.Tasks[0].Officers; !slices.Equal(left, []PersonID{"p_x"}) {
		s.fail("the task names %v", left)
	}

	open := after(inTriage(), then(desk(), route(Assignment{Unit: "03", Questions: []int{1}, Officers: []PersonID{"p_x"}})))
	s = tell(t, open).does(desk(), excludingPersons(route(toUnit("30", 1)), "p_x")).task(1, Queued)
	if left := s.request.Tasks[0].Officers; len(left) > 0 {
		s.fail("what is not sealed and names nobody is the whole unit's, not of %v", left)
	}
}

func TestASealedTaskOfWhoWasExcludedIsTheUnitLeads(t *testing.T) {
	t.Parallel()
	working := after(accepted(), then(desk(), excludingPersons(route(toUnit("30", 1)), "p_officer03")),
		then(officer("30"), AcceptTask{Task: task(2)}))
	raising := held(1, "f1")
	raising.Facts[0].Level = submitSealed().Intake.Level
	for name, seal := range map[string]move{
		"the desk":  {By: desk(), What: Seal{Compartment: "drugs"}},
		"an answer": {By: officer("30"), What: interim(2, raising)},
	} {
		s := tell(t, working).does(seal.By, seal.What)
		if first, second := s.request.Tasks[0].Officers, s.request.Tasks[1].Officers; len(first) > 0 || !slices.Equal(second, []PersonID{"p_officer30"}) {
			s.fail("sealed by %s the tasks name %v and %v", name, first, second)
		}
	}
}

func TestANoticeIsTakenAwayAndGivenToAnotherOfficer(t *testing.T) {
	t.Parallel()
	notice := func(unit UnitCode, officers ...PersonID) Assignment {
		return Assignment{Unit: unit, Officers: officers}
	}
	information := submitInformation()
	information.Intake.Level, information.Intake.Compartment = submitSealed().Intake.Level, "drugs"
	given := after(then(liaison(), information), then(desk(), Claim{}), then(desk(), route(notice("03", "p_x"), notice("30", "p_z"))))
	tell(t, given).isRefused(desk(), route(notice("03", "p_y")), UnitHasQuestion).
		does(desk(), excludingPersons(route(notice("03", "p_y")), "p_x")).task(1, TaskStopped).task(2, Queued).task(3, Queued)
	tell(t, circulating()).does(desk(), excludingUnits(route(notice("45")), "03")).task(1, TaskStopped).
		does(officer("30"), AcceptTask{Task: task(2)}).does(officer("45"), AcceptTask{Task: task(3)}).is(Closed)
}

// Who must not know of the request neither holds it nor keeps it: others claim it, and are alarmed.
func TestWhoIsExcludedHoldsAndKeepsNothing(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]Actor{"by a colleague": colleague(), "by the holder": desk()} {
		s := tell(t, inTriage()).does(by, excludingPersons(route(toUnit("03", 1)), "p_desk")).is(WithUnits)
		if s.request.Holder != "" {
			s.fail("excluded %s, p_desk holds it still", name)
		}
		if s.does(colleague(), Claim{}); s.request.Holder != "p_colleague" {
			s.fail("excluded %s, the holder is %q", name, s.request.Holder)
		}
		s.isRefused(colleague(), Claim{To: "p_desk"}, ConflictOfInterest).isRefused(desk(), Claim{}, ConflictOfInterest)
		s.does(colleague(), Claim{To: "p_desklead"})
	}
	s := tell(t, inTriage()).does(colleague(), excludingPersons(route(toUnit("03", 1)), "p_somebody"))
	if s.request.Holder != "p_desk" {
		s.fail("another was excluded, and the holder is %q", s.request.Holder)
	}

	sealed := after(then(liaison(), submitSealed(1)), then(lead(), AppointKeeper{Person: "p_keeper"}), then(desk(), Claim{}))
	s = tell(t, sealed).does(desk(), excludingPersons(route(toUnit("03", 1)), "p_keeper"))
	if s.request.Keeper != "" || s.request.Holder != "p_desk" {
		s.fail("keeper %q, holder %q", s.request.Keeper, s.request.Holder)
	}
	s.isRefused(lead(), AppointKeeper{Person: "p_keeper"}, ConflictOfInterest).does(lead(), AppointKeeper{Person: "p_new"})
}
