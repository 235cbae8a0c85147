package access

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// Setting is what a decision on one principal must know of the rest: it is looked up by whoever gives the command.
type Setting struct {
	Demonstration bool // the record is marked as one for good
	Operators     int  // persons who may work as an OPERATOR now
}

// SettingOf reads it from all principals, as of a time.
func SettingOf(all []Principal, demonstration bool, at time.Time) Setting {
	s := Setting{Demonstration: demonstration}
	for _, p := range all {
		if !p.Disabled && !p.System && p.At(at).Has(verification.RoleOperator) {
			s.Operators++
		}
	}
	return s
}

// founders is how many operators the owner of the machine makes: with two every further right has two persons.
const founders = 2

// Admits says what may not be decided in this setting, before Decide looks at the principal.
//
// How a record gets its first persons: the owner of the machine, at the console (the admin socket, by nobody's name),
// makes two operators, each with a key, and no more. Operators open no content. From then on the console makes nothing
// that opens any: roles and memberships are proposed by one operator and confirmed by another, each of whom signs the
// act with a credential of their own. Whoever owns the machine could play both founders; that stands in the record as
// the console's, where an auditor finds it. A demonstration is fictional from its first message, so there the console
// may do everything at once.
func (s Setting) Admits(by verification.Actor, p Principal, c Command) error {
	if s.Demonstration {
		return nil
	}
	console := by.Person == ""
	switch c := c.(type) {
	case CreatePrincipal:
		operator := slices.Contains(c.Roles, verification.RoleOperator)
		switch {
		case slices.ContainsFunc(c.Roles, opensContent):
			return refuse(TwoPersons, "create the person without roles: one operator proposes a grant, another confirms it")
		case operator && (!console || s.Operators >= founders):
			return refuse(TwoPersons, "two operators are enough to begin with: the role OPERATOR is proposed by one and confirmed by another")
		}
	case GrantMembership:
		return refuse(TwoPersons, "a membership is proposed by one operator and confirmed by another")
	case IssueKey, RotateKey, AddSigner, BindCertificate:
		return s.admitsKey(console, p)
	case ProposeGrant, ConfirmGrant, ProposeIdentity, BindIdentity:
		if console {
			return refuse(TwoPersons, "the console is nobody: sign the act with an operator's own credential")
		}
	case RevokeKey, SetCertificateUse, DisablePrincipal, EndGrant, RemoveIdentity, RemoveSecondFactor, SetPassword, EnrolSecondFactor,
		UseRecoveryCode, SetMark, PairScreen, RemoveScreen:
	}
	return nil
}

// admitsKey: whoever issues a key sees it, and whoever brings a signer or a certificate may hold its key. A person who reads content signs in, so that no operator holds a key to it;
// and the console makes no further key for an operator once there are two, for it would act in their name.
func (s Setting) admitsKey(console bool, p Principal) error {
	opens := slices.ContainsFunc(p.Roles, opensContent) ||
		slices.ContainsFunc(p.Grants, func(g Grant) bool { return opensContent(g.Role) && g.EndedAt.IsZero() })
	operates := p.Has(verification.RoleOperator) ||
		slices.ContainsFunc(p.Grants, func(g Grant) bool { return g.Role == verification.RoleOperator && g.EndedAt.IsZero() })
	switch {
	case opens && !p.System:
		return refuse(TwoPersons, "whoever issues a key sees it: a person who reads content is given an account or a provider's identity instead")
	case operates && console && len(p.Keys) > 0:
		return refuse(TwoPersons, "an operator's further keys are issued by another operator")
	}
	return nil
}
