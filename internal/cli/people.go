package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/verification"
)

// personCommand runs one of `verigate person`.
func personCommand(ctx context.Context, e app.Env, command string, c config.Person) error {
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

func personRequest(command string, c config.Person) (config.Stores, admin.PersonRequest, bool) {
	person := func(id string) verification.PersonID { return verification.PersonID(id) }
	switch command {
	case "person create":
		k := c.Create
		return k.Stores, admin.PersonRequest{Act: "create", Label: k.Label, Unit: verification.UnitCode(k.Unit), Operator: k.Operator}, true
	case "person propose-grant <person>":
		k := c.ProposeGrant
		return k.Stores, admin.PersonRequest{
			Act: "propose-grant", Person: person(k.Person), Role: verification.Role(k.Role),
			Compartment: verification.Compartment(k.Compartment), Keeper: k.Keeper, Until: k.Until, Reason: k.Reason,
		}, true
	case "person confirm-grant <person> <grant>":
		k := c.ConfirmGrant
		return k.Stores, admin.PersonRequest{Act: "confirm-grant", Person: person(k.Person), Grant: access.GrantID(k.Grant)}, true
	case "person end-grant <person> <grant>":
		k := c.EndGrant
		return k.Stores, admin.PersonRequest{Act: "end-grant", Person: person(k.Person), Grant: access.GrantID(k.Grant), Reason: k.Reason}, true
	case "person propose-identity <person>":
		k := c.ProposeIdentity
		return k.Stores, admin.PersonRequest{
			Act: "propose-identity", Person: person(k.Person), Account: k.Account, Issuer: k.Issuer, Subject: k.Subject,
		}, true
	case "person confirm-identity <person> <identity>":
		k := c.ConfirmIdentity
		return k.Stores, admin.PersonRequest{Act: "confirm-identity", Person: person(k.Person), Identity: access.IdentityID(k.Identity)}, true
	case "person remove-identity <person> <identity>":
		k := c.RemoveIdentity
		return k.Stores, admin.PersonRequest{
			Act: "remove-identity", Person: person(k.Person), Identity: access.IdentityID(k.Identity), Reason: k.Reason,
		}, true
	case "person reset-factor <person>":
		k := c.ResetFactor
		return k.Stores, admin.PersonRequest{Act: "reset-factor", Person: person(k.Person), Reason: k.Reason}, true
	case "person sign-out <person>":
		return c.SignOut.Stores, admin.PersonRequest{Act: "sign-out", Person: person(c.SignOut.Person)}, true
	case "person list":
		return c.List.Stores, admin.PersonRequest{Act: "list"}, true
	}
	return config.Stores{}, admin.PersonRequest{}, false
}

// Partners lists the partners that the directory knows.
func Partners(ctx context.Context, e app.Env, s config.Stores) error {
	return app.Administer(ctx, e, s, func(a admin.Service) error {
		known, err := a.Known(ctx)
		for _, p := range known.Partners {
			fmt.Fprintf(e.Out, "%s  %s  %s\n", p.Code, p.Kind, p.Name)
		}
		return err
	})
}

// Units lists the units of today.
func Units(ctx context.Context, e app.Env, s config.Stores) error {
	return app.Administer(ctx, e, s, func(a admin.Service) error {
		known, err := a.Known(ctx)
		for _, u := range known.Units {
			fmt.Fprintf(e.Out, "%s  %s\n", u.Code, u.NameVI)
		}
		return err
	})
}

// Person administers people and prints what came of it.
func Person(ctx context.Context, e app.Env, s config.Stores, r admin.PersonRequest) error {
	return app.Administer(ctx, e, s, func(a admin.Service) error {
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

func printPeople(out io.Writer, people []admin.PersonView) {
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
