package access_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

var (
	persons      = []verification.PersonID{"", "p1", "p2", "p3", "p4"}
	units        = []verification.UnitCode{"", "03", "30", "45", "A1K1"}
	partners     = []verification.PartnerCode{"", "NG", "KE", "TH"}
	compartments = []verification.Compartment{"", "drugs", "precursor", "general-l3"}
	roles        = []verification.Role{
		verification.RolePartner, verification.RoleDesk, verification.RoleLead, verification.RoleKeeper, verification.RoleUnit,
		verification.RoleUnitLead, verification.RoleSupervisor, verification.RoleAuditor, verification.RoleOperator,
	}
)

func anyOf[T any](t *rapid.T, from []T, name string) T { return rapid.SampledFrom(from).Draw(t, name) }

func someOf[T any](t *rapid.T, from []T, name string) []T {
	return rapid.SliceOfN(rapid.SampledFrom(from), 0, 3).Draw(t, name)
}

// anyCaller holds any roles together, also those that Decide would refuse: the authoriser does not lean on it.
func anyCaller(t *rapid.T) access.Caller {
	p := access.Principal{
		ID: anyOf(t, persons, "person"), System: rapid.Bool().Draw(t, "system"), Roles: someOf(t, roles, "roles"),
		Partner: anyOf(t, partners, "partner"), Unit: anyOf(t, units, "unit"),
	}
	for _, c := range someOf(t, compartments, "member of") {
		p.Compartments = append(p.Compartments, access.Membership{Compartment: c, Keeper: rapid.Bool().Draw(t, "keeper")})
	}
	return p.Caller("k")
}

func anyRequest(t *rapid.T) verification.Request {
	states := []verification.State{verification.Triage, verification.WithUnits, verification.Answered, verification.Closed}
	r := verification.Request{
		ID: "r", State: anyOf(t, states, "state"), Stub: rapid.Bool().Draw(t, "stub"), Keeper: anyOf(t, persons, "stub keeper"),
		Intake: verification.Intake{
			Partner: anyOf(t, partners, "owner"), Compartment: anyOf(t, compartments, "compartment"),
			Level: marking.Level(rapid.IntRange(int(marking.Unmarked), int(marking.L4)).Draw(t, "level")),
		},
		Excluded: verification.Exclusion{Units: someOf(t, units, "excluded units"), Persons: someOf(t, persons, "excluded persons")},
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "tasks") {
		r.Tasks = append(r.Tasks, verification.Task{
			Assignment: verification.Assignment{
				Task: verification.NewTaskID("r", n+1), Unit: anyOf(t, units, "task unit"), Officers: someOf(t, persons, "officers"),
			},
			State: anyOf(t, []verification.TaskState{verification.Queued, verification.TaskDone, verification.TaskStopped}, "task state"),
		})
	}
	return r
}

// inside says, in words of lifecycle.md and fields.md and apart from the program, whether the caller is one of the
// named persons of a sealed matter.
func inside(c access.Caller, r verification.Request) bool {
	if c.Has(verification.RolePartner) && c.Partner != "" && c.Partner == r.Partner {
		return true // the partner's own request
	}
	if c.System || slices.Contains(r.Excluded.Persons, c.Person) && c.Person != "" {
		return false
	}
	if r.Compartment != "" && slices.Contains(c.Members, r.Compartment) {
		return true
	}
	if r.Stub && (c.Has(verification.RoleLead) || r.Keeper != "" && r.Keeper == c.Person) {
		return true
	}
	for _, task := range r.Tasks {
		named := slices.Contains(task.Officers, c.Person) || len(task.Officers) == 0 && c.Has(verification.RoleUnitLead)
		if c.Unit != "" && c.Unit == task.Unit && c.Person != "" && named {
			return true
		}
	}
	return false
}

