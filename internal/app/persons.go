package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/config"
	"verigate/internal/directory"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// PersonRequest is one act of administration on people; which fields count depends on Act.
type PersonRequest struct {
	Act         string                   `json:"act"`
	By          Credential               `json:"by"`
	Person      verification.PersonID    `json:"person,omitempty"`
	Label       string                   `json:"label,omitempty"`
	Unit        verification.UnitCode    `json:"unit,omitempty"`
	Operator    bool                     `json:"operator,omitempty"`
	Grant       access.GrantID           `json:"grant,omitempty"`
	Role        verification.Role        `json:"role,omitempty"`
	Compartment verification.Compartment `json:"compartment,omitempty"`
	Keeper      bool                     `json:"keeper,omitempty"`
	Until       time.Time                `json:"until,omitzero"`
	Identity    access.IdentityID        `json:"identity,omitempty"`
	Account     string                   `json:"account,omitempty"`
	Issuer      string                   `json:"issuer,omitempty"`
	Subject     string                   `json:"subject,omitempty"`
	Reason      string                   `json:"reason,omitempty"`
}

// PersonResult is what came of it. Secret is shown once and kept nowhere.
type PersonResult struct {
	Person   verification.PersonID `json:"person,omitempty"`
	Grant    access.GrantID        `json:"grant,omitempty"`
	Identity access.IdentityID     `json:"identity,omitempty"`
	Secret   string                `json:"secret,omitempty"` // a key, or a half of a first password
	People   []PersonView          `json:"people,omitempty"`
}

// PersonView is what is told of a person: never what somebody signs in with.
type PersonView struct {
	ID         verification.PersonID `json:"id"`
	Label      string                `json:"label"`
	Unit       verification.UnitCode `json:"unit"`
	Roles      []verification.Role   `json:"roles,omitempty"` // open now
	Disabled   bool                  `json:"disabled,omitempty"`
	Grants     []GrantView           `json:"grants,omitempty"`
	Identities []IdentityView        `json:"identities,omitempty"`
}

// GrantView is a grant that is not over.
type GrantView struct {
	ID          access.GrantID        `json:"id"`
	What        string                `json:"what"`
	Until       time.Time             `json:"until"`
	Reason      string                `json:"reason"`
	ProposedBy  verification.PersonID `json:"proposed_by"`
	ConfirmedBy verification.PersonID `json:"confirmed_by,omitempty"`
}

// IdentityView is an identity that was not removed.
type IdentityView struct {
	ID         access.IdentityID     `json:"id"`
	What       string                `json:"what"`
	ProposedBy verification.PersonID `json:"proposed_by"`
	BoundBy    verification.PersonID `json:"bound_by,omitempty"`
	Finished   bool                  `json:"finished,omitempty"` // the account's owner has chosen a password and enrolled a factor
}

// Person administers people, as whoever the credential proves.
func (p *Parts) Person(ctx context.Context, r PersonRequest) (out PersonResult, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		out, err = p.onPerson(ctx, by, r)
	}
	p.acted(act{by: by, what: "person", kind: r.Act, about: r.Person, looked: r.Act == "list" || r.Act == "sign-out"}, err)
	return out, err
}

func (p *Parts) onPerson(ctx context.Context, by verification.Actor, r PersonRequest) (PersonResult, error) {
	out := PersonResult{Person: r.Person, Grant: r.Grant, Identity: r.Identity}
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
		return PersonResult{People: p.peopleNow()}, nil
	}
	return PersonResult{}, fmt.Errorf("%q is no act of administration", r.Act)
}

