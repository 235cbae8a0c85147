package access_test

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

func TestTheEmbeddedPoliciesAreWhole(t *testing.T) {
	t.Parallel()
	if err := access.CheckPolicies(); err != nil {
		t.Fatal(err)
	}
}

// planted is the embedded policies with one more file.
func planted(t *testing.T, text string) fs.FS {
	t.Helper()
	files := fstest.MapFS{"planted.cedar": {Data: []byte(text)}}
	paths, err := fs.Glob(access.Policies(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		data, err := fs.ReadFile(access.Policies(), path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = &fstest.MapFile{Data: data}
	}
	return files
}

func TestAPolicyThatCannotBeReadStopsTheStart(t *testing.T) {
	t.Parallel()
	const good = `@id("planted") permit (principal in Role::"DESK", action in Action::"DESK", resource is Case) when { resource.stub };`
	if err := access.ReadPolicies(planted(t, good)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ text, told string }{
		"does not parse":          {`@id("planted") permit (principal, action, resource`, "planted.cedar"},
		"has no id":               {strings.Replace(good, `@id("planted") `, "", 1), "no @id"},
		"has an empty id":         {strings.Replace(good, "planted", "", 1), "no @id"},
		"has the id of another":   {strings.Replace(good, "planted", "desk-open", 1), "twice"},
		"an unknown action":       {strings.Replace(good, `Action::"DESK"`, `Action::"dropTables"`, 1), "dropTables"},
		"an unknown attribute":    {strings.Replace(good, "resource.stub", "resource.secret", 1), "secret"},
		"an attribute not asked":  {strings.Replace(good, "resource.stub", "resource.keeper == principal", 1), "keeper"},
		"an unknown type":         {strings.Replace(good, "is Case", "is Dossier", 1), "Dossier"},
		"a comparison of nothing": {strings.Replace(good, "resource.stub", `resource.stub == "yes"`, 1), "stub"},
		"a number for a truth":    {strings.Replace(good, "resource.stub", "1", 1), "Long"},
	} {
		err := access.ReadPolicies(planted(t, test.text))
		if err == nil {
			t.Errorf("%s: let pass", name)
		} else if name != "a comparison of nothing" && !strings.Contains(err.Error(), test.told) {
			t.Errorf("%s: told as %v", name, err)
		}
	}
	if err := access.ReadPolicies(fstest.MapFS{"schema.cedarschema": {Data: []byte(mustRead(t, "schema.cedarschema"))}}); err == nil {
		t.Error("no policies at all: let pass")
	}
	if err := access.ReadPolicies(fstest.MapFS{}); err == nil {
		t.Error("no schema: let pass")
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	data, err := fs.ReadFile(access.Policies(), path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestEveryPolicyIsExplainedInWords: a reader who does not know Cedar reads the comments.
func TestEveryPolicyIsExplainedInWords(t *testing.T) {
	t.Parallel()
	paths, err := fs.Glob(access.Policies(), "*.cedar")
	if err != nil || len(paths) < 10 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		before := ""
		for line := range strings.Lines(mustRead(t, path)) {
			if strings.HasPrefix(line, "@id") && (!strings.HasPrefix(before, "// ") || !strings.HasSuffix(before, ".\n")) {
				t.Errorf("%s: %s has no sentence before it", path, strings.TrimSpace(line))
			}
			before = line
		}
	}
}

// TestASliceDecidesAsAllPoliciesDo: sparing policies by their scopes changes no answer.
func TestASliceDecidesAsAllPoliciesDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, r := anyCaller(t), anyRequest(t)
		things := append([]access.Object{access.ObjectOf(r), access.OfUnit(anyOf(t, units, "queue"))}, tasksOf(r)...)
		thing := anyOf(t, things, "object")
		for _, action := range access.ActionsOn(thing) {
			if access.Sliced(c, action, thing) != access.Whole(c, action, thing) {
				t.Fatalf("%s: the slice says %v", action, access.Sliced(c, action, thing))
			}
		}
	})
}

// TestCallersAndObjectsAreWrittenAsTheSchemaSays: so that no policy fails to be evaluated.
func TestCallersAndObjectsAreWrittenAsTheSchemaSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, r := anyCaller(t), anyRequest(t)
		r.Consents = []verification.Consent{{N: 1, Originator: anyOf(t, partners, "originator")}}
		things := append([]access.Object{access.ObjectOf(r), access.OfUnit("03"), access.OfConsent(r, 1)}, tasksOf(r)...)
		for _, thing := range things {
			if err := access.Fits(c, thing); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestRowsOfOneFaceAreOneToThePolicies: what Visible remembers for one row holds for each that shows the same.
func TestRowsOfOneFaceAreOneToThePolicies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one, two := anyRow(t), anyRow(t)
		if rapid.Bool().Draw(t, "alike") {
			two = one
			two.ID = "another"
		}
		if access.SameFace(one, two) != (access.SameEntity(one, two) && access.HasFace(one) && access.HasFace(two)) {
			t.Fatal("one face and two entities, or the reverse")
		}
	})
}

