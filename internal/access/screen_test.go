package access_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/verification"
)

var pairing = access.PairScreen{Label: "Trực ban", Unit: "A1K1", Key: "0123456789abcdef", Hash: access.Hash{0: 1}}

// paired is a screen that was just paired.
func paired(t *testing.T) access.Principal {
	t.Helper()
	return follow(t, access.Principal{}, order(verification.RoleLead), pairing)
}

func order(roles ...verification.Role) verification.Stamp {
	return verification.Stamp{At: noon, By: verification.Actor{Person: another, Roles: roles}, Command: "c"}
}

func follow(t *testing.T, p access.Principal, s verification.Stamp, c access.Command) access.Principal {
	t.Helper()
	events, err := access.Decide(p, s, c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return p.Apply(access.Decision{Stamp: s, Events: events})
}

func TestAScreenIsPairedAtOnceWithItsKeyAndReadsTheWall(t *testing.T) {
	t.Parallel()
	p := paired(t)
	if !p.IsScreen() || !p.System || p.ID != "p_0123456789abcdef" || p.Unit != "A1K1" || len(p.Keys) != 1 || !p.Keys[0].Good(noon) {
		t.Fatalf("%+v", p)
	}
	c := p.Caller(pairing.Key)
	for _, rule := range access.Table() {
		own := rule.Operation == access.OpGetWall || rule.Object == access.Public
		if may := access.May(c, rule.Operation, objectFor(rule, columns()[0])) == access.Allowed; may != own {
			t.Errorf("a screen and %s: %t", rule.Operation, may)
		}
	}
	if events, err := access.Decide(p, order(verification.RoleOperator), pairing); err != nil || len(events) > 0 {
		t.Errorf("paired again the same way: %v, %v", events, err)
	}
}

func TestScreensAreTheLeadsAndAnOperatorsToPairAndToRemove(t *testing.T) {
	t.Parallel()
	screen := paired(t)
	for _, role := range []verification.Role{
		verification.RolePartner, verification.RoleSystem, verification.RoleDesk, verification.RoleLead, verification.RoleUnit, verification.RoleUnitLead,
		verification.RoleSupervisor, verification.RoleKeeper, verification.RoleAuditor, verification.RoleOperator, verification.RoleScreen,
	} {
		may := role == verification.RoleLead || role == verification.RoleOperator
		for _, c := range []access.Command{pairing, access.RemoveScreen{}} {
			on := screen
			if _, pairs := c.(access.PairScreen); pairs {
				on = access.Principal{}
			}
			_, err := access.Decide(on, order(role), c)
			if forbids := errors.Is(err, &verification.Refusal{Code: verification.NotPermitted}); forbids == may {
				t.Errorf("%T by %s: %v", c, role, err)
			}
		}
	}
}

func TestARemovedScreenIsNothingAndIsNotPairedAgain(t *testing.T) {
	t.Parallel()
	removed := follow(t, paired(t), order(verification.RoleOperator), access.RemoveScreen{})
	if !removed.Disabled || len(access.Screens([]access.Principal{removed})) != 0 {
		t.Errorf("%+v", removed)
	}
	ring := access.NewKeyring()
	secret, err := access.NewKey(zeros{})
	if err != nil {
		t.Fatal(err)
	}
	c := access.PairScreen{Label: "x", Unit: "03", Key: secret.ID(), Hash: secret.Hash()}
	id := access.ScreenOf(secret.ID())
	proof := access.Proof{Key: secret.Reveal(), At: noon}
	for i, step := range []access.Command{c, access.RemoveScreen{}} {
		p, _ := ring.Principal(id)
		events, err := access.Decide(p, order(verification.RoleLead), step)
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Apply(id, uint64(i), access.Decision{Stamp: order(verification.RoleLead), Events: events}); err != nil {
			t.Fatal(err)
		}
		if _, err := ring.Identify(proof); (err == nil) != (i == 0) {
			t.Errorf("after %T: %v", step, err)
		}
	}
	if events, err := access.Decide(removed, order(verification.RoleLead), access.RemoveScreen{}); err != nil || len(events) > 0 {
		t.Errorf("removed twice: %v, %v", events, err)
	}
}

func TestAPairingIsRefusedWithItsCode(t *testing.T) {
	t.Parallel()
	with := func(change func(*access.PairScreen)) access.PairScreen {
		c := pairing
		change(&c)
		return c
	}
	person := access.Principal{ID: "p_0123456789abcdef", Label: "x", Roles: []verification.Role{verification.RoleDesk}, Unit: "A1K1"}
	screen := paired(t)
	removed := follow(t, screen, order(verification.RoleLead), access.RemoveScreen{})
	for name, test := range map[string]struct {
		on   access.Principal
		by   access.Command
		want verification.Code
	}{
		"paired under another label": {screen, with(func(c *access.PairScreen) { c.Label = "other" }), verification.AlreadyExists},
		"paired with another key":    {screen, with(func(c *access.PairScreen) { c.Hash = access.Hash{1: 1} }), verification.AlreadyExists},
		"paired after its removal":   {removed, pairing, verification.AlreadyExists},
		"paired over a person":       {person, pairing, verification.AlreadyExists},
		"no label":                   {access.Principal{}, with(func(c *access.PairScreen) { c.Label = " " }), access.IDInvalid},
		"no unit":                    {access.Principal{}, with(func(c *access.PairScreen) { c.Unit = "" }), access.BindingInvalid},
		"no hash":                    {access.Principal{}, with(func(c *access.PairScreen) { c.Hash = access.Hash{} }), access.KeyInvalid},
		"no key":                     {access.Principal{}, with(func(c *access.PairScreen) { c.Key = "" }), access.KeyInvalid},
		"a person removed as one":    {person, access.RemoveScreen{}, access.UnknownPrincipal},
		"nobody removed as one":      {access.Principal{}, access.RemoveScreen{}, access.UnknownPrincipal},
	} {
		_, err := access.Decide(test.on, order(verification.RoleLead), test.by)
		var refusal *verification.Refusal
		if !errors.As(err, &refusal) || !cmp.Equal(refusal.Code, test.want) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

// TestNobodyIsMadeAScreenInAnotherWay: neither an operator nor a grant gives the role to a person or to a program.
func TestNobodyIsMadeAScreenInAnotherWay(t *testing.T) {
	t.Parallel()
	operator := order(verification.RoleOperator)
	create := access.CreatePrincipal{Person: "p_x", System: true, Label: "x", Roles: []verification.Role{verification.RoleScreen}, Unit: "A1K1"}
	if _, err := access.Decide(access.Principal{}, operator, create); !errors.Is(err, &verification.Refusal{Code: access.UnknownRole}) {
		t.Errorf("created: %v", err)
	}
	grant := access.ProposeGrant{Grant: "g_0123456789abcdef", Role: verification.RoleScreen, Until: noon.AddDate(0, 1, 0), Reason: "x"}
	if _, err := access.Decide(access.Principal{ID: "p_y", Label: "y", Unit: "A1K1"}, operator, grant); err == nil {
		t.Error("granted to a person")
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
