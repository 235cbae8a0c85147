package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"verigate/api"
)

// table is the contract table: the first version may grow, nothing in it is renamed.
const table = `
POST GET /v1/verification-requests
GET /v1/verification-requests/{id}
GET /v1/verification-requests/{id}/events
GET POST /v1/verification-requests/{id}/answers
POST /v1/verification-requests/{id}/clarifications
POST /v1/verification-requests/{id}/withdrawal
POST /v1/verification-requests/{id}/confirmation
POST /v1/verification-requests/{id}/follow-ups
POST /v1/verification-requests/{id}/reopening
GET /v1/promises
GET /v1/consents
POST /v1/consents/{id}/decision
GET /v1/units/{unit}/queue
GET /v1/units/{unit}/queue/events
GET /v1/tasks/{task}
GET /v1/tasks/{task}/events
GET /v1/tasks/{task}/clocks
GET PUT DELETE /v1/tasks/{task}/draft
POST /v1/tasks/{task}/acceptance
POST /v1/tasks/{task}/decline
POST /v1/tasks/{task}/forward
POST /v1/tasks/{task}/hold
POST /v1/tasks/{task}/hold/confirmation
POST /v1/tasks/{task}/hold/rejection
POST /v1/tasks/{task}/resume
POST /v1/tasks/{task}/clarification
POST /v1/tasks/{task}/answer
POST /v1/tasks/{task}/assignment
POST /v1/tasks/{task}/notes
POST /v1/tasks/{task}/stop-acknowledgement
GET /v1/board
GET /v1/board/events
GET /v1/notices
GET /v1/evidence
GET /v1/grants
GET /v1/people
GET /v1/milestones
GET /v1/alarms
POST /v1/alarms/{id}/keeper
GET /v1/compartments
PUT /v1/compartments/{compartment}/duty
PUT /v1/compartments/{compartment}/alarm-test
PUT /v1/alarms/confirmation
GET /v1/on-call
PUT /v1/on-call
GET /v1/statistics
GET /v1/board.csv
GET /v1/statistics.csv
POST /v1/registrations
POST /v1/stubs
GET /v1/verification-requests/{id}/candidates
POST /v1/verification-requests/{id}/claim
POST /v1/verification-requests/{id}/routing
POST /v1/verification-requests/{id}/agency
POST /v1/verification-requests/{id}/clarification
POST /v1/verification-requests/{id}/clarification/rejection
POST /v1/verification-requests/{id}/refusal
POST /v1/verification-requests/{id}/refusal/approval
POST /v1/verification-requests/{id}/refusal/rejection
POST /v1/verification-requests/{id}/not-competent
POST /v1/verification-requests/{id}/duplicate
POST /v1/verification-requests/{id}/return
POST /v1/verification-requests/{id}/consent
POST /v1/verification-requests/{id}/correction
POST /v1/verification-requests/{id}/correction/dropped
POST /v1/verification-requests/{id}/recall
POST /v1/verification-requests/{id}/extension
POST /v1/verification-requests/{id}/degree
POST /v1/verification-requests/{id}/compartment
POST /v1/verification-requests/{id}/review
POST /v1/verification-requests/{id}/above-ceiling
POST /v1/verification-requests/{id}/handled-outside
POST /v1/verification-requests/{id}/closure
POST /v1/verification-requests/{id}/keeper
POST /v1/verification-requests/{id}/policy
POST /v1/verification-requests/{id}/legal-hold
POST /v1/verification-requests/{id}/legal-hold/lifting
POST /v1/verification-requests/{id}/level
POST /v1/verification-requests/{id}/erasure
POST /v1/verification-requests/{id}/erasure/confirmation
POST /v1/verification-requests/{id}/erasure/dropped
GET /v1/retention
GET /v1/retention/months
POST /v1/retention/months/{month}/proposal
POST /v1/retention/months/{month}/confirmation
POST /v1/retention/months/{month}/dropped
POST /v1/retention/proposals
POST /v1/retention/confirmations
POST /v1/verification-requests/{id}/notes
POST /v1/verification-requests/{id}/breaches/{n}/cause
POST /v1/verification-requests/{id}/breaches/{n}/annulment
PUT GET /v1/verification-requests/{id}/package
POST /v1/verification-requests/{id}/release
GET /v1/verification-requests/{id}/clocks
GET /v1/verification-requests/{id}/readers
GET /v1/verification-requests/{id}/history
GET /v1/numbers/{number}
GET /v1/reference
GET /v1/ledger
POST /v1/references
GET /v1/wall
POST /v1/wall/pairing
GET POST /v1/screens
DELETE /v1/screens/{screen}
POST GET DELETE /v1/session
GET /v1/session/ways
POST /v1/session/reauthentication
POST /v1/session/provider
GET /v1/session/provider/callback
POST /v1/session/provider/logout
PUT /v1/account/password
GET /v1/account/marks
PUT /v1/account/marks
POST /v1/account/second-factor
POST /v1/account/second-factor/confirmation
GET DELETE /v1/account/sessions
GET /health/live
GET /health/ready
GET /openapi.yaml
GET /.well-known/jwks.json
GET /.well-known/ledger-keys.txt
`