// TestRowsThatDifferInOneThingAreNotTakenForEachOther: what was answered of one row is not answered of another.
func TestRowsThatDifferInOneThingAreNotTakenForEachOther(t *testing.T) {
	t.Parallel()
	open := access.ObjectOf(request("NG", "03"))
	two, inTriage, named := open, access.ObjectOf(sealed(request("NG", "03"), "drugs")), access.ObjectOf(sealed(request("NG", "03", me), "drugs"))
	two.Parts = append(slices.Clone(two.Parts), access.Part{Task: "r-02", Unit: "30"})
	inTriage.Parts = nil
	rows := map[string]access.Object{
		"an open one": open, "of two units": two, "a task": open.OfTask("r-01"), "a sealed one in triage": inTriage, "one that names an officer": named,
	}
	part := func(change func(*access.Part)) func(*access.Object) {
		return func(o *access.Object) {
			o.Parts = slices.Clone(o.Parts)
			for i := range o.Parts {
				change(&o.Parts[i])
			}
		}
	}
	for what, change := range map[string]func(*access.Object){
		"partner": func(o *access.Object) { o.Partner = "KE" }, "compartment": func(o *access.Object) { o.Compartment = "precursor" },
		"keeper": func(o *access.Object) { o.Keeper = me }, "end": func(o *access.Object) { o.State = verification.Closed },
		"level": func(o *access.Object) {
			o.Level = map[bool]marking.Level{true: marking.L2, false: marking.L3}[o.Sealed()]
		},
		"stub": func(o *access.Object) { o.Stub = true }, "unit": part(func(p *access.Part) { p.Unit = "45" }),
		"stop": part(func(p *access.Part) { p.Stopped = true }), "officers": part(func(p *access.Part) { p.Officers = []verification.PersonID{another} }),
		"another part":       func(o *access.Object) { o.Parts = append(slices.Clone(o.Parts), access.Part{Task: "r-03", Unit: "45"}) },
		"conflict":           func(o *access.Object) { o.Excluded.Persons = []verification.PersonID{me} },
		"conflict of a unit": func(o *access.Object) { o.Excluded.Units = []verification.UnitCode{"03"} },
		"alarm":              func(o *access.Object) { o.Alarmed = []verification.PersonID{me} },
	} {
		seen := false
		for row, one := range rows {
			other := one
			change(&other)
			differs := !access.SameEntity(one, other)
			seen = seen || differs
			if differs && access.SameFace(one, other) {
				t.Errorf("%s and the same of another %s have one face", row, what)
			}
		}
		if !seen {
			t.Errorf("%s: no policy sees it", what)
		}
	}
}

// TestCallersWhoDifferInOneThingAreNotTakenForEachOther: nobody gets the answer that another was given a moment ago.
func TestCallersWhoDifferInOneThingAreNotTakenForEachOther(t *testing.T) {
	t.Parallel()
	open, inDrugs := access.ObjectOf(request("NG", "03")), access.ObjectOf(sealed(request("NG", "03"), "drugs"))
	inDrugs.Parts = nil // so that the answer is remembered
	stub := inDrugs
	stub.Stub, stub.Compartment, stub.Keeper = true, "", me
	for name, test := range map[string]struct {
		who    string
		op     access.Operation
		about  access.Object
		change func(*access.Caller)
	}{
		"another person":      {"KEEPER", access.OpGetRequest, stub, func(c *access.Caller) { c.Person = another }},
		"another partner":     {"PARTNER", access.OpGetRequest, open, func(c *access.Caller) { c.Partner = "KE" }},
		"another unit":        {"UNIT", access.OpGetTask, open.OfTask("r-01"), func(c *access.Caller) { c.Unit = "45" }},
		"other roles":         {"DESK", access.OpGetRequest, open, func(c *access.Caller) { c.Roles = []verification.Role{verification.RoleOperator} }},
		"another compartment": {"DESK", access.OpGetRequest, inDrugs, func(c *access.Caller) { c.Members = []verification.Compartment{"precursor"} }},
		"no keeper any more":  {"KEEPER", access.OpGetRequest, inDrugs, func(c *access.Caller) { c.Keeps = nil }},
		"a program":           {"DESK", access.OpGetRequest, inDrugs, func(c *access.Caller) { c.System = true }},
		"without a session":   {"signed-in", access.OpGetSession, access.Absent(), func(c *access.Caller) { c.Means = access.ByKey }},
	} {
		allowed, other := actors()[test.who], actors()[test.who]
		test.change(&other)
		for range 2 {
			if v := access.May(allowed, test.op, test.about); v != access.Allowed {
				t.Errorf("%s: the one who may: %s", name, v)
			}
			if v := access.May(other, test.op, test.about); v == access.Allowed {
				t.Errorf("%s gets the answer of the one who may", name)
			}
		}
	}
}