func TestNobodyOutsideSeesASealedMatterInAnyRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, r := anyCaller(t), anyRequest(t)
		o := access.ObjectOf(r)
		if !o.Sealed() || inside(c, r) {
			return
		}
		held := access.NewSealed()
		held.Put(o)
		if !held.Hides(c, r.ID) || len(held.VisibleTo(c)) != 0 {
			t.Fatal("the set at read time lets it through")
		}
		for _, thing := range append([]access.Object{o}, tasksOf(r)...) {
			if access.Visible(c)(thing) || access.ViewOf(c, thing) != access.NoView {
				t.Fatal("a row is visible")
			}
		}
		for _, rule := range access.Table() { // commands too: they must not tell more than a read
			if rule.Object != access.OnRequest && rule.Object != access.OnTask {
				continue
			}
			thing := o
			if rule.Object == access.OnTask && len(r.Tasks) > 0 {
				thing = o.OfTask(r.Tasks[0].Task)
			}
			if v := access.May(c, rule.Operation, thing); v != access.Hidden {
				t.Fatalf("%s: %s", rule.Operation, v)
			}
		}
	})
}

func tasksOf(r verification.Request) []access.Object {
	var all []access.Object
	for _, task := range r.Tasks {
		all = append(all, access.ObjectOf(r).OfTask(task.Task))
	}
	return all
}

// TestWhatOneMayReadIsVisibleAndHasAView: the three questions never disagree.
func TestWhatOneMayReadIsVisibleAndHasAView(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, r := anyCaller(t), anyRequest(t)
		o := access.ObjectOf(r)
		visible := access.Visible(c)(o)
		if visible != (access.ViewOf(c, o) != access.NoView) {
			t.Fatal("a view of what is not visible, or none of what is")
		}
		for _, op := range []access.Operation{access.OpGetRequest, access.OpGetClocks, access.OpGetHistory} {
			if v := access.May(c, op, o); (v == access.Hidden) == visible {
				t.Fatalf("%s is %s, visible %v", op, v, visible)
			}
		}
	})
}

// TestAPartnersSightDependsOnlyOnWhoseRequestItIs: what a partner may do depends on whose request it is and on nothing
// else, so that sealing, exclusion, stubs and tasks change nothing that it can see.
func TestAPartnersSightDependsOnlyOnWhoseRequestItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		partner := anyOf(t, partners[1:], "partner")
		c := access.Principal{ID: "p1", Roles: []verification.Role{verification.RolePartner}, Partner: partner}.Caller("k")
		r := anyRequest(t)
		plain := verification.Request{ID: "r", State: verification.Triage, Intake: verification.Intake{Partner: r.Partner, Level: marking.L1}}
		for _, rule := range access.Table() {
			if rule.Object != access.OnRequest {
				continue
			}
			if a, b := access.May(c, rule.Operation, access.ObjectOf(r)), access.May(c, rule.Operation, access.ObjectOf(plain)); a != b {
				t.Fatalf("%s: %s, and %s of a plain one", rule.Operation, a, b)
			}
		}
	})
}

func TestThoseOfOneAudienceSeeTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, one, two := anyCaller(t), anyRequest(t), anyRequest(t)
		if rapid.Bool().Draw(t, "alike") {
			two = one
			two.ID, two.Version, two.Tasks = "other", 7, slices.Clone(one.Tasks)
			slices.Reverse(two.Tasks)
			if access.AudienceOf(one) != access.AudienceOf(two) {
				t.Fatal("the order of tasks makes another audience")
			}
		}
		if access.AudienceOf(one) != access.AudienceOf(two) {
			return
		}
		if access.Visible(c)(access.ObjectOf(one)) != access.Visible(c)(access.ObjectOf(two)) {
			t.Fatal("one audience, two answers")
		}
	})
}

func TestAnotherCompartmentIsAnotherAudience(t *testing.T) {
	t.Parallel()
	seen := map[access.Audience]string{access.AudienceOf(verification.Request{}): "absent"}
	away, closed, stop := request("NG", "03"), request("NG", "03"), request("NG", "03")
	away.Excluded.Units = []verification.UnitCode{"03"}
	closed.State, closed.Tasks[0].State = verification.Closed, verification.TaskDone
	stop.State, stop.Tasks[0].State = verification.Closed, verification.TaskStopped
	for name, r := range map[string]verification.Request{
		"open":      request("NG", "03"),
		"two units": {ID: "r", State: verification.WithUnits, Intake: request("NG", "03").Intake, Tasks: append(request("NG", "03").Tasks, request("NG", "45").Tasks...)},
		"drugs":     sealed(request("NG", "03"), "drugs"),
		"precursor": sealed(request("NG", "03"), "precursor"),
		"named":     sealed(request("NG", "03", me), "drugs"),
		"excluded":  columns()[5],
		"a unit is": away, "closed": closed, "a stop": stop,
	} {
		a := access.AudienceOf(r)
		if other, twice := seen[a]; twice {
			t.Errorf("%s and %s have one audience", name, other)
		}
		seen[a] = name
	}
}

