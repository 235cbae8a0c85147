package verification_test

import (
	"slices"
	"strings"
	"testing"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// The tables below are typed by hand from lifecycle.md: a name, who may give it, from which states. What is not there
// nobody may do. KEEPER is one inside its compartment; OUTSIDE keeps another; ORIGINATOR is a partner that was asked
// for its consent; STRANGER is an officer of a unit without a task.

const ordinary = `
submit                | PARTNER ORIGINATOR                | unborn
register              | DESK                              | unborn
register_stub         | DESK                              | unborn
claim                 | DESK KEEPER                       | OPEN
route                 | DESK KEEPER                       | triage with_units in_review
answer_by_desk        | DESK KEEPER                       | triage with_units in_review
ask_agency            | DESK KEEPER                       | triage with_units in_review
mark_duplicate        | DESK KEEPER                       | OPEN
ask_partner           | DESK KEEPER                       | triage with_units in_review
reject_clarification  | DESK KEEPER                       | triage with_units in_review
reply                 | PARTNER                           | clarifying
remind_partner        | SYSTEM                            | clarifying
expire_clarification  | SYSTEM                            | clarifying
propose_refusal       | DESK KEEPER                       | triage in_review
approve_refusal       | LEAD                              | triage in_review
reject_refusal        | LEAD                              | triage in_review
declare_not_competent | DESK KEEPER                       | triage
send_to_review        | DESK KEEPER                       | with_units
ask_consent           | DESK KEEPER                       | in_review consent_pending
decide_consent        | ORIGINATOR                        | EVER
expire_consent        | SYSTEM                            | EVER
prepare_package       | DESK KEEPER                       | in_review consent_pending
release               | DESK KEEPER                       | in_review consent_pending
pull                  | PARTNER                           | EVER
confirm               | PARTNER                           | answered
follow_up             | PARTNER                           | answered confirmed closed
close_silent          | SYSTEM                            | answered
correct               | DESK KEEPER                       | answered confirmed closed
recall                | LEAD                              | EVER
withdraw              | PARTNER                           | OPEN
reopen                | PARTNER                           | expired
reopen                | DESK KEEPER                       | expired closed
seal                  | DESK KEEPER                       | EVER
extend                | LEAD                              | OPEN
find_above_ceiling    | LEAD                              | EVER
change_degree         | DESK KEEPER LEAD                  | OPEN
appoint_keeper        | LEAD                              | OPEN
repin_policy          | LEAD                              | EVER
note                  | DESK KEEPER LEAD                  | EVER
reach_step            | SYSTEM                            | EVER
sweep                 | SYSTEM                            | EVER
explain_breach        | DESK KEEPER LEAD UNIT UNIT_LEAD   | EVER
annul_breach          | LEAD                              | EVER
place_legal_hold      | LEAD                              | EVER
confirm_erasure       | LEAD                              | ENDS
drop_erasure          | LEAD                              | ENDS
lower_level           | LEAD                              | EVER
`

const inCorrection = `
ask_consent           | DESK KEEPER                       | in_review consent_pending
decide_consent        | ORIGINATOR                        | with_units in_review consent_pending
expire_consent        | SYSTEM                            | with_units in_review consent_pending
prepare_package       | DESK KEEPER                       | in_review consent_pending
release               | DESK KEEPER                       | in_review consent_pending
pull                  | PARTNER                           | with_units in_review consent_pending
drop_correction       | DESK KEEPER                       | with_units in_review consent_pending
recall                | LEAD                              | with_units in_review consent_pending
seal                  | DESK KEEPER                       | with_units in_review consent_pending
extend                | LEAD                              | with_units in_review consent_pending
find_above_ceiling    | LEAD                              | with_units in_review consent_pending
appoint_keeper        | LEAD                              | with_units in_review consent_pending
repin_policy          | LEAD                              | with_units in_review consent_pending
note                  | DESK KEEPER LEAD                  | with_units in_review consent_pending
reach_step            | SYSTEM                            | with_units in_review consent_pending
sweep                 | SYSTEM                            | with_units in_review consent_pending
explain_breach        | DESK KEEPER LEAD UNIT UNIT_LEAD   | with_units in_review consent_pending
annul_breach          | LEAD                              | with_units in_review consent_pending
place_legal_hold      | LEAD                              | with_units in_review consent_pending
lower_level           | LEAD                              | with_units in_review consent_pending
`

const ofStub = `
claim                 | DESK KEEPER                       | triage
declare_not_competent | DESK KEEPER                       | triage
withdraw              | PARTNER                           | triage
seal                  | DESK KEEPER                       | triage closed
extend                | LEAD                              | triage
find_above_ceiling    | LEAD                              | triage closed
handle_outside        | LEAD                              | triage
change_degree         | DESK KEEPER LEAD                  | triage
appoint_keeper        | LEAD                              | triage
repin_policy          | LEAD                              | triage closed
note                  | DESK KEEPER LEAD                  | triage closed
reach_step            | SYSTEM                            | triage closed
sweep                 | SYSTEM                            | triage closed
annul_breach          | LEAD                              | triage closed
explain_breach        | DESK KEEPER LEAD                  | triage closed
expire_consent        | SYSTEM                            | triage closed
place_legal_hold      | LEAD                              | triage closed
confirm_erasure       | LEAD                              | closed
drop_erasure          | LEAD                              | closed
`

const ofInformation = `
claim                 | DESK KEEPER                       | received triage with_units clarifying
route                 | DESK KEEPER                       | triage with_units
mark_duplicate        | DESK KEEPER                       | received triage with_units clarifying
ask_partner           | DESK KEEPER                       | triage with_units
reply                 | PARTNER                           | clarifying
remind_partner        | SYSTEM                            | clarifying
expire_clarification  | SYSTEM                            | clarifying
propose_refusal       | DESK KEEPER                       | triage
declare_not_competent | DESK KEEPER                       | triage
withdraw              | PARTNER                           | received triage with_units clarifying
seal                  | DESK KEEPER                       | received triage with_units clarifying closed
find_above_ceiling    | LEAD                              | received triage with_units clarifying closed
change_degree         | DESK KEEPER LEAD                  | received triage with_units clarifying
close_information     | DESK KEEPER                       | triage with_units
appoint_keeper        | LEAD                              | received triage with_units clarifying
repin_policy          | LEAD                              | received triage with_units clarifying closed
note                  | DESK KEEPER LEAD                  | received triage with_units clarifying closed
reach_step            | SYSTEM                            | received triage with_units clarifying closed
sweep                 | SYSTEM                            | received triage with_units clarifying closed
explain_breach        | DESK KEEPER LEAD                  | received triage with_units clarifying closed
annul_breach          | LEAD                              | received triage with_units clarifying closed
expire_consent        | SYSTEM                            | received triage with_units clarifying closed
place_legal_hold      | LEAD                              | received triage with_units clarifying closed
confirm_erasure       | LEAD                              | closed
drop_erasure          | LEAD                              | closed
lower_level           | LEAD                              | received triage with_units clarifying closed
`

// Of a task: name, who, from which states of the task, in which of the request.
const onTask = `
propose_clarification | UNIT UNIT_LEAD                  | TAKEN                        | OPEN
return                | DESK KEEPER                     | answered                     | in_review consent_pending
accept                | UNIT UNIT_LEAD                  | queued                       | OPEN
decline               | UNIT UNIT_LEAD                  | queued                       | OPEN
forward               | UNIT UNIT_LEAD                  | TAKEN                        | OPEN
hold                  | UNIT UNIT_LEAD                  | accepted in_progress returned | OPEN
resume                | UNIT UNIT_LEAD                  | on_hold                      | OPEN
confirm_hold          | UNIT_LEAD LEAD                  | ANY                          | OPEN
reject_hold           | UNIT_LEAD LEAD                  | ANY                          | OPEN
answer                | UNIT UNIT_LEAD                  | TAKEN                        | OPEN
assign                | UNIT UNIT_LEAD                  | queued TAKEN                 | OPEN
acknowledge_stop      | UNIT UNIT_LEAD                  | stopped                      | EVER
note                  | DESK KEEPER LEAD UNIT UNIT_LEAD | ANY                          | EVER
`

func shorthand() *strings.Replacer {
	const open = "received triage with_units clarifying in_review consent_pending"
	const ends = "confirmed closed refused not_competent withdrawn expired duplicate"
	const taken = "accepted in_progress on_hold returned"
	return strings.NewReplacer("OPEN", open, "ENDS", ends, "EVER", open+" answered "+ends, "TAKEN", taken,
		"ANY", "queued "+taken+" answered done declined forwarded stopped")
}

func everyState() []string {
	return append([]string{"unborn"}, strings.Fields(shorthand().Replace("EVER"))...)
}

func everyTaskState() []string { return strings.Fields(shorthand().Replace("ANY")) }

func everybody() map[string]Actor {
	is := func(role Role) Actor { return Actor{Person: PersonID("p_" + role), Roles: []Role{role}} }
	return map[string]Actor{
		"PARTNER": liaison(), "ORIGINATOR": stranger(), "SYSTEM": System(), "DESK": desk(), "LEAD": lead(),
		"UNIT": officer("03"), "UNIT_LEAD": unitLead("03"), "STRANGER": officer("30"), "STRANGE_LEAD": unitLead("30"),
		"SUPERVISOR": is(RoleSupervisor), "AUDITOR": is(RoleAuditor), "OPERATOR": is(RoleOperator), "KEEPER": keeper(),
		"OUTSIDE": {Person: "p_outside", Roles: []Role{RoleKeeper}, Keeps: []Compartment{"wildlife-l3"}}, "NOBODY": {},
	}
}

// allows reads a table: name and role and state (and state of the task) that are in it.
func allows(table, name, role string, states ...string) bool {
	for line := range strings.Lines(strings.TrimSpace(table)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if strings.TrimSpace(cells[0]) != name || !slices.Contains(strings.Fields(cells[1]), role) {
			continue
		}
		inAll := true
		for i, state := range states {
			inAll = inAll && slices.Contains(strings.Fields(shorthand().Replace(cells[2+i])), state)
		}
		if inAll {
			return true
		}
	}
	return false
}

// ready is a request in that state in which everything that a row needs beyond it is there.
func ready(state string) Request {
	if state == "unborn" {
		return Request{}
	}
	in := intake(marking.L2)
	in.Compartment = "drugs"
	return Request{
		ID: "r", State: State(state), Round: 1, Intake: in, Questions: []Question{{Round: 1, N: 1}},
		Asked:     &Clarification{At: start()},
		Refusal:   &RefusalProposal{By: "p_somebody", Hash: "h"},
		Erasure:   &ErasureProposal{By: "p_somebody"},
		Proposals: []Proposal{{Task: "r-01"}},
		Package:   &Package{Editor: "p_somebody"},
		Consents:  []Consent{{N: 1, Originator: "TH", State: ConsentOpenState}},
		Releases:  []Release{{Version: 1, Round: 1, Kind: ReleaseFinal, PulledAt: start()}},
		Breaches:  []Breach{{N: 1, Step: Step{Task: "r-01"}}},
		Tasks:     []Task{taskIn("queued")},
	}
}

func taskIn(state string) Task {
	return Task{
		Assignment: Assignment{Task: "r-01", Kind: TaskQuestion, Unit: "03", Questions: []int{1}}, Round: 1, State: TaskState(state),
		Holds: []Hold{{By: "p_somebody"}}, Answers: []TaskAnswer{{By: "p_somebody"}},
	}
}

// without is a table without the rows of some names.
func without(table string, names ...string) string {
	var kept strings.Builder
	for line := range strings.Lines(table) {
		if name, _, _ := strings.Cut(line, " "); !slices.Contains(names, name) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func checkAllowed(t *testing.T, table, state string, r Request) {
	t.Helper()
	for role, by := range everybody() {
		allowed := r.Allowed(by)
		for _, n := range Names() {
			if got, want := slices.Contains(allowed, n), allows(table, string(n), role, state); got != want {
				t.Errorf("%s: %s by %s: got %v, want %v", state, n, role, got, want)
			}
		}
	}
}

func TestWhoMayDoWhatInEveryState(t *testing.T) {
	t.Parallel()
	for _, state := range everyState() {
		checkAllowed(t, ordinary, state, ready(state))
	}
}

func TestWhoMayDoWhatWhileAnAnswerIsCorrected(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"with_units", "in_review", "consent_pending"} {
		r := ready(state)
		r.Correction = &Correction{K: 1, From: Answered}
		checkAllowed(t, inCorrection, state, r)
	}
}

func TestWhoMayDoWhatWithAStub(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"triage", "closed"} {
		r := ready(state)
		r.Stub, r.Consents, r.Refusal, r.Releases, r.Package, r.Tasks = true, nil, nil, nil, nil, nil
		checkAllowed(t, ofStub, state, r)
		r.Erased = true // found above the ceiling: the same, but that nothing is left to keep or to erase
		checkAllowed(t, without(ofStub, "place_legal_hold", "confirm_erasure", "drop_erasure"), state, r)
	}
}

func TestWhoMayDoWhatWithInformation(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"received", "triage", "with_units", "clarifying", "closed"} {
		r := ready(state)
		r.Kind, r.Consents, r.Refusal, r.Releases, r.Package, r.Tasks = KindInformation, nil, nil, nil, nil, nil
		checkAllowed(t, ofInformation, state, r)
	}
}