func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheDocumentHasEveryCallOfTheTableAndNoOther(t *testing.T) {
	t.Parallel()
	doc := document(t)
	var want, got []string
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := strings.Fields(line)
		for _, method := range words[:len(words)-1] {
			want = append(want, method+" "+words[len(words)-1])
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			got = append(got, method+" "+path)
		}
	}
	for _, call := range want {
		if !slices.Contains(got, call) {
			t.Errorf("missing: %s", call)
		}
	}
	for _, call := range got {
		if !slices.Contains(want, call) {
			t.Errorf("not in the table: %s", call)
		}
	}
}

func TestEveryCallUnderV1NeedsACredentialAndNamesItsProblems(t *testing.T) {
	t.Parallel()
	reads := []string{"400", "401", "403", "404", "410", "429", "500", "503"}
	commands := append(slices.Clone(reads), "409", "412", "413", "415", "422")
	for path, item := range document(t).Paths.Map() {
		for method, op := range item.Operations() {
			// By these one learns how one gets a credential, gets one, or ends another's by a token of the provider.
			signIn := slices.Contains([]string{"signIn", "listWays", "beginAtProvider", "finishAtProvider", "endByProvider", "beginPairing"}, op.OperationID)
			if open := op.Security != nil && len(*op.Security) == 0; open == (strings.HasPrefix(path, "/v1/") && !signIn) {
				t.Errorf("%s %s: without a credential: %t", method, path, open)
			}
			if !strings.HasPrefix(path, "/v1/") {
				continue
			}
			want := commands
			if method == http.MethodGet {
				want = reads
			}
			for _, status := range want {
				r := op.Responses.Value(status)
				if r == nil || r.Value.Content["application/problem+json"] == nil {
					t.Errorf("%s %s: no problem for %s", method, path, status)
				}
			}
		}
	}
}

func TestWhatCreatesAnswers201AndRequiresAKey(t *testing.T) {
	t.Parallel()
	creates := []string{"submitRequest", "registerRequest", "registerStub", "followUp"}
	for path, item := range document(t).Paths.Map() {
		op := item.Post
		if op == nil || slices.Contains(op.Tags, "account") || slices.Contains(op.Tags, "screen") || op.OperationID == "findByReference" {
			continue // a sign-in is not repeated, it is done again; a device has its code for a key; a question changes nothing
		}
		key := op.Parameters.GetByInAndName("header", "Idempotency-Key")
		if key == nil {
			t.Fatalf("%s takes no idempotency key", path)
		}
		created := op.Responses.Value("201") != nil
		if want := slices.Contains(creates, op.OperationID); created != want || key.Required != want {
			t.Errorf("%s: 201 %t, key required %t", path, created, key.Required)
		}
	}
}
