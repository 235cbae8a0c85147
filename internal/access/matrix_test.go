package access_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

const (
	me      verification.PersonID = "p_0000000000000000"
	another verification.PersonID = "p_1111111111111111"
)

// actors are the principals of the matrix, by section.
func actors() map[string]access.Caller {
	at := func(role verification.Role, unit verification.UnitCode, in ...access.Membership) access.Caller {
		return access.Principal{ID: me, Roles: []verification.Role{role}, Unit: unit, Compartments: in}.Caller("k")
	}
	drugs := access.Membership{Compartment: "drugs"}
	partner := access.Principal{ID: me, Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	return map[string]access.Caller{
		"PARTNER":    partner.Caller("k"),
		"UNIT":       at(verification.RoleUnit, "03"),
		"UNIT_LEAD":  at(verification.RoleUnitLead, "03"),
		"DESK":       at(verification.RoleDesk, verification.DeskUnit, drugs),
		"LEAD":       at(verification.RoleLead, verification.DeskUnit, drugs),
		"KEEPER":     at(verification.RoleKeeper, verification.DeskUnit, access.Membership{Compartment: "drugs", Keeper: true}),
		"SUPERVISOR": at(verification.RoleSupervisor, verification.DeskUnit, drugs),
		"AUDITOR":    at(verification.RoleAuditor, verification.DeskUnit, drugs),
		"OPERATOR":   at(verification.RoleOperator, verification.DeskUnit, drugs),
		"SCREEN":     access.Principal{ID: me, System: true, Roles: []verification.Role{verification.RoleScreen}, Unit: verification.DeskUnit}.Caller("k"),
		"signed-in":  {Actor: verification.Actor{Person: me}, Means: access.BySession},
		"nobody":     {},
	}
}

// request makes a request with one task of the unit, whose originator NG or KE was once asked.
func request(partner verification.PartnerCode, unit verification.UnitCode, officers ...verification.PersonID) verification.Request {
	return verification.Request{
		ID: "r", State: verification.WithUnits, Intake: verification.Intake{Partner: partner, Level: marking.L2},
		Tasks: []verification.Task{{
			Assignment: verification.Assignment{Task: "r-01", Unit: unit, Officers: officers}, State: verification.Queued,
		}},
		Consents: []verification.Consent{{N: 1, Originator: partner}},
	}
}

func sealed(r verification.Request, into verification.Compartment) verification.Request {
	r.Level, r.Compartment = marking.L3, into
	return r
}

// columns are the seven objects of the matrix, in its order.
func columns() []verification.Request {
	excluded := request("NG", "03")
	excluded.Excluded.Persons = []verification.PersonID{me}
	return []verification.Request{
		request("NG", "03"),
		request("NG", "45"),
		request("KE", "45"),
		sealed(request("NG", "03", me), "drugs"),
		sealed(request("KE", "03", another), "precursor"),
		excluded,
		{},
	}
}

// objectFor is what an edge would load for the operation.
func objectFor(rule access.Rule, r verification.Request) access.Object {
	switch rule.Object {
	case access.OnRequest:
		return access.ObjectOf(r)
	case access.OnTask:
		return access.ObjectOf(r).OfTask("r-01")
	case access.OnConsent:
		return access.OfConsent(r, 1)
	case access.OnUnit:
		if len(r.Tasks) == 0 {
			return access.OfUnit("")
		}
		return access.OfUnit(r.Tasks[0].Unit)
	case access.Public, access.OnNothing, access.OnRows, access.OnSession, access.NoRule:
	}
	return access.Absent()
}

// expected reads the matrix: section, operation, seven letters.
func expected(t *testing.T) map[string]map[access.Operation]string {
	t.Helper()
	text, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]map[access.Operation]string{}
	section := ""
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case strings.HasPrefix(fields[0], "["):
			section = strings.Trim(fields[0], "[]")
			table[section] = map[access.Operation]string{}
		default:
			for _, op := range fields[1:] {
				if _, twice := table[section][access.Operation(op)]; twice {
					t.Fatalf("%s: %s stands twice", section, op)
				}
				table[section][access.Operation(op)] = fields[0]
			}
		}
	}
	return table
}

