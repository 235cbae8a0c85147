package request

import (
	"encoding/json"
	"slices"
	"testing"

	"verigate/internal/verification"
)

func TestEveryCommandOfTheDeskTheLeadAndTheKeeperHasAPlace(t *testing.T) {
	t.Parallel()
	elsewhere := []verification.Name{
		verification.NameRoute, verification.NameAnswerByDesk, // forms of their own in triage
		verification.NamePreparePackage, verification.NameReleasePackage, verification.NameAskConsent, // pages of the package and the review
		verification.NameRegister, verification.NameRegisterStub, // the register
	}
	staff := []verification.Actor{
		{Person: "p_1", Roles: []verification.Role{verification.RoleDesk}}, {Person: "p_2", Roles: []verification.Role{verification.RoleLead}},
	}
	for _, name := range verification.Names() {
		_, here := commandOf(name)
		if here && slices.Contains(elsewhere, name) {
			t.Errorf("%s has two places", name)
		}
		if !here && !slices.Contains(elsewhere, name) && everAllowed(name, staff) {
			t.Errorf("%s is allowed to the desk or the lead, and no page gives it", name)
		}
	}
}

// everAllowed asks the rules of requests in every state whether any of the actors may give a command.
func everAllowed(name verification.Name, staff []verification.Actor) bool {
	states := []verification.State{
		verification.Received, verification.Triage, verification.WithUnits, verification.Clarifying, verification.InReview,
		verification.ConsentPending, verification.Answered, verification.Confirmed, verification.Closed, verification.Expired,
	}
	for _, state := range states {
		for _, r := range []verification.Request{
			{ID: "r", State: state, Intake: verification.Intake{Partner: "NG", Kind: verification.KindRequest}},
			{ID: "r", State: state, Intake: verification.Intake{Partner: "NG", Kind: verification.KindInformation}},
			{ID: "r", State: state, Intake: verification.Intake{Partner: "NG", Kind: verification.KindRequest}, Stub: true},
			{ID: "r", State: state, Intake: verification.Intake{Partner: "NG", Kind: verification.KindRequest}, Refusal: &verification.RefusalProposal{}},
		} {
			for _, by := range staff {
				if slices.Contains(r.Allowed(by), name) {
					return true
				}
			}
		}
	}
	return false
}

// What every form carries is no field of one: a browser sends both under one name, and the first is read.
func TestNoFieldIsNamedAsWhatEveryFormCarries(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		for _, f := range c.fields {
			if slices.Contains([]string{"key", "version", "sure", "at", "from"}, f.name) {
				t.Errorf("%s: a field is named %s", c.name, f.name)
			}
		}
	}
}

func TestEveryTextOfTheTableIsThere(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"text.vi.json", "text.en.json"} {
		content, err := files.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(content, &texts); err != nil {
			t.Fatal(err)
		}
		for _, c := range commands() {
			ids := []string{"request." + string(c.name) + ".title", c.hint, c.sure}
			for _, f := range c.fields {
				ids = append(ids, f.label, f.hint)
			}
			for _, id := range ids {
				if _, there := texts[id]; id != "" && !there {
					t.Errorf("%s: %s has no text %s", file, c.name, id)
				}
			}
		}
	}
}

func TestCountedTimeIsRead(t *testing.T) {
	t.Parallel()
	for iso, want := range map[string]string{"PT0S": "0s", "PT18H": "18h0m0s", "P1DT2H3M4S": "26h3m4s", "PT1.5S": "1s"} {
		if d, ok := duration(iso); !ok || d.String() != want {
			t.Errorf("%s is %s, %v, want %s", iso, d, ok, want)
		}
	}
	for _, none := range []string{"", "1h", "P1W", "PT1H "} {
		if d, ok := duration(none); ok && none != "" {
			t.Errorf("%q is read as %s", none, d)
		}
	}
}