func TestWhoMayDoWhatWithATaskInEveryState(t *testing.T) {
	t.Parallel()
	for _, state := range everyState()[1:] {
		for _, of := range everyTaskState() {
			r := ready(state)
			r.Tasks[0] = taskIn(of)
			for role, by := range everybody() {
				allowed := r.AllowedOnTask("r-01", by)
				for _, n := range Names() {
					if got, want := slices.Contains(allowed, n), allows(onTask, string(n), role, of, state); got != want {
						t.Errorf("request %s, task %s: %s by %s: got %v, want %v", state, of, n, role, got, want)
					}
				}
			}
		}
	}
}

func TestAReleasedTaskIsReturnedOnlyInACorrection(t *testing.T) {
	t.Parallel()
	r := ready("in_review")
	r.Tasks[0] = taskIn("done")
	if slices.Contains(r.AllowedOnTask("r-01", desk()), NameReturnTask) {
		t.Error("returned without a correction")
	}
	r.Correction = &Correction{K: 1, From: Answered}
	if !slices.Contains(r.AllowedOnTask("r-01", desk()), NameReturnTask) {
		t.Error("not returned in a correction")
	}
}

func TestEditorAuthorsAndProposerAreNotTheirOwnReviewers(t *testing.T) {
	t.Parallel()
	r := ready("in_review")
	for _, n := range []Name{NameAskConsent, NameReleasePackage} {
		r.Package = &Package{Editor: "p_desk"}
		if slices.Contains(r.Allowed(desk()), n) {
			t.Errorf("the editor may %s", n)
		}
		r.Package = &Package{Editor: "p_somebody", Authors: []PersonID{"p_desk"}}
		if slices.Contains(r.Allowed(desk()), n) {
			t.Errorf("an author may %s", n)
		}
	}
	r.Refusal.By = "p_lead"
	if slices.Contains(r.Allowed(lead()), NameApproveRefusal) {
		t.Error("the proposer may approve")
	}
	if !slices.Contains(r.Allowed(lead()), NameRejectRefusal) {
		t.Error("who proposed may turn it down")
	}
}

func TestAnExcludedPersonMayDoNothing(t *testing.T) {
	t.Parallel()
	for _, state := range everyState()[1:] {
		r := ready(state)
		r.Excluded.Persons = []PersonID{"p_desk", "p_lead", "p_officer03"}
		for _, by := range []Actor{desk(), lead(), officer("03")} {
			if got := append(r.Allowed(by), r.AllowedOnTask("r-01", by)...); len(got) > 0 {
				t.Errorf("%s: %s may %v", state, by.Person, got)
			}
		}
	}
}