func letter(v access.Verdict) string { return strings.ToUpper(v.String()[:1]) }

func TestEveryActorMayWhatTheMatrixSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	want := expected(t)
	if len(want) != len(actors()) {
		t.Fatalf("%d sections for %d actors", len(want), len(actors()))
	}
	for name, caller := range actors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(want[name]) != len(access.Table()) {
				t.Errorf("%d operations in the matrix, %d in the table", len(want[name]), len(access.Table()))
			}
			for _, rule := range access.Table() {
				got := ""
				for _, r := range columns() {
					got += letter(access.May(caller, rule.Operation, objectFor(rule, r)))
				}
				if got != want[name][rule.Operation] {
					t.Errorf("%s: got %s, the matrix says %s", rule.Operation, got, want[name][rule.Operation])
				}
			}
		})
	}
}

func TestTheTableHoldsEveryOperationOfTheContractAndNoOther(t *testing.T) {
	t.Parallel()
	contract := contractOperations(t)
	for _, rule := range access.Table() {
		route := rule.Method + " " + rule.Path
		if contract[rule.Operation] != route {
			t.Errorf("%s is %q in the table and %q in the contract", rule.Operation, route, contract[rule.Operation])
		}
		delete(contract, rule.Operation)
		if !access.Listed(rule.Method, rule.Path) {
			t.Errorf("%s is not listed", route)
		}
		byRole := rule.Object != access.Public && rule.Object != access.OnSession
		if rule.Object == access.NoRule || byRole && len(rule.Roles) == 0 {
			t.Errorf("%s has no rule", rule.Operation)
		}
	}
	for op, route := range contract {
		t.Errorf("%s (%s) has no row", op, route)
	}
	if access.Listed("DELETE", "/v1/verification-requests/{id}") {
		t.Error("a route that nobody wrote is listed")
	}
}

