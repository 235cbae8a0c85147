package webtest

import (
	"testing"

	"verigate/internal/admin"
	"verigate/internal/verification"
)

// Admit makes a person with roles for half a year and an account, as two operators do by the command line. It returns the
// person's first password, both halves of it.
func (w *World) Admit(t testing.TB, account, unit string, roles ...verification.Role) string {
	t.Helper()
	does := func(by string, r admin.PersonRequest) admin.PersonResult {
		t.Helper()
		r.By = admin.Credential{Key: by}
		did, err := w.Parts.Person(t.Context(), r)
		if err != nil {
			t.Fatalf("%s: %v", r.Act, err)
		}
		return did
	}
	w.operators.Do(func() {
		for i := range w.operator {
			w.operator[i] = does("", admin.PersonRequest{Act: "create", Label: "Operator", Unit: verification.DeskUnit, Operator: true}).Secret
		}
	})
	one, other := w.operator[0], w.operator[1]
	person := does(one, admin.PersonRequest{Act: "create", Label: "Officer " + account, Unit: verification.UnitCode(unit)}).Person
	until := w.Parts.Now().AddDate(0, 6, 0)
	for _, role := range roles {
		grant := does(one, admin.PersonRequest{Act: "propose-grant", Person: person, Role: role, Until: until, Reason: "on the roster"}).Grant
		does(other, admin.PersonRequest{Act: "confirm-grant", Person: person, Grant: grant})
	}
	proposed := does(one, admin.PersonRequest{Act: "propose-identity", Person: person, Account: account})
	bound := does(other, admin.PersonRequest{Act: "confirm-identity", Person: person, Identity: proposed.Identity})
	return proposed.Secret + "-" + bound.Secret
}
