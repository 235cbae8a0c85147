package access

import (
	"slices"

	"verigate/internal/verification"
)

// Caller is who asks, as far as the authoriser must know: the actor that the record keeps, and what only reads need.
// The zero value is nobody.
type Caller struct {
	verification.Actor
	Means   Means                      // how they proved who they are
	System  bool                       // a program
	Label   string                     // for pages
	Members []verification.Compartment // every compartment the person is in, as keeper or not
	Scopes  []Scope                    // of the credential; none: all that the roles allow

	Along       verification.KeyID // the certificate that its credential had to come with
	AlongScopes []Scope            // of that certificate, as Scopes

	Production bool // the gateway that let it in runs with --production
}

// Gateway is the gateway itself: rules that route, clocks that run out. It passes no edge.
func Gateway() Caller { return Caller{Actor: verification.System(), System: true} }

// Caller is the principal as it asks under one of its credentials, or under none (a session), whose means the caller of
// this sets. Of grants it knows nothing: take the principal At a time first.
func (p Principal) Caller(key verification.KeyID) Caller {
	c := Caller{
		Actor: verification.Actor{
			Person: p.ID, Roles: slices.Clone(p.Roles), Partner: p.Partner, Unit: p.Unit, Key: key,
		},
		System: p.System, Label: p.Label,
	}
	if credential, ok := p.Key(key); ok {
		c.Means, c.Scopes = credential.Kind.means(), credential.Scopes
	}
	for _, m := range p.Compartments {
		c.Members = append(c.Members, m.Compartment)
		if m.Keeper {
			c.Keeps = append(c.Keeps, m.Compartment)
		}
	}
	return c
}