func TestAUnitReadsNoClosedCaseButAStopThatItHasNotAcknowledged(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UNIT", "UNIT_LEAD"} {
		officer := actors()[name]
		r := request("NG", "03")
		r.State, r.Tasks[0].State = verification.Closed, verification.TaskDone
		o := access.ObjectOf(r).OfTask("r-01")
		if access.May(officer, access.OpGetTask, o) != access.Hidden || access.Visible(officer)(o) {
			t.Errorf("%s: a closed case is read", name)
		}
		if access.May(officer, access.OpAcceptTask, o) != access.Allowed {
			t.Errorf("%s: a repeated acceptance that closed the circulation finds nothing", name)
		}
		away := r
		away.Tasks = append(slices.Clone(r.Tasks), request("NG", "45").Tasks...)
		away.Tasks[1].State = verification.TaskStopped
		if access.Visible(officer)(access.ObjectOf(away)) {
			t.Errorf("%s: a closed case is read while another unit has a stop to acknowledge", name)
		}
		r.Tasks[0].State = verification.TaskStopped
		o = access.ObjectOf(r).OfTask("r-01")
		if access.May(officer, access.OpGetTask, o) != access.Allowed || !access.Visible(officer)(o) {
			t.Errorf("%s: a stop cannot be read", name)
		}
		r.Tasks[0].StopSeen = true
		if access.Visible(officer)(access.ObjectOf(r).OfTask("r-01")) {
			t.Errorf("%s: an acknowledged stop is read", name)
		}
		r.State = verification.Answered
		if !access.Visible(officer)(access.ObjectOf(r).OfTask("r-01")) {
			t.Errorf("%s: answered is no end", name)
		}
	}
}

// So it is of a sealed matter, for the officers whom its task names and, where it names nobody, for the leads of that unit.
func TestASealedTaskThatIsOverIsReadNoMoreThanAnOpenOne(t *testing.T) {
	t.Parallel()
	for _, of := range []struct {
		name  string
		named []verification.PersonID
	}{{"UNIT", []verification.PersonID{me}}, {"UNIT_LEAD", []verification.PersonID{me}}, {"UNIT_LEAD", nil}} {
		officer, elsewhere := actors()[of.name], actors()[of.name]
		elsewhere.Unit = "45"
		for _, test := range []struct {
			name  string
			state verification.State
			task  verification.TaskState
			seen  bool
			reads bool
		}{
			{"a live one", verification.WithUnits, verification.Queued, false, true},
			{"a closed one", verification.Closed, verification.TaskDone, false, false},
			{"a stop", verification.Closed, verification.TaskStopped, false, true},
			{"an acknowledged stop", verification.Closed, verification.TaskStopped, true, false},
		} {
			r := sealed(request("NG", "03", of.named...), "drugs")
			r.State, r.Tasks[0].State, r.Tasks[0].StopSeen = test.state, test.task, test.seen
			o := access.ObjectOf(r).OfTask("r-01")
			if got := access.Visible(officer)(o); got != test.reads || (access.May(officer, access.OpGetTask, o) == access.Allowed) != got {
				t.Errorf("%s, named %v: %s: %v", of.name, of.named, test.name, got)
			}
			if v := access.May(officer, access.OpAcceptTask, o); v != access.Allowed {
				t.Errorf("%s, named %v: a command to %s: %s", of.name, of.named, test.name, v)
			}
			if access.Visible(elsewhere)(o) || access.May(elsewhere, access.OpAcceptTask, o) != access.Hidden {
				t.Errorf("%s, named %v: %s: another unit knows of it", of.name, of.named, test.name)
			}
		}
	}
}

