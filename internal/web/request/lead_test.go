package request_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/text"
	"verigate/internal/web/webtest"
)

func TestTheLeadExtendsAndARefusalTakesTwo(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 14 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	bothRoles(t, w)
	desk, lead := w.Open(t), w.Open(t)
	for _, said := range []struct{ language, later, delayed, own, done string }{
		{"vi", "Không muộn hơn", "đã lùi hạn", "Quý vị đã đề xuất từ chối này", "Đã duyệt từ chối"},
		{"en", "Not later", "delayed", "You proposed this refusal", "The refusal is approved"},
	} {
		id := submitted(t, w, "L-"+said.language, "")
		page := "/requests/" + id
		lead.Enter("lead", page)
		lead.Speak(said.language)
		extend(t, lead, time.Now().Add(time.Hour))
		if got := lead.Text("#trouble"); lead.Eval("document.querySelector('#do-extend').open ? 'open' : ''") != "open" || !lead.Has("#trouble[data-code=not_later]") {
			t.Errorf("a date before the promise: %q", got)
		}
		if got := lead.Eval("document.querySelector('#do-extend-text').value"); got != "Another laboratory." {
			t.Errorf("what was typed is lost: %q", got)
		}
		extend(t, lead, time.Now().Add(30*24*time.Hour))
		if got := lead.Text(".request-head"); !strings.Contains(got, said.delayed) {
			t.Errorf("extended, the page says %q", got)
		}

		// The lead is of the desk as well here: who proposes still does not approve.
		does(t, w, "lead", id, "claim", none())
		lead.Go(page + "/triage")
		refuse(lead)
		if got := lead.Text(".request-side"); !strings.Contains(got, said.own) || lead.Has("#do-approve_refusal") {
			t.Errorf("who proposed it is not told why another approves it: %q", got)
		}
		if got := w.Call(t, "lead", "POST", "/v1/verification-requests/"+id+"/refusal/approval", map[string]any{"hash": lead.Text(".request-refusal code")}); got.Status != 409 {
			t.Errorf("approved by who proposed it: %d", got.Status)
		}

		desk.Enter("desk:1", page)
		desk.Speak(said.language)
		takeOver(desk)
		desk.Go(page + "/triage")
		refuse(desk)
		if desk.Has("#do-approve_refusal") || desk.Has("#do-reject_refusal") {
			t.Error("the desk approves a refusal")
		}
		lead.Go(page)
		if said.language == "vi" {
			lead.Click("#do-approve_refusal > summary")
			lead.Screens("request-refusal")
			lead.Accessible("a refusal to approve")
			lead.Go(page)
		}
		lead.Click("#do-approve_refusal > summary")
		lead.Click("#do-approve_refusal input[name=sure]")
		lead.Submit("#do-approve_refusal button")
		if got := lead.Text(".said"); !strings.Contains(got, said.done) {
			t.Errorf("approved, the page says %q", got)
		}
		if got := w.Must(t, "partner:NG", "GET", "/v1/verification-requests/"+id, nil).Body["status"]; got != "refused" {
			t.Errorf("the partner sees %v", got)
		}
	}
}

// bothRoles lets the lead be a duty officer as well.
func bothRoles(t *testing.T, w *webtest.World) {
	t.Helper()
	var lead verification.PersonID
	for _, p := range w.Parts.Registry.Keyring().Principals() {
		if p.Label == "Lãnh đạo Phòng" {
			lead = p.ID
		}
	}
	one, other := verification.Actor{Person: "p_operator00000001"}, verification.Actor{Person: "p_operator00000002"}
	for by, command := range map[verification.PersonID]access.Command{
		one.Person: access.ProposeGrant{Grant: "both", Role: verification.RoleDesk, Until: time.Now().Add(24 * time.Hour), Reason: "Shift with one person."},
	} {
		if err := w.Parts.Registry.Principal(t.Context(), verification.Actor{Person: by, Roles: []verification.Role{verification.RoleOperator}}, lead, command); err != nil {
			t.Fatal(err)
		}
	}
	other.Roles = []verification.Role{verification.RoleOperator}
	if err := w.Parts.Registry.Principal(t.Context(), other, lead, access.ConfirmGrant{Grant: "both"}); err != nil {
		t.Fatal(err)
	}
}

func extend(t *testing.T, tab *webtest.Tab, until time.Time) {
	t.Helper()
	if tab.Eval("document.querySelector('#do-extend').open ? 'open' : ''") != "open" {
		tab.Click("#do-extend > summary")
	}
	tab.Fill("#do-extend-due_at", until.In(text.Hanoi()).Format("2006-01-02T15:04"))
	tab.Fill("#do-extend-code", "laboratory")
	tab.Fill("#do-extend-text", "Another laboratory.")
	tab.Submit("#do-extend button")
}

func takeOver(tab *webtest.Tab) {
	tab.Click("#do-take_over > summary")
	tab.Fill("#do-take_over-reason", "Change of shift.")
	tab.Submit("#do-take_over button")
}

func refuse(tab *webtest.Tab) {
	tab.Click("#do-propose_refusal > summary")
	tab.Fill("#do-propose_refusal-code", "no_legal_basis")
	tab.Fill("#do-propose_refusal-text", fmt.Sprintf("There is no basis for this under our law (%d).", time.Now().UnixNano()))
	tab.Submit("#do-propose_refusal button")
}
