package access

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// Principal is one person or one system that may hold keys. The zero value was not created. It is a value: Evolve
// returns a changed copy and shares no slice that it changed.
type Principal struct {
	ID           verification.PersonID
	System       bool                     // a program: it is nobody, so it joins no compartment and is no second person
	Label        string                   // what a page shows in place of a name; never the name of a real person
	Roles        []verification.Role      // without an end; of a record that is no demonstration: PARTNER and the first OPERATORs
	Partner      verification.PartnerCode // exactly one of Partner and Unit is set
	Unit         verification.UnitCode
	Compartments []Membership
	Joined       map[verification.Compartment]Joining `json:"-"` // without a grant
	Grants       []Grant                              // proposed, open and ended ones
	Identities   []Identity                           // proposed, bound and removed ones
	Local        Local                                `json:"-"` // of the local account; it leaves no process
	Keys         []Key
	Read         map[Mark]time.Time // up to when the person has read what

	CertificateUse CertificateUse
	Disabled       bool
	Changes        uint64 // of rights and of credentials to sign in with: what was opened before the last one ends
	Version        uint64 // decisions folded so far
}

// Membership puts a person into a compartment.
type Membership struct {
	Compartment verification.Compartment `json:"compartment"`
	Keeper      bool                     `json:"keeper,omitempty"` // has the desk's rights inside
}

// Has says whether the principal was granted the role.
func (p Principal) Has(role verification.Role) bool { return slices.Contains(p.Roles, role) }

// Apply folds one decision.
func (p Principal) Apply(d Decision) Principal {
	for _, e := range d.Events {
		p = Evolve(p, d.Stamp, e)
	}
	p.Version++
	return p
}

// Fold folds a whole history, oldest first.
func Fold(history ...Decision) Principal {
	var p Principal
	for _, d := range history {
		p = p.Apply(d)
	}
	return p
}

// Evolve folds one event. It cannot fail: what was decided happened. Events of the directory change no principal.
func Evolve(p Principal, s verification.Stamp, e Event) Principal {
	switch e := e.(type) {
	case PrincipalCreated:
		p.ID, p.System, p.Label = e.Person, e.System, e.Label
		p.Roles, p.Partner, p.Unit = slices.Clone(e.Roles), e.Partner, e.Unit
	case KeyIssued:
		p = p.withKey(Key{ID: e.Key, Kind: APIKey, Hash: e.Hash, CreatedAt: s.At})
	case KeyIssuedV2:
		p = p.withKey(Key{ID: e.Key, Kind: APIKey, Hash: e.Hash, Scopes: e.Scopes, CreatedAt: s.At, ExpiresAt: e.ExpiresAt})
	case SignerAdded:
		p = p.withKey(Key{ID: e.Key, Kind: Signer, Public: e.Public, Scopes: e.Scopes, CreatedAt: s.At, ExpiresAt: e.ExpiresAt})
	case CertificateBound:
		p = p.withKey(Key{
			ID: e.Key, Kind: Certificate, Hash: e.Thumbprint, Scopes: e.Scopes, CreatedAt: s.At, StartsAt: e.NotBefore,
			ExpiresAt: earlier(e.ExpiresAt, e.NotAfter.Add(time.Second)),
		})
	case CertificateUseSet:
		p.CertificateUse = e.Use
	case KeyEnds:
		p = p.changedKey(e.Key, func(k Key) Key { return k.ending(e.At) })
	case KeyRevoked:
		p = p.changedKey(e.Key, func(k Key) Key { return k.revoked(s.At) })
	case PrincipalDisabled:
		p.Disabled = true
		p.Changes++
	case MembershipGranted:
		p = p.joined(s, e.Membership)
		p.Changes++
	case GrantProposed, GrantConfirmed, GrantEnded, IdentityProposed, IdentityBound, IdentityRemoved, PasswordSet,
		SecondFactorEnrolled, SecondFactorRemoved, RecoveryCodeSpent:
		return evolvePerson(p, s, e)
	case ReadUntil:
		return p.withRead(e)
	case PartnerAdded, CampaignVersionAdded, CalendarVersionAdded, OnCallSet, DutySet, KeysBackupTaken, KeysBackupEnded, ErasuresSearched, MonthsSearched,
		AlarmTested, AlarmTestConfirmed,
		MonthEndProposed, MonthEndDropped, MonthEnded:
	}
	return p
}