// contractOperations reads method, path and operationId out of the contract by its indentation.
func contractOperations(t *testing.T) map[access.Operation]string {
	t.Helper()
	text, err := os.ReadFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^  (/\S+):\s*$|^    (get|post|put|patch|delete):|^\s+operationId:\s*(\S+)`)
	operations := map[access.Operation]string{}
	path, method := "", ""
	for _, m := range line.FindAllStringSubmatch(string(text), -1) {
		switch {
		case m[1] != "":
			path = m[1]
		case m[2] != "":
			method = strings.ToUpper(m[2])
		default:
			operations[access.Operation(m[3])] = method + " " + path
		}
	}
	if len(operations) < 60 {
		t.Fatalf("only %d operations read from the contract", len(operations))
	}
	return operations
}

func TestAnOperationThatIsNotListedIsDeniedToAll(t *testing.T) {
	t.Parallel()
	for name, caller := range actors() {
		if v := access.May(caller, "dropTables", access.ObjectOf(request("NG", "03"))); v != access.Hidden {
			t.Errorf("%s: %s", name, v)
		}
	}
	if v := access.May(access.Gateway(), access.OpRouteRequest, access.ObjectOf(request("NG", "03"))); v == access.Allowed {
		t.Error("SYSTEM passes an edge")
	}
}

// TestAnObjectOfTheWrongSortIsHidden: an edge that forgets OfTask, or passes a task where a request is meant, is denied.
func TestAnObjectOfTheWrongSortIsHidden(t *testing.T) {
	t.Parallel()
	whole := access.ObjectOf(request("NG", "03"))
	officer, desk := actors()["UNIT"], actors()["DESK"]
	for _, v := range []access.Verdict{
		access.May(officer, access.OpAcceptTask, whole),
		access.May(desk, access.OpRouteRequest, whole.OfTask("r-01")),
		access.May(officer, access.OpGetTask, whole.OfTask("r-02")),
		access.May(officer, access.OpGetTask, whole.OfTask("")),
		access.May(desk, access.OpNoteTask, whole.OfTask("r-02")),
		access.May(desk, access.OpGetRequest, access.OfUnit("03")),
		access.May(officer, access.OpGetUnitQueue, whole),
	} {
		if v != access.Hidden {
			t.Error(v)
		}
	}
	if access.Visible(access.Gateway())(access.Absent()) {
		t.Error("the gateway knows of what does not exist")
	}
}

func TestAnAskForConsentIsDecidedByTheOriginatorWhoWasAsked(t *testing.T) {
	t.Parallel()
	r := request("TH", "03")
	r.Consents = []verification.Consent{{N: 1, Originator: "KE"}, {N: 2, Originator: "NG"}}
	for n, want := range map[int]access.Verdict{1: access.Hidden, 2: access.Allowed, 3: access.Hidden} {
		if v := access.May(actors()["PARTNER"], access.OpDecideConsent, access.OfConsent(r, n)); v != want {
			t.Errorf("NG decides ask %d: %s", n, v)
		}
	}
}

// What Decide makes nobody of is refused here too.
func TestARoleWithoutWhatBelongsToItOpensNothing(t *testing.T) {
	t.Parallel()
	all := actors()
	partner, screen, program, nobody := all["PARTNER"], all["SCREEN"], all["signed-in"], all["signed-in"]
	partner.Partner, screen.System, program.System, nobody.Person = "", false, true, ""
	for _, test := range []struct {
		name string
		who  access.Caller
		op   access.Operation
	}{
		{"a liaison officer of no partner", partner, access.OpSubmitRequest},
		{"a liaison officer of no partner", partner, access.OpListRequests},
		{"a person with the role of a screen", screen, access.OpGetWall},
		{"a program in a session", program, access.OpGetSession},
		{"nobody in a session", nobody, access.OpGetSession},
	} {
		if v := access.May(test.who, test.op, access.Absent()); v != access.Forbidden {
			t.Errorf("%s, %s: %s", test.name, test.op, v)
		}
	}
}

func TestTheDeskWorksOnTheTasksAndTheQueueOfItsOwnUnit(t *testing.T) {
	t.Parallel()
	agency := access.ObjectOf(request("NG", verification.DeskUnit)).OfTask("r-01")
	inside := access.ObjectOf(sealed(request("NG", verification.DeskUnit), "drugs")).OfTask("r-01")
	outside := access.ObjectOf(sealed(request("NG", verification.DeskUnit), "precursor")).OfTask("r-01")
	desk, keeper := actors()["DESK"], actors()["KEEPER"]
	got := []access.Verdict{
		access.May(desk, access.OpAnswerTask, agency), access.May(desk, access.OpAnswerTask, inside),
		access.May(desk, access.OpAnswerTask, outside), access.May(keeper, access.OpAnswerTask, agency),
		access.May(keeper, access.OpAnswerTask, inside), access.May(desk, access.OpGetUnitQueue, access.OfUnit("A1K1")),
	}
	want := []access.Verdict{access.Allowed, access.Allowed, access.Hidden, access.Hidden, access.Allowed, access.Allowed}
	if !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for _, c := range []access.Caller{desk, keeper} {
		for own, queues := range map[verification.UnitCode]map[verification.UnitCode]bool{
			"A1K1": {"A1K1": true, "A1S1": false, "03": false}, "A1S1": {"A1K1": false, "A1S1": false, "03": false}, // where some keepers sit
		} {
			c.Unit = own
			for queue, may := range queues {
				if v := access.May(c, access.OpGetUnitQueue, access.OfUnit(queue)); (v == access.Allowed) != may {
					t.Errorf("%v of %s, the queue of %s: %s", c.Roles, own, queue, v)
				}
			}
		}
	}
}