// anyRow is what a row of a board or a queue tells, or more than any would.
func anyRow(t *rapid.T) access.Object {
	o := access.ObjectOf(anyRequest(t))
	if rapid.Bool().Draw(t, "plain") {
		o.Excluded = verification.Exclusion{}
	}
	o.Parts = o.Parts[:min(len(o.Parts), rapid.IntRange(0, 2).Draw(t, "parts"))]
	if len(o.Parts) > 0 && rapid.Bool().Draw(t, "of a task") {
		return o.OfTask(o.Parts[0].Task)
	}
	return o
}

// TestAPolicyThatCannotBeEvaluatedDeniesAndIsTold: it names the policy, and nothing of the case.
func TestAPolicyThatCannotBeEvaluatedDeniesAndIsTold(t *testing.T) {
	t.Parallel()
	defer func() {
		var told *access.EvaluationError
		if err, ok := recover().(error); !ok || !errors.As(err, &told) || told.Policy != "desk-open" {
			t.Errorf("told %v", err)
		}
	}()
	access.AskOfAnEmptyCase(actors()["DESK"])
	t.Error("it was answered")
}

// TestWhoMayEverCallIsReadFromThePolicies: a role that the row names and whoever stands in for it, and no other.
func TestWhoMayEverCallIsReadFromThePolicies(t *testing.T) {
	t.Parallel()
	want := map[access.Operation][]string{
		access.OpGetLive:       slices.Sorted(maps.Keys(actors())),
		access.OpSubmitRequest: {"PARTNER"},
		access.OpDecideConsent: {"PARTNER"},
		access.OpGetRequest:    {"DESK", "KEEPER", "LEAD", "PARTNER", "SUPERVISOR"},
		access.OpAcceptTask:    {"DESK", "KEEPER", "UNIT", "UNIT_LEAD"}, // the desk for its own unit
		access.OpGetUnitQueue:  {"DESK", "KEEPER", "UNIT", "UNIT_LEAD"},
		access.OpConfirmHold:   {"LEAD", "UNIT_LEAD"},
		access.OpRouteRequest:  {"DESK", "KEEPER"},
		access.OpRegisterStub:  {"DESK"},
		access.OpGetReaders:    {"AUDITOR", "DESK", "KEEPER", "LEAD"},
		"dropTables":           nil,
	}
	for op, names := range want {
		var got []string
		for name, c := range actors() {
			if access.Ever(c, op) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, names) {
			t.Errorf("%s: %q, not %q", op, got, names)
		}
	}
}

func TestAQueueHoldsWhatAProgramOfTheUnitMayKnow(t *testing.T) {
	t.Parallel()
	stop, over, away := request("NG", "03"), request("NG", "03"), request("NG", "03")
	stop.State, stop.Tasks[0].State = verification.Withdrawn, verification.TaskStopped
	over.State, over.Tasks[0].State = verification.Closed, verification.TaskDone
	away.Excluded.Units = []verification.UnitCode{"03"}
	stub := request("NG", "03")
	stub.Stub = true
	for name, test := range map[string]struct {
		r    verification.Request
		unit verification.UnitCode
		want bool
	}{
		"its task": {request("NG", "03"), "03", true}, "another unit's": {request("NG", "45"), "03", false},
		"sealed": {sealed(request("NG", "03"), "drugs"), "03", false}, "sealed, naming an officer": {sealed(request("NG", "03", me), "drugs"), "03", false},
		"a stub": {stub, "03", false}, "ended": {over, "03", false}, "a stop": {stop, "03", true}, "excluded": {away, "03", false},
		"no unit": {request("NG", ""), "", false},
	} {
		if got := access.Queued(test.unit, access.ObjectOf(test.r).OfTask("r-01")); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if access.Queued("03", access.ObjectOf(request("NG", "03"))) {
		t.Error("a request lies in a queue")
	}
}
