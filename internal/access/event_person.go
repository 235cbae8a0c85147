package access

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// The events of a person's grants.
type (
	// GrantProposed is a role or a membership that waits for a second person.
	GrantProposed struct {
		Grant GrantID           `json:"grant"`
		Role  verification.Role `json:"role,omitempty"` // exactly one of the role and the compartment
		Membership
		Until  time.Time `json:"until"` // from then on it opens nothing
		Reason string    `json:"reason"`
	}

	// GrantConfirmed opens it, by another person than the one who proposed it.
	GrantConfirmed struct {
		Grant GrantID `json:"grant"`
	}

	// GrantEnded takes it away before its time, or sends back what was proposed.
	GrantEnded struct {
		Grant  GrantID `json:"grant"`
		Reason string  `json:"reason,omitempty"`
	}
)

// The events of how a person is recognised.
type (
	// IdentityProposed is an account or a provider's subject that waits for a second person.
	IdentityProposed struct {
		Identity IdentityID `json:"identity"`
		Account  string     `json:"account,omitempty"`
		Issuer   string     `json:"issuer,omitempty"`
		Subject  string     `json:"subject,omitempty"`
		First    Hash       `json:"first"` // SHA-256 of the first half of an account's first password, else zeros
	}

	// IdentityBound makes the person recognised by it.
	IdentityBound struct {
		Identity IdentityID `json:"identity"`
		Second   Hash       `json:"second"` // SHA-256 of the other half, else zeros
	}

	// IdentityRemoved ends it. A local account's password ends with it.
	IdentityRemoved struct {
		Identity IdentityID `json:"identity"`
		Reason   string     `json:"reason,omitempty"`
	}

	// PasswordSet is a password of the person's own choice; from then on the first one is worth nothing.
	PasswordSet struct {
		Password string `json:"password"` // argon2id in its PHC form
	}

	// SecondFactorEnrolled is a generator of one-time codes, in place of an earlier one.
	SecondFactorEnrolled struct {
		Secret   []byte `json:"secret"`
		Recovery []Hash `json:"recovery"` // SHA-256 of each recovery code
	}

	// SecondFactorRemoved takes it away, so that the person enrols another.
	SecondFactorRemoved struct {
		Reason string `json:"reason,omitempty"`
	}

	// RecoveryCodeSpent is a recovery code that stood in for the second factor, once.
	RecoveryCodeSpent struct {
		Code Hash `json:"code"`
	}
)

// EventKind implements Event.
func (GrantProposed) EventKind() string { return "grant_proposed.v1" }

// EventKind implements Event.
func (GrantConfirmed) EventKind() string { return "grant_confirmed.v1" }

// EventKind implements Event.
func (GrantEnded) EventKind() string { return "grant_ended.v1" }

// EventKind implements Event.
func (IdentityProposed) EventKind() string { return "identity_proposed.v1" }

// EventKind implements Event.
func (IdentityBound) EventKind() string { return "identity_bound.v1" }

// EventKind implements Event.
func (IdentityRemoved) EventKind() string { return "identity_removed.v1" }

// EventKind implements Event.
func (PasswordSet) EventKind() string { return "password_set.v1" }

// EventKind implements Event.
func (SecondFactorEnrolled) EventKind() string { return "second_factor_enrolled.v1" }

// EventKind implements Event.
func (SecondFactorRemoved) EventKind() string { return "second_factor_removed.v1" }

// EventKind implements Event.
func (RecoveryCodeSpent) EventKind() string { return "recovery_code_spent.v1" }

func (GrantProposed) happened()        {}
func (GrantConfirmed) happened()       {}
func (GrantEnded) happened()           {}
func (IdentityProposed) happened()     {}
func (IdentityBound) happened()        {}
func (IdentityRemoved) happened()      {}
func (PasswordSet) happened()          {}
func (SecondFactorEnrolled) happened() {}
func (SecondFactorRemoved) happened()  {}
func (RecoveryCodeSpent) happened()    {}

// personKinds lists an empty event of every kind of this file.
func personKinds() []Event {
	return []Event{
		GrantProposed{},
		GrantConfirmed{},
		GrantEnded{},
		IdentityProposed{},
		IdentityBound{},
		IdentityRemoved{},
		PasswordSet{},
		SecondFactorEnrolled{},
		SecondFactorRemoved{},
		RecoveryCodeSpent{},
	}
}

// evolvePerson folds an event of this file.
func evolvePerson(p Principal, s verification.Stamp, e Event) Principal {
	switch e := e.(type) {
	case GrantProposed:
		p.Grants = append(slices.Clone(p.Grants), Grant{
			ID: e.Grant, Role: e.Role, Membership: e.Membership, Until: e.Until, Reason: e.Reason, ProposedBy: s.By.Person,
		})
	case GrantConfirmed:
		p.changeGrant(e.Grant, func(g *Grant) { g.ConfirmedBy, g.ConfirmedAt = s.By.Person, s.At })
		p.Changes++
	case GrantEnded:
		p.changeGrant(e.Grant, func(g *Grant) { g.EndedAt = s.At })
		p.Changes++
	case IdentityProposed:
		p.Identities = append(slices.Clone(p.Identities), Identity{
			ID: e.Identity, Account: e.Account, Issuer: e.Issuer, Subject: e.Subject, First: [2]Hash{e.First}, ProposedBy: s.By.Person,
		})
	case IdentityBound:
		p.changeIdentity(e.Identity, func(i *Identity) { i.BoundBy, i.First[1] = s.By.Person, e.Second })
		p.Changes++
	case IdentityRemoved:
		if i, _ := p.Identity(e.Identity); i.Account != "" {
			p.Local.Password, p.Local.SetAt = "", time.Time{}
		}
		p.changeIdentity(e.Identity, func(i *Identity) { i.RemovedAt = s.At })
		p.Changes++
	case PasswordSet:
		p.Local.Password, p.Local.SetAt = e.Password, s.At
		p.Changes++
	case SecondFactorEnrolled:
		p.Local.Factor, p.Local.Recovery = e.Secret, e.Recovery
		p.Changes++
	case SecondFactorRemoved:
		p.Local.Factor, p.Local.Recovery = nil, nil
		p.Changes++
	case RecoveryCodeSpent:
		p.Local.Recovery = slices.DeleteFunc(slices.Clone(p.Local.Recovery), func(h Hash) bool { return h == e.Code })
	case PrincipalCreated, KeyIssued, KeyIssuedV2, KeyEnds, SignerAdded, KeyRevoked, CertificateBound, CertificateUseSet,
		PrincipalDisabled, MembershipGranted, PartnerAdded, CampaignVersionAdded, CalendarVersionAdded, OnCallSet, DutySet, ReadUntil,
		KeysBackupTaken, KeysBackupEnded, ErasuresSearched, MonthsSearched,
		AlarmTested, AlarmTestConfirmed,
		MonthEndProposed, MonthEndDropped, MonthEnded:
	}
	return p
}

func (p *Principal) changeGrant(id GrantID, change func(*Grant)) {
	p.Grants = slices.Clone(p.Grants)
	for i := range p.Grants {
		if p.Grants[i].ID == id {
			change(&p.Grants[i])
		}
	}
}

func (p *Principal) changeIdentity(id IdentityID, change func(*Identity)) {
	p.Identities = slices.Clone(p.Identities)
	for i := range p.Identities {
		if p.Identities[i].ID == id {
			change(&p.Identities[i])
		}
	}
}