// What nobody has claimed alarms its leads (package gateway says whom). They name the keeper of that one matter, and by it
// they know and may nothing else of it, nor that of another which looks the same.
func TestALeadWhomASealedMatterAlarmsNamesItsKeeperAndKnowsNothingOfIt(t *testing.T) {
	t.Parallel()
	quiet := access.ObjectOf(sealed(request("TH", "45"), "precursor"))
	quiet.Parts, quiet.State = nil, verification.Triage
	alarms := func(who ...verification.PersonID) access.Object { o := quiet; o.Alarmed = who; return o }
	excluded := alarms(me)
	excluded.Excluded.Persons = []verification.PersonID{me}
	lead := actors()["LEAD"]
	program := lead
	program.System = true
	for _, test := range []struct {
		name string
		who  access.Caller
		what access.Object
		want access.Verdict
	}{
		{"it alarms nobody", lead, quiet, access.Hidden},
		{"it alarms the lead", lead, alarms(another, me), access.Allowed},
		{"it alarms another lead", lead, alarms(another), access.Hidden},
		{"it alarms nobody any more", lead, quiet, access.Hidden},
		{"a lead with a conflict of interest", lead, excluded, access.Hidden},
		{"a program under the lead's id", program, alarms(me), access.Hidden},
		{"the keeper of another compartment", actors()["KEEPER"], alarms(me), access.Hidden},
		{"a duty officer", actors()["DESK"], alarms(me), access.Hidden},
	} {
		if got := access.May(test.who, access.OpAppointAlarmed, test.what); got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
		if access.Visible(test.who)(test.what) || access.ViewOf(test.who, test.what) != access.NoView {
			t.Errorf("%s: it is known", test.name)
		}
		for _, rule := range access.Table() {
			if rule.Object == access.OnRequest && rule.Operation != access.OpAppointAlarmed && access.May(test.who, rule.Operation, test.what) != access.Hidden {
				t.Errorf("%s: %s", test.name, rule.Operation)
			}
		}
	}
}

