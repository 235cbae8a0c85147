package access

import (
	"time"

	"verigate/internal/verification"
)

// recognised is what an identity is found by.
type recognised struct{ account, issuer, subject string }

// recognise notes whose the bound identities are. It is called with mu held. Whoever was bound first keeps it as long
// as it is good: of two gateways that bind one name at once all come to the same answer, for all read one order.
func (k *Keyring) recognise(p Principal) {
	for _, i := range p.Identities {
		by := recognised{account: i.Account, issuer: i.Issuer, subject: i.Subject}
		switch holder := k.principals[k.recognised[by]]; {
		case i.Bound() && !holder.boundBy(by):
			k.recognised[by] = p.ID
		case k.recognised[by] == p.ID && !p.boundBy(by):
			delete(k.recognised, by)
		}
	}
}

func (p Principal) boundBy(by recognised) bool {
	for _, i := range p.Identities {
		if i.Bound() && by == (recognised{account: i.Account, issuer: i.Issuer, subject: i.Subject}) {
			return true
		}
	}
	return false
}

// ByAccount finds who has a local account, by its name as typed.
func (k *Keyring) ByAccount(typed string) (Principal, bool) {
	name, ok := AccountName(typed)
	if !ok {
		return Principal{}, false
	}
	return k.by(recognised{account: name})
}

// BySubject finds who a provider's subject is.
func (k *Keyring) BySubject(issuer, subject string) (Principal, bool) {
	if issuer == "" || subject == "" {
		return Principal{}, false
	}
	return k.by(recognised{issuer: issuer, subject: subject})
}

func (k *Keyring) by(which recognised) (Principal, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.principals[k.recognised[which]]
	return p, p.boundBy(which) && !p.Disabled
}

// Setting is what the rules must know of all principals.
func (k *Keyring) Setting(demonstration bool, at time.Time) Setting {
	return SettingOf(k.Principals(), demonstration, at)
}

// InSession is a person who asks under a session, as of a time, with the state of their rights: the session holds only
// while it stays the same. It is ErrUnauthenticated for who was disabled or is a program.
func (k *Keyring) InSession(id verification.PersonID, at time.Time) (Caller, Rights, error) {
	p, ok := k.Principal(id)
	if !ok || p.Disabled || p.System {
		return Caller{}, Rights{}, ErrUnauthenticated
	}
	c := p.At(at).Caller("")
	c.Means = BySession
	return c, p.RightsAt(at), nil
}

// Free refuses an identity by which another person is recognised.
func (k *Keyring) Free(p Principal, c Command) error {
	var by recognised
	switch c := c.(type) {
	case ProposeIdentity:
		by = recognised{account: c.Account, issuer: c.Issuer, subject: c.Subject}
	case BindIdentity:
		i, _ := p.Identity(c.Identity)
		by = recognised{account: i.Account, issuer: i.Issuer, subject: i.Subject}
	case CreatePrincipal, IssueKey, RotateKey, RevokeKey, AddSigner, BindCertificate, SetCertificateUse, DisablePrincipal, GrantMembership, ProposeGrant, ConfirmGrant, EndGrant,
		RemoveIdentity, RemoveSecondFactor, SetPassword, EnrolSecondFactor, UseRecoveryCode, SetMark, PairScreen, RemoveScreen:
		return nil
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if holder := k.principals[k.recognised[by]]; holder.ID != p.ID && holder.boundBy(by) {
		return refuse(IdentityTaken, "another person is recognised by it: remove it there first")
	}
	return nil
}
