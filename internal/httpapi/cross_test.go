package httpapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// crossActors are the actors of testdata/cross.txt, by their keys' names. Nobody has no key.
func crossActors() map[string]access.Caller {
	in := func(actor, partner, unit string, roles ...verification.Role) access.Caller {
		return person(crossKey(actor), partner, unit, nil, roles...)
	}
	const desk = string(verification.DeskUnit)
	screen := in("screen", "", desk, verification.RoleScreen)
	screen.System = true
	return map[string]access.Caller{
		"partner": in("partner", "NG", "", verification.RolePartner),
		"desk":    in("desk", "", desk, verification.RoleDesk), "lead": in("lead", "", desk, verification.RoleLead),
		"keeper": in("keeper", "", desk, verification.RoleKeeper),
		"unit":   in("unit", "", "03", verification.RoleUnit), "unit lead": in("unit lead", "", "03", verification.RoleUnitLead),
		"supervisor": in("supervisor", "", desk, verification.RoleSupervisor), "auditor": in("auditor", "", desk, verification.RoleAuditor),
		"operator": in("operator", "", desk, verification.RoleOperator), "screen": screen, "nobody": {},
	}
}

// crossKey is the key of an actor, and the name of who holds it.
func crossKey(actor string) string { return "x" + strings.ReplaceAll(actor, " ", "") }

// crossed is one column: what a path's placeholders stand for.
type crossed struct{ request, unit, consent, number string }

const (
	nothing  = "00000000000000000000000000"
	noNumber = "VR-0000-0000-0000"
)

// fill writes the column's ids into a path or a body.
func (x crossed) fill(rule access.Rule, text string) string {
	id := x.request
	if rule.Object == access.OnConsent {
		id = x.consent
	}
	return strings.NewReplacer("{id}", id, "{task}", id+"-01", "{unit}", x.unit, "{n}", "1", "{number}", x.number, "{screen}", "p_0000000000000000", "{compartment}", "none", "{month}", "2021-01").Replace(text)
}

// crossWorld makes the six objects, in the order of the table.
func crossWorld(t *testing.T, r *rig) []crossed {
	t.Helper()
	registered := func(partner string) string {
		body := fmt.Sprintf(`{"partner":%q,"received_at":"2021-09-02T22:00:00+07:00","register_number":"R-1","request":%s}`, partner, submitted(t))
		id := r.call(t, ask{by: "desk", method: http.MethodPost, path: "/v1/registrations", body: body, header: withKey("of-" + partner)}).
			want(t, http.StatusCreated).text(t, "id")
		r.say(t, id, said{"desk", "{id}/routing", `{"assignments":[{"unit":"45","questions":[1,2,3]}]}`})
		return r.packaged(t, id, "officer-45")
	}
	closed := r.packaged(t, r.submit(t, "closed"), "unit03")
	r.say(t, closed, said{"ng", "{id}/withdrawal", `{}`}, said{"unit03", "{task}/stop-acknowledgement", `{}`})
	stub := r.call(t, ask{by: "desk", method: http.MethodPost, path: "/v1/stubs", header: withKey("stub"), body: `{
		"partner":"NG","register_number":"S-1","keeper":"p_xkeeper000000000","degree":"flash","received_at":"2021-09-02T22:00:00+07:00"}`}).
		want(t, http.StatusCreated).text(t, "id")
	objects := []crossed{
		{r.packaged(t, r.submit(t, "own"), "unit03"), "03", r.asked(t, "MW", "NG"), ""},
		{registered("NG"), "45", r.asked(t, "SG", "NG"), ""},
		{registered("AO"), "45", r.asked(t, "KH", "TH"), ""},
		{closed, "03", r.asked(t, "BE", "NG"), ""},
		{stub, "A1K1", nothing, ""},
	}
	for i, x := range objects {
		objects[i].number = r.call(t, ask{by: crossKey("lead"), path: "/v1/verification-requests/" + x.request}).want(t, http.StatusOK).text(t, "number")
		r.eventuallyGet(t, crossKey("lead"), "/v1/numbers/"+objects[i].number, func(g reply) bool { return g.status == http.StatusOK })
	}
	return append(objects, crossed{nothing, "99", nothing, noNumber})
}

// packaged takes a request that a unit has to a package that awaits its release, and returns its id.
func (r *rig) packaged(t *testing.T, id, officer string) string {
	t.Helper()
	r.say(
		t, id,
		said{officer, "{task}/acceptance", `{}`}, said{officer, "{task}/answer", heldByUnit}, said{"desk", "{id}/claim", `{}`},
		said{"desk", "{id}/review", `{}`}, said{"desk", "{id}/package", `{"kind":"partial"}`},
	)
	return id
}