func TestASealedTaskIsReadByTheOfficersNamedInIt(t *testing.T) {
	t.Parallel()
	officer, lead := actors()["UNIT"], actors()["UNIT_LEAD"]
	program := officer
	program.System = true
	open := access.ObjectOf(sealed(request("NG", "03"), "drugs")).OfTask("r-01")
	named := access.ObjectOf(sealed(request("NG", "03", me), "drugs")).OfTask("r-01")
	other := access.ObjectOf(sealed(request("NG", "03", another), "drugs")).OfTask("r-01")
	for _, test := range []struct {
		name string
		who  access.Caller
		what access.Object
		want bool
	}{
		{"nobody named, an officer", officer, open, false},
		{"nobody named, the lead", lead, open, true},
		{"named", officer, named, true},
		{"another named, an officer", officer, other, false},
		{"another named, the lead", lead, other, false},
		{"a program under the named person's id", program, named, false},
	} {
		if got := access.Visible(test.who)(test.what); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestAProgramIsInNoCompartmentWhateverItWasGranted(t *testing.T) {
	t.Parallel()
	stub := request("NG", "03")
	stub.Stub, stub.Level, stub.Keeper = true, marking.L4, me
	agency, kept := sealed(request("NG", verification.DeskUnit, me), "drugs"), stub
	kept.Tasks = agency.Tasks
	for _, name := range []string{"UNIT", "UNIT_LEAD", "DESK", "LEAD", "KEEPER", "AUDITOR"} {
		program := actors()[name]
		program.System = true
		for _, r := range []verification.Request{columns()[3], stub, agency, kept} {
			for _, thing := range append(tasksOf(r), access.ObjectOf(r)) {
				if access.Visible(program)(thing) {
					t.Errorf("%s sees a sealed matter, stub %v", name, r.Stub)
				}
			}
		}
	}
}

// A keeper who is named for a stub is let in by that. One who is named for another sealed matter keeps its compartment: when
// they no longer do, their name on it opens nothing.
func TestANameAsKeeperOpensAStubAndNothingElse(t *testing.T) {
	t.Parallel()
	matter := sealed(request("KE", verification.DeskUnit), "precursor")
	matter.Keeper = me
	mine := request("KE", verification.DeskUnit)
	mine.Stub, mine.Level, mine.Keeper = true, marking.L4, me
	others, nobodys := mine, mine
	others.Keeper, nobodys.Keeper = another, ""
	for _, name := range []string{"DESK", "KEEPER"} {
		c := actors()[name]
		for _, test := range []struct {
			name string
			r    verification.Request
			want bool
		}{
			{"a stub that they keep", mine, true},
			{"a stub that another keeps", others, false},
			{"a stub that nobody keeps", nobodys, false},
			{"a matter that names them", matter, false},
		} {
			o := access.ObjectOf(test.r)
			task := o.OfTask("r-01")
			for what, got := range map[string]bool{
				"it is known": access.Visible(c)(o), "its task is": access.Visible(c)(task),
				"it is read":             access.May(c, access.OpGetRequest, o) == access.Allowed,
				"its agency is answered": access.May(c, access.OpAnswerTask, task) == access.Allowed,
			} {
				if got != test.want {
					t.Errorf("%s, %s: %s: %v", name, test.name, what, got)
				}
			}
		}
	}
}

func TestAStubIsKnownToItsKeeperToTheLeadAndToItsPartner(t *testing.T) {
	t.Parallel()
	stub := request("NG", "03")
	stub.Tasks, stub.Stub, stub.Level, stub.Keeper = nil, true, marking.L4, me
	want := map[string]access.View{
		"PARTNER": access.PartnerView, "DESK": access.StaffView, "LEAD": access.StaffView, "KEEPER": access.StaffView,
	}
	for name, c := range actors() {
		if got := access.ViewOf(c, access.ObjectOf(stub)); got != want[name] {
			t.Errorf("%s, keeper of it: %q", name, got)
		}
	}
	stub.Keeper = another
	want = map[string]access.View{"PARTNER": access.PartnerView, "LEAD": access.StaffView}
	for name, c := range actors() {
		if got := access.ViewOf(c, access.ObjectOf(stub)); got != want[name] {
			t.Errorf("%s: %q", name, got)
		}
	}
	if v := access.May(actors()["LEAD"], access.OpHandleOutside, access.ObjectOf(stub)); v != access.Allowed {
		t.Errorf("row 26: %s", v)
	}
}

func TestAnExcludedUnitSeesNothingOfItAndItsDeskNeighboursDo(t *testing.T) {
	t.Parallel()
	r := request("NG", "03")
	r.Excluded.Units = []verification.UnitCode{"03", verification.DeskUnit}
	r.Tasks = append(r.Tasks, request("NG", "45").Tasks...)
	o := access.ObjectOf(r)
	for name, want := range map[string]bool{"UNIT": false, "UNIT_LEAD": false, "DESK": true, "PARTNER": true} {
		if got := access.Visible(actors()[name])(o); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, name := range []string{"UNIT", "UNIT_LEAD"} {
		other := actors()[name]
		other.Unit = "45"
		if !access.Visible(other)(o) {
			t.Errorf("%s of a unit that is not excluded sees nothing of it", name)
		}
	}
}

func TestSealedHoldsWhatMustBeDroppedAtReadTime(t *testing.T) {
	t.Parallel()
	held := access.NewSealed()
	desk, officer := actors()["DESK"], actors()["UNIT"]
	held.Put(access.ObjectOf(request("NG", "03")))
	if held.Len() != 0 || held.Hides(officer, "r") {
		t.Fatal("an open case is held")
	}
	held.Put(access.ObjectOf(sealed(request("NG", "03"), "precursor")))
	if held.Len() != 1 || !held.Hides(desk, "r") || !held.HidesTask(officer, "r-01") || held.Hides(officer, "other") {
		t.Fatal("a sealed case is not dropped, or another is")
	}
	if !held.HidesTask(officer, "no task") {
		t.Fatal("a row without a task's id is kept")
	}
	held.Put(access.ObjectOf(sealed(request("NG", "03", me), "drugs")))
	if held.Hides(desk, "r") || held.HidesTask(officer, "r-01") || !slices.Equal(held.VisibleTo(desk), []verification.RequestID{"r"}) {
		t.Fatal("a member's case is dropped")
	}
	held.Put(access.ObjectOf(columns()[5]))
	if held.Len() != 1 || !held.Hides(desk, "r") {
		t.Fatal("an excluded person sees the row")
	}
	held.Put(access.ObjectOf(request("NG", "03")))
	if held.Len() != 0 || held.Hides(desk, "r") {
		t.Fatal("what is open again is dropped")
	}
}
