package app

import (
	"context"
	"fmt"
	"os"

	"verigate/internal/access"
	"verigate/internal/config"
	"verigate/internal/verification"
)

// personCommand runs one of `verigate person`.
func personCommand(ctx context.Context, e Env, command string, c config.Person) error {
	by, err := readCredential(c.Credential, os.Stdin)
	if err != nil {
		return err
	}
	stores, r, ok := personRequest(command, c)
	if !ok {
		return fmt.Errorf("the command %q is not known", command)
	}
	r.By = by
	return Person(ctx, e, stores, r)
}

func personRequest(command string, c config.Person) (config.Stores, PersonRequest, bool) {
	person := func(id string) verification.PersonID { return verification.PersonID(id) }
	switch command {
	case "person create":
		k := c.Create
		return k.Stores, PersonRequest{Act: "create", Label: k.Label, Unit: verification.UnitCode(k.Unit), Operator: k.Operator}, true
	case "person propose-grant <person>":
		k := c.ProposeGrant
		return k.Stores, PersonRequest{
			Act: "propose-grant", Person: person(k.Person), Role: verification.Role(k.Role),
			Compartment: verification.Compartment(k.Compartment), Keeper: k.Keeper, Until: k.Until, Reason: k.Reason,
		}, true
	case "person confirm-grant <person> <grant>":
		k := c.ConfirmGrant
		return k.Stores, PersonRequest{Act: "confirm-grant", Person: person(k.Person), Grant: access.GrantID(k.Grant)}, true
	case "person end-grant <person> <grant>":
		k := c.EndGrant
		return k.Stores, PersonRequest{Act: "end-grant", Person: person(k.Person), Grant: access.GrantID(k.Grant), Reason: k.Reason}, true
	case "person propose-identity <person>":
		k := c.ProposeIdentity
		return k.Stores, PersonRequest{
			Act: "propose-identity", Person: person(k.Person), Account: k.Account, Issuer: k.Issuer, Subject: k.Subject,
		}, true
	case "person confirm-identity <person> <identity>":
		k := c.ConfirmIdentity
		return k.Stores, PersonRequest{Act: "confirm-identity", Person: person(k.Person), Identity: access.IdentityID(k.Identity)}, true
	case "person remove-identity <person> <identity>":
		k := c.RemoveIdentity
		return k.Stores, PersonRequest{
			Act: "remove-identity", Person: person(k.Person), Identity: access.IdentityID(k.Identity), Reason: k.Reason,
		}, true
	case "person reset-factor <person>":
		k := c.ResetFactor
		return k.Stores, PersonRequest{Act: "reset-factor", Person: person(k.Person), Reason: k.Reason}, true
	case "person sign-out <person>":
		return c.SignOut.Stores, PersonRequest{Act: "sign-out", Person: person(c.SignOut.Person)}, true
	case "person list":
		return c.List.Stores, PersonRequest{Act: "list"}, true
	}
	return config.Stores{}, PersonRequest{}, false
}

// Partners lists the partners that the directory knows.
func Partners(ctx context.Context, e Env, s config.Stores) error {
	return with(ctx, e, s, func(a Admin) error {
		known, err := a.Known(ctx)
		for _, p := range known.Partners {
			fmt.Fprintf(e.Out, "%s  %s  %s\n", p.Code, p.Kind, p.Name)
		}
		return err
	})
}

// Units lists the units of today.
func Units(ctx context.Context, e Env, s config.Stores) error {
	return with(ctx, e, s, func(a Admin) error {
		known, err := a.Known(ctx)
		for _, u := range known.Units {
			fmt.Fprintf(e.Out, "%s  %s\n", u.Code, u.NameVI)
		}
		return err
	})
}