// asked takes a partner's request to where an originator is asked for consent (S05), and returns the id of the ask.
func (r *rig) asked(t *testing.T, partner, originator string) string {
	t.Helper()
	story := tell(t, "S05-MW")
	story.Partner = partner
	p := r.play(story)
	for _, s := range story.Steps {
		if s.Call == "decideConsent" {
			break
		}
		if s.Partner == "MW" {
			s.Partner = partner
		}
		s.At = r.clock.now().Format("2006-01-02T15:04:05Z07:00")
		s.Body = json.RawMessage(strings.ReplaceAll(string(s.Body), `"NG"`, fmt.Sprintf("%q", originator)))
		p.do(t, s)
	}
	id, err := r.gateway.ConsentID(verification.RequestID(p.id), 1)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// crossBodies are bodies that their schemas accept. What they ask never happens: a command is sent with a version that
// no request has, which is compared once the caller may give it.
func crossBodies(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"answerQuestions": `{"questions":[{"n":3,"result":"cannot_say","code":"no_records"}]}`,
		"submitRequest":   submitted(t), "replyToClarification": `{"text":"This."}`, "withdrawRequest": `{}`,
		"confirmAnswer": `{"version":1}`, "followUp": followUp, "reopenRequest": `{}`, "decideConsent": `{"decision":"granted"}`,
		"putDraft": `{"fields":{"q1.text":["x"]}}`, "acceptTask": `{}`, "declineTask": `{"code":"other"}`, "forwardTask": `{"unit":"02","code":"other"}`, "holdTask": `{"code":"other_force"}`,
		"resumeTask": `{}`, "proposeClarification": `{"code":"other","text":"Which?"}`, "answerTask": heldByUnit,
		"assignTask": `{"officers":["p_unit030000000000"]}`, "noteTask": `{"text":"x"}`, "acknowledgeStop": `{}`, "confirmHold": `{}`,
		"rejectHold": `{"code":"other"}`, "claimRequest": `{}`, "routeRequest": `{"assignments":[{"unit":"02","questions":[1]}]}`,
		"askAgency": `{"agency":"tax","questions":[1]}`, "askPartner": `{"code":"other","text":"Which?"}`, "rejectClarification": `{"proposal":1,"code":"other"}`,
		"proposeRefusal": `{"code":"no_legal_basis","text":"The law."}`, "approveRefusal": `{"hash":"` + strings.Repeat("0", 64) + `"}`,
		"rejectRefusal": `{"code":"other"}`, "declareNotCompetent": `{"channel":"financial_intelligence"}`, "markDuplicate": `{"of":"{id}"}`,
		"returnToUnit": `{"task":"{task}","code":"other"}`, "askConsent": `{"facts":["f_0000000000000000"],"originator":"AO"}`,
		"correctAnswer": `{"code":"other"}`, "dropCorrection": `{}`, "recallVersion": `{"version":1,"code":"other"}`,
		"extendPromise": `{"due_at":"2021-12-01T00:00:00Z","code":"other"}`, "changeDegree": `{"degree":"flash","code":"other"}`,
		"sealRequest": `{"compartment":"drugs","reason":"x"}`, "sendToReview": `{}`, "declareAboveCeiling": `{"code":"other"}`, "handleOutside": `{}`,
		"closeCirculation": `{}`, "appointKeeper": `{"person":"p_xkeeper000000000"}`, "appointAlarmed": `{"person":"p_xkeeper000000000"}`, "repinPolicy": `{}`, "placeLegalHold": `{"reason":"x"}`, "liftLegalHold": `{"reason":"x"}`, "proposeErasure": `{}`, "confirmErasure": `{}`, "dropErasure": `{}`, "lowerLevel": `{"level":"L0","code":"other","agreed_in":0}`,
		"proposeErasures": `{"requests":["00000000000000000000000000"]}`, "confirmErasures": `{"requests":["00000000000000000000000000"]}`, "proposeMonthEnd": `{"reason":"x"}`, "confirmMonthEnd": `{}`, "dropMonthEnd": `{"reason":"x"}`, "noteRequest": `{"text":"x"}`,
		"setBreachCause": `{"code":"other"}`, "annulBreach": `{"code":"other"}`, "putPackage": `{"kind":"partial"}`,
		"findByReference": `{"own_reference":"nobody calls it so"}`, "beginPairing": `{}`, "pairScreen": `{"code":"0000-0000","label":"x"}`, "signIn": `{}`, "beginAtProvider": `{}`, "reauthenticate": `{}`, "changePassword": `{}`, "beginSecondFactor": `{}`, "confirmSecondFactor": `{}`, "setOnCall": `{}`, "setKeepersOnDuty": `{"from":"2021-09-02T00:00:00Z","until":"2021-09-03T00:00:00Z"}`, "setMark": `{}`, "testAlarm": `{}`, "confirmAlarmTests": `{}`,
		"releasePackage":  `{"hash":"` + strings.Repeat("0", 64) + `"}`,
		"registerRequest": `{"partner":"NG","received_at":"2021-09-02T22:00:00+07:00","register_number":"R-2","request":` + submitted(t) + `}`,
		"registerStub": `{"partner":"NG","register_number":"S-2","keeper":"p_xkeeper000000000","degree":"flash",
			"received_at":"2021-09-02T22:00:00+07:00"}`,
	}
}

