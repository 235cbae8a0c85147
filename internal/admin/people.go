package admin

import (
	"time"

	"verigate/internal/access"
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
