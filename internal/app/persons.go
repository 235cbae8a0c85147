package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/admin"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// Person administers people, as whoever the credential proves.
func (p *Parts) Person(ctx context.Context, r admin.PersonRequest) (out admin.PersonResult, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		out, err = p.onPerson(ctx, by, r)
	}
	p.acted(act{by: by, what: "person", kind: r.Act, about: r.Person, looked: r.Act == "list" || r.Act == "sign-out"}, err)
	return out, err
}

func (p *Parts) onPerson(ctx context.Context, by verification.Actor, r admin.PersonRequest) (admin.PersonResult, error) {
	out := admin.PersonResult{Person: r.Person, Grant: r.Grant, Identity: r.Identity}
	switch r.Act {
	case "create":
		return p.newPerson(ctx, by, r)
	case "propose-identity", "confirm-identity":
		return p.identity(ctx, by, r)
	case "propose-grant":
		out.Grant = access.GrantID("g_" + strings.ToLower(rand.Text())[:16])
		return out, p.Registry.Principal(ctx, by, r.Person, access.ProposeGrant{
			Grant: out.Grant, Role: r.Role, Membership: access.Membership{Compartment: r.Compartment, Keeper: r.Keeper},
			Until: r.Until, Reason: r.Reason,
		})
	case "confirm-grant":
		return out, p.Registry.Principal(ctx, by, r.Person, access.ConfirmGrant{Grant: r.Grant})
	case "end-grant":
		return out, p.Registry.Principal(ctx, by, r.Person, access.EndGrant{Grant: r.Grant, Reason: r.Reason})
	case "remove-identity":
		return out, p.Registry.Principal(ctx, by, r.Person, access.RemoveIdentity{Identity: r.Identity, Reason: r.Reason})
	case "reset-factor":
		return out, p.Registry.Principal(ctx, by, r.Person, access.RemoveSecondFactor{Reason: r.Reason})
	case "sign-out":
		return out, p.signOut(ctx, by, r.Person)
	case "list":
		return admin.PersonResult{People: p.peopleNow()}, nil
	}
	return admin.PersonResult{}, fmt.Errorf("%q is no act of administration", r.Act)
}

func (p *Parts) newPerson(ctx context.Context, by verification.Actor, r admin.PersonRequest) (admin.PersonResult, error) {
	if err := p.bound(admin.KeyRequest{Unit: r.Unit}); err != nil {
		return admin.PersonResult{}, err
	}
	c := access.CreatePrincipal{Person: gateway.NewPersonID(), Label: r.Label, Unit: r.Unit}
	if r.Operator {
		c.Roles = []verification.Role{verification.RoleOperator}
	}
	if err := p.Registry.Principal(ctx, by, c.Person, c); err != nil || !r.Operator {
		return admin.PersonResult{Person: c.Person}, err
	}
	made, err := p.issue(ctx, by, c.Person, access.Terms{})
	return admin.PersonResult{Person: c.Person, Secret: made.Secret}, err
}

// identity proposes or binds one. Of an account each of the two is shown a half of the first password.
func (p *Parts) identity(ctx context.Context, by verification.Actor, r admin.PersonRequest) (admin.PersonResult, error) {
	out := admin.PersonResult{Person: r.Person, Identity: r.Identity}
	half, err := account.NewHalf(rand.Reader)
	if err != nil {
		return out, err
	}
	known, _ := p.Registry.Keyring().Principal(r.Person)
	proposed, _ := known.Identity(r.Identity)
	var c access.Command
	switch {
	case r.Act == "propose-identity":
		out.Identity = access.IdentityID("i_" + strings.ToLower(rand.Text())[:16])
		propose := access.ProposeIdentity{Identity: out.Identity, Account: r.Account, Issuer: r.Issuer, Subject: r.Subject}
		if r.Account != "" {
			propose.First, out.Secret = half.Hash(), string(half)
		}
		c = propose
	case proposed.BoundBy != "":
		return out, errors.New("the identity is bound already; its half of the first password was shown then, and is not again")
	case proposed.Account != "":
		c, out.Secret = access.BindIdentity{Identity: r.Identity, Second: half.Hash()}, string(half)
	default:
		c = access.BindIdentity{Identity: r.Identity}
	}
	if err := p.Registry.Principal(ctx, by, r.Person, c); err != nil {
		return admin.PersonResult{}, err
	}
	return out, nil
}

func (p *Parts) signOut(ctx context.Context, by verification.Actor, person verification.PersonID) error {
	if !by.Has(verification.RoleSystem) && !by.Has(verification.RoleOperator) {
		return errors.New("another's sessions are an operator's to end")
	}
	if _, known := p.Registry.Keyring().Principal(person); !known {
		return &verification.Refusal{Code: access.UnknownPrincipal, Reason: "nobody has that id, and no session was ended: person list shows who there is"}
	}
	return p.Sessions.EndAll(ctx, person)
}

func (p *Parts) peopleNow() []admin.PersonView {
	now := p.Now()
	var people []admin.PersonView
	for _, principal := range p.Registry.Keyring().Principals() {
		if !principal.System {
			people = append(people, personView(principal, now))
		}
	}
	return people
}

func personView(p access.Principal, now time.Time) admin.PersonView {
	view := admin.PersonView{ID: p.ID, Label: p.Label, Unit: p.Unit, Roles: p.At(now).Roles, Disabled: p.Disabled}
	for _, g := range p.Grants {
		if !g.EndedAt.IsZero() || !now.Before(g.Until) {
			continue
		}
		what := string(g.Role)
		if g.Role == "" {
			what = "compartment " + string(g.Membership.Compartment)
		}
		if g.Membership.Keeper {
			what += " as keeper"
		}
		view.Grants = append(view.Grants, admin.GrantView{
			ID: g.ID, What: what, Until: g.Until, Reason: g.Reason, ProposedBy: g.ProposedBy, ConfirmedBy: g.ConfirmedBy,
		})
	}
	for _, i := range p.Identities {
		if !i.RemovedAt.IsZero() {
			continue
		}
		what := "account " + i.Account
		if i.Account == "" {
			what = i.Subject + " at " + i.Issuer
		}
		finished := i.Account != "" && p.Local.Password != "" && len(p.Local.Factor) > 0
		view.Identities = append(view.Identities, admin.IdentityView{ID: i.ID, What: what, ProposedBy: i.ProposedBy, BoundBy: i.BoundBy, Finished: finished})
	}
	return view
}

// Known lists partners and units.
func (p *Parts) Known(context.Context) (admin.Known, error) {
	p.looked("known", nil)
	d := p.Registry.Directory()
	return admin.Known{Partners: d.Partners(), Units: d.UnitsValid(p.Now())}, nil
}