// crossTable reads the table: actor, operation, six letters.
func crossTable(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/cross.txt")
	if err != nil {
		t.Fatal(err)
	}
	table, actor := map[string]map[string]string{}, ""
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case strings.HasPrefix(line, "["):
			actor = strings.Trim(strings.TrimSpace(line), "[]")
			table[actor] = map[string]string{}
		default:
			for _, op := range fields[1:] {
				if _, twice := table[actor][op]; twice || len(fields[0]) != 6 {
					t.Fatalf("%s: %s stands twice, or without six letters", actor, op)
				}
				table[actor][op] = fields[0]
			}
		}
	}
	return table
}

// crossLetter is what a reply stands for in the table. Whatever else comes is its status.
func crossLetter(op string, rule access.Rule, status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "U"
	case status == http.StatusForbidden:
		return "F"
	case status == http.StatusNotFound:
		return "H"
	case status == http.StatusPreconditionFailed && rule.Method != http.MethodGet,
		status == http.StatusOK && rule.Method == http.MethodGet,
		status == http.StatusCreated && rule.Object == access.OnNothing,
		status == http.StatusOK && op == "findByReference",                   // it only asks
		status == http.StatusOK && (op == "putDraft" || op == "deleteDraft"), // a draft has no version of the request's
		status == http.StatusConflict && op == "putDraft",                    // its task is closed
		status == http.StatusConflict && strings.HasSuffix(op, "MonthEnd"),   // nothing is due, nor proposed
		status == http.StatusUnprocessableEntity && op == "signIn",           // whoever it is may try
		status == http.StatusUnprocessableEntity && op == "setOnCall",        // it has no version
		status == http.StatusOK && op == "beginPairing",
		status == http.StatusOK && (op == "proposeErasures" || op == "confirmErasures"), // each request is answered by itself
		status == http.StatusOK && op == "confirmAlarmTests",                            // of what sounds, which here is nothing
		status == http.StatusUnprocessableEntity && op == "pairScreen":                  // no screen shows the code
		return "A"
	}
	return fmt.Sprintf("[%d]", status)
}

func TestEveryActorGetsOverHTTPWhatTheTableSays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for actor, caller := range crossActors() {
		r.keys.add(crossKey(actor), caller)
	}
	objects := crossWorld(t, r)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	server := httptest.NewServer(r.edge)
	t.Cleanup(server.Close)
	table, bodies := crossTable(t), crossBodies(t)
	if len(table) != len(crossActors()) {
		t.Errorf("%d sections for %d actors", len(table), len(crossActors()))
	}
	for actor := range crossActors() {
		t.Run(actor, func(t *testing.T) {
			t.Parallel()
			for op := range table[actor] {
				if _, ok := r.operations[op]; !ok {
					t.Errorf("%s is in the table and no operation of the contract", op)
				}
			}
			for op, o := range r.operations {
				rule, _ := access.RuleOf(access.Operation(op))
				got := ""
				for i, x := range objects {
					if got != "" && !strings.Contains(o.path, "{") {
						got += got[:1] // it names no object
						continue
					}
					body := x.fill(rule, bodies[op])
					status := crossCall(t, server, actor, ask{
						method: o.method, path: x.fill(rule, o.path), body: body, header: withKey(fmt.Sprint(actor, op, i)),
					})
					got += crossLetter(op, rule, status)
				}
				if want, ok := table[actor][op]; !ok {
					t.Errorf("%s has no row: it gets %s", op, got)
				} else if got != want {
					t.Errorf("%s: got %s, the table says %s", op, got, want)
				}
			}
		})
	}
}

// crossCall sends a call over a real connection and returns the status. Of a stream it does not wait for the end.
func crossCall(t *testing.T, server *httptest.Server, by string, a ask) int {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), a.method, server.URL+a.path, strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	if a.body != "" {
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("If-Match", `"0"`)
		q.Header.Set("Idempotency-Key", strings.ReplaceAll(a.header["Idempotency-Key"], " ", "-"))
	}
	if by != "nobody" {
		q.Header.Set("Authorization", "Bearer "+crossKey(by))
	}
	got, err := server.Client().Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if !strings.HasSuffix(a.path, "/events") {
		if _, err := io.Copy(io.Discard, got.Body); err != nil {
			t.Fatal(err)
		}
	}
	return got.StatusCode
}
