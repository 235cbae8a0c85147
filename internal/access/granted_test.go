package access_test

import (
	"fmt"
	"testing"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func TestGrantsAreListedWithWhoGaveThemAndHowTheyStand(t *testing.T) {
	t.Parallel()
	p := inDrugs(t)
	ended := step(t, p, at(operator("p_b"), noon.AddDate(0, 0, 3)), access.EndGrant{Grant: "g1"})
	ended = step(t, ended, at(operator("p_a"), noon.AddDate(0, 0, 4)), deskUntil("g3", noon.AddDate(0, 6, 0)))
	told := func(c access.Caller) (all []string) {
		for _, g := range access.Grants(c, []access.Principal{ended}) {
			all = append(all, fmt.Sprintf("%s %s %s%s %s by %q and %q", g.Person, g.ID, g.Role, g.Membership.Compartment, g.State(noon.AddDate(0, 2, 0)), g.ProposedBy, g.ConfirmedBy))
		}
		return all
	}
	auditor := access.Principal{ID: "p_9", Roles: []verification.Role{verification.RoleAuditor}}.Caller("k")
	want := `["p_1 g3 DESK waiting by \"p_a\" and \"\"" "p_1 g1 KEEPER ended by \"p_a\" and \"p_b\"" "p_1 g2  run_out by \"p_a\" and \"p_b\""]`
	if got := fmt.Sprintf("%q", told(auditor)); got != want {
		t.Errorf("an auditor is told\n%s, want\n%s", got, want)
	}
	auditor.Members = []verification.Compartment{"drugs"}
	if got := told(auditor); got[2] != `p_1 g2 drugs run_out by "p_a" and "p_b"` {
		t.Errorf("an auditor of the compartment is told %s", got[2])
	}
}