func (p *Parts) newPerson(ctx context.Context, by verification.Actor, r PersonRequest) (PersonResult, error) {
	if err := p.bound(KeyRequest{Unit: r.Unit}); err != nil {
		return PersonResult{}, err
	}
	c := access.CreatePrincipal{Person: gateway.NewPersonID(), Label: r.Label, Unit: r.Unit}
	if r.Operator {
		c.Roles = []verification.Role{verification.RoleOperator}
	}
	if err := p.Registry.Principal(ctx, by, c.Person, c); err != nil || !r.Operator {
		return PersonResult{Person: c.Person}, err
	}
	made, err := p.issue(ctx, by, c.Person, access.Terms{})
	return PersonResult{Person: c.Person, Secret: made.Secret}, err
}

// identity proposes or binds one. Of an account each of the two is shown a half of the first password.
func (p *Parts) identity(ctx context.Context, by verification.Actor, r PersonRequest) (PersonResult, error) {
	out := PersonResult{Person: r.Person, Identity: r.Identity}
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
		return PersonResult{}, err
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

func (p *Parts) peopleNow() []PersonView {
	now := p.Now()
	var people []PersonView
	for _, principal := range p.Registry.Keyring().Principals() {
		if !principal.System {
			people = append(people, personView(principal, now))
		}
	}
	return people
}

func personView(p access.Principal, now time.Time) PersonView {
	view := PersonView{ID: p.ID, Label: p.Label, Unit: p.Unit, Roles: p.At(now).Roles, Disabled: p.Disabled}
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
		view.Grants = append(view.Grants, GrantView{
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
		view.Identities = append(view.Identities, IdentityView{ID: i.ID, What: what, ProposedBy: i.ProposedBy, BoundBy: i.BoundBy, Finished: finished})
	}
	return view
}

// Person administers people and prints what came of it.
func Person(ctx context.Context, e Env, s config.Stores, r PersonRequest) error {
	return with(ctx, e, s, func(a Admin) error {
		result, err := a.Person(ctx, r)
		if err != nil {
			return err
		}
		printPeople(e.Out, result.People)
		for _, id := range []string{string(result.Person), string(result.Grant), string(result.Identity)} {
			if id != "" {
				fmt.Fprintln(e.Out, id)
			}
		}
		if result.Secret != "" {
			fmt.Fprintf(e.Out, "%s\n%s\n", result.Secret, whatFor(r.Act))
		}
		return nil
	})
}

func whatFor(act string) string {
	switch act {
	case "propose-identity":
		return "This half of the first password is shown this once: hand it to the person. The other half is shown to whoever confirms."
	case "confirm-identity":
		return "This half of the first password is shown this once: hand it to the person. It is typed after the proposer's half."
	}
	return "The key is shown this once: keep it as a secret."
}

func printPeople(out io.Writer, people []PersonView) {
	for _, p := range people {
		state := ""
		if p.Disabled {
			state = "  disabled"
		}
		fmt.Fprintf(out, "%s  %s  %s  %s%s\n", p.ID, roles(p.Roles), p.Unit, p.Label, state)
		for _, g := range p.Grants {
			fmt.Fprintf(out, "    grant %s  %s  until %s  %s: %s\n", g.ID, g.What, g.Until.Format(time.DateOnly), waits(g.ProposedBy, g.ConfirmedBy), g.Reason)
		}
		for _, i := range p.Identities {
			finished := ""
			if i.Finished {
				finished = "  finished"
			}
			fmt.Fprintf(out, "    identity %s  %s  %s%s\n", i.ID, i.What, waits(i.ProposedBy, i.BoundBy), finished)
		}
	}
}

func waits(proposed, confirmed verification.PersonID) string {
	if confirmed == "" {
		return "proposed by " + string(proposed) + ", waits for a second person"
	}
	return "proposed by " + string(proposed) + ", confirmed by " + string(confirmed)
}

// Known is what the directory knows today.
type Known struct {
	Partners []directory.Partner `json:"partners"`
	Units    []directory.Unit    `json:"units"`
}

// Known lists partners and units.
func (p *Parts) Known(context.Context) (Known, error) {
	p.looked("known", nil)
	d := p.Registry.Directory()
	return Known{Partners: d.Partners(), Units: d.UnitsValid(p.Now())}, nil
}
