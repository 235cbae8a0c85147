package access

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/verification"
)

// IdentityID names an identity within its principal.
type IdentityID string

// Identity is one way in which a person is recognised: a local account, or a subject at an OpenID provider. One person
// proposes it and another binds it. Neither of them can sign in by it: a local account's first password is made of two
// halves, one shown to each, and the person is given both.
type Identity struct {
	ID         IdentityID
	Account    string // name of the local account; empty: Issuer and Subject are set
	Issuer     string
	Subject    string
	First      [2]Hash `json:"-"` // the halves of an account's first password
	ProposedBy verification.PersonID
	BoundBy    verification.PersonID // empty: it waits for a second person
	RemovedAt  time.Time             // zero while it is good
}

// Bound says whether the person is recognised by it.
func (i Identity) Bound() bool { return i.BoundBy != "" && i.RemovedAt.IsZero() }

// Local is what a person's local account is proved with. It is in the record sealed, and there only.
type Local struct {
	Password string    // argon2id, in its PHC form; empty: the first password has not been changed yet
	Factor   []byte    // the secret of the one-time codes (RFC 6238); empty: none is enrolled
	Recovery []Hash    // of the recovery codes that are left
	SetAt    time.Time // when the password was set
}

// Identity finds an identity of the principal, removed ones too.
func (p Principal) Identity(id IdentityID) (Identity, bool) {
	at := slices.IndexFunc(p.Identities, func(i Identity) bool { return i.ID == id })
	if at < 0 {
		return Identity{}, false
	}
	return p.Identities[at], true
}

// Account is the person's local account, if one is bound.
func (p Principal) Account() (Identity, bool) {
	at := slices.IndexFunc(p.Identities, func(i Identity) bool { return i.Account != "" && i.Bound() })
	if at < 0 {
		return Identity{}, false
	}
	return p.Identities[at], true
}

// AccountName is the one way in which a name of a local account is written, and false when it cannot be one: 2 to 64
// lower-case letters, digits, points, hyphens and low lines, beginning with a letter or digit.
func AccountName(typed string) (string, bool) {
	const first = "abcdefghijklmnopqrstuvwxyz0123456789"
	name := strings.ToLower(strings.TrimSpace(typed))
	ok := len(name) >= 2 && len(name) <= 64 && strings.ContainsRune(first, rune(name[0])) && strings.Trim(name, first+".-_") == ""
	return name, ok
}

func (p Principal) proposeIdentity(c ProposeIdentity) ([]Event, error) {
	_, found := p.Identity(c.Identity)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case p.System:
		return nil, refuse(IdentityInvalid, "a program does not sign in: it has keys")
	case found || !token(string(c.Identity), 64):
		return nil, refuse(IDInvalid, "an identity needs an id of its own, of at most 64 letters, digits, - and _")
	case (c.Account == "") == (c.Issuer == "" || c.Subject == ""):
		return nil, refuse(IdentityInvalid, "an identity is a local account, or an issuer with a subject")
	case len(c.Issuer)+len(c.Subject) > 1000:
		return nil, refuse(IdentityInvalid, "an issuer and a subject have at most 1000 bytes")
	}
	if c.Account != "" {
		if err := p.checkAccount(c); err != nil {
			return nil, err
		}
	}
	return []Event{IdentityProposed(c)}, nil
}

func (p Principal) checkAccount(c ProposeIdentity) error {
	has := slices.ContainsFunc(p.Identities, func(i Identity) bool { return i.Account != "" && i.RemovedAt.IsZero() })
	name, ok := AccountName(c.Account)
	switch {
	case !ok || name != c.Account:
		return refuse(IdentityInvalid, "an account's name has 2 to 64 lower-case letters, digits, points, hyphens and low lines")
	case c.First == Hash{}:
		return refuse(IdentityInvalid, "an account needs the first half of its first password")
	case has:
		return refuse(verification.AlreadyExists, "the person has a local account, or one waits for a second person: remove it first")
	}
	return nil
}

func (p Principal) bindIdentity(s verification.Stamp, c BindIdentity) ([]Event, error) {
	i, found := p.Identity(c.Identity)
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case !found || !i.RemovedAt.IsZero():
		return nil, refuse(UnknownIdentity, "the person has no such identity")
	case i.BoundBy != "":
		return nil, nil
	case i.ProposedBy == s.By.Person:
		return nil, refuse(verification.SamePerson, "another person binds what this one proposed")
	case (i.Account == "") != (c.Second == Hash{}):
		return nil, refuse(IdentityInvalid, "an account needs the second half of its first password, and nothing else does")
	}
	return []Event{IdentityBound(c)}, nil
}

func (p Principal) removeIdentity(c RemoveIdentity) ([]Event, error) {
	i, found := p.Identity(c.Identity)
	switch {
	case !found:
		return nil, refuse(UnknownIdentity, "the person has no such identity")
	case !i.RemovedAt.IsZero():
		return nil, nil
	}
	return []Event{IdentityRemoved(c)}, nil
}

func (p Principal) removeFactor(c RemoveSecondFactor) ([]Event, error) {
	if len(p.Local.Factor) == 0 {
		return nil, nil
	}
	return []Event{SecondFactorRemoved(c)}, nil
}

// decideOwn is what only the person does with their own account, having proved who they are.
func (p Principal) decideOwn(s verification.Stamp, c Command) ([]Event, error) {
	_, has := p.Account()
	switch {
	case p.ID == "" || !has || p.Disabled:
		return nil, refuse(UnknownIdentity, "there is no such account")
	case s.By.Person != p.ID:
		return nil, refuse(verification.NotPermitted, "a password and a second factor are set by their owner alone")
	}
	switch c := c.(type) {
	case SetPassword:
		if c.Password == "" {
			return nil, refuse(IdentityInvalid, "a password is kept as its hash")
		}
		return []Event{PasswordSet(c)}, nil
	case EnrolSecondFactor:
		if len(c.Secret) == 0 || len(c.Recovery) == 0 {
			return nil, refuse(IdentityInvalid, "a second factor needs its secret and its recovery codes")
		}
		return []Event{SecondFactorEnrolled{Secret: slices.Clone(c.Secret), Recovery: slices.Clone(c.Recovery)}}, nil
	case UseRecoveryCode:
		if !slices.Contains(p.Local.Recovery, c.Code) {
			return nil, refuse(RecoveryCodeUsed, "the recovery code is none of those that are left")
		}
		return []Event{RecoveryCodeSpent(c)}, nil
	case CreatePrincipal, IssueKey, RotateKey, RevokeKey, AddSigner, BindCertificate, SetCertificateUse, DisablePrincipal,
		GrantMembership, ProposeGrant, ConfirmGrant, EndGrant, ProposeIdentity, BindIdentity, RemoveIdentity, RemoveSecondFactor, SetMark, PairScreen,
		RemoveScreen:
	}
	return nil, nil
}
