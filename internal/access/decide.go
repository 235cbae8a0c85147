package access

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/verification"
)

// Command is what may be asked of a principal.
//
//sumtype:decl
type Command interface{ command() }

// The commands on a principal; those on its credentials are in credential_decide.go.
type (
	// CreatePrincipal makes a person or a system.
	CreatePrincipal struct {
		Person  verification.PersonID
		System  bool
		Label   string
		Roles   []verification.Role
		Partner verification.PartnerCode
		Unit    verification.UnitCode
	}

	// DisablePrincipal ends all that the principal may do.
	DisablePrincipal struct{ Reason string }

	// GrantMembership puts the person into a compartment, or changes whether as keeper.
	GrantMembership struct{ Membership }

	// ProposeGrant asks for a role or a membership, until a time.
	ProposeGrant struct {
		Grant GrantID
		Role  verification.Role
		Membership
		Until  time.Time
		Reason string
	}

	// ConfirmGrant opens what another person proposed.
	ConfirmGrant struct{ Grant GrantID }

	// EndGrant takes a grant away, or sends a proposal back.
	EndGrant struct {
		Grant  GrantID
		Reason string
	}

	// ProposeIdentity asks that the person be recognised by an account or by a provider's subject.
	ProposeIdentity struct {
		Identity IdentityID
		Account  string // as AccountName gives it
		Issuer   string
		Subject  string
		First    Hash // of an account
	}

	// BindIdentity makes the person recognised by what another proposed.
	BindIdentity struct {
		Identity IdentityID
		Second   Hash // of an account
	}

	// RemoveIdentity ends an identity.
	RemoveIdentity struct {
		Identity IdentityID
		Reason   string
	}

	// RemoveSecondFactor lets the person enrol another: the old one is lost.
	RemoveSecondFactor struct{ Reason string }

	// SetPassword is the person's own.
	SetPassword struct{ Password string }

	// EnrolSecondFactor is the person's own.
	EnrolSecondFactor struct {
		Secret   []byte
		Recovery []Hash
	}

	// UseRecoveryCode is the person's own.
	UseRecoveryCode struct{ Code Hash }
)

func (CreatePrincipal) command()    {}
func (DisablePrincipal) command()   {}
func (GrantMembership) command()    {}
func (ProposeGrant) command()       {}
func (ConfirmGrant) command()       {}
func (EndGrant) command()           {}
func (ProposeIdentity) command()    {}
func (BindIdentity) command()       {}
func (RemoveIdentity) command()     {}
func (RemoveSecondFactor) command() {}
func (SetPassword) command()        {}
func (EnrolSecondFactor) command()  {}
func (UseRecoveryCode) command()    {}

// ownCommand is one that a person gives about the own account.
type ownCommand interface {
	Command
	own()
}

func (SetPassword) own()       {}
func (EnrolSecondFactor) own() {}
func (UseRecoveryCode) own()   {}

// The refusals of this package, beside those of package verification.
const (
	RolesDisjoint     verification.Code = "roles_disjoint"     // these roles may not be in one hand
	UnknownRole       verification.Code = "unknown_role"       // no such role is granted
	BindingInvalid    verification.Code = "binding_invalid"    // neither or both of partner and unit, or one that does not fit the role
	IDInvalid         verification.Code = "id_invalid"         // an id, code or label cannot be used
	UnknownPrincipal  verification.Code = "unknown_principal"  // it was not created
	PrincipalEnded    verification.Code = "principal_disabled" // it was disabled
	SelfGrant         verification.Code = "self_grant"         // nobody grants to self
	MembershipInvalid verification.Code = "membership_invalid" // who is not of the desk's side joins no compartment
	CampaignInvalid   verification.Code = "campaign_invalid"   // not an object with the campaign's id
	CalendarInvalid   verification.Code = "calendar_invalid"   // not an object with the version's name
	TwoPersons        verification.Code = "two_persons"        // one person alone may not open this
	GrantInvalid      verification.Code = "grant_invalid"      // neither or both of role and compartment, or no end within a year
	UnknownGrant      verification.Code = "unknown_grant"      // the principal has no such grant
	GrantEndedAlready verification.Code = "grant_ended"        // it ran out or was ended
	IdentityInvalid   verification.Code = "identity_invalid"   // neither an account nor a provider's subject
	UnknownIdentity   verification.Code = "unknown_identity"   // the principal has no such identity
	IdentityTaken     verification.Code = "identity_taken"     // another person is recognised by it
	RecoveryCodeUsed  verification.Code = "recovery_code_used" // it is none of those that are left
)

func refuse(code verification.Code, reason string) error {
	return &verification.Refusal{Code: code, Reason: reason}
}

// Decide says what a command brings about on a principal. Like verification.Decide it is pure, its only error is a
// *verification.Refusal, and no events without an error means that there is nothing new. Only the gateway itself
// (the command line, by its socket) and an OPERATOR give these commands, and nobody to self.
//
// What belongs to a person's own account, and what they have read, is the other way round: given by that person, and by nobody else.
// Screens are the head of the desk's and an operator's to pair.
func Decide(p Principal, s verification.Stamp, c Command) ([]Event, error) {
	if _, own := c.(ownCommand); own {
		return p.decideOwn(s, c)
	}
	if mark, is := c.(SetMark); is {
		return p.setMark(s, mark)
	}
	if screen, is := c.(screenCommand); is {
		return p.decideScreen(s, screen)
	}
	if err := administers(s.By); err != nil {
		return nil, err
	}
	if create, ok := c.(CreatePrincipal); ok {
		return p.create(create)
	}
	switch p.ID {
	case "":
		return nil, refuse(UnknownPrincipal, "there is no such principal")
	case s.By.Person:
		return nil, refuse(SelfGrant, "nobody changes their own rights: another operator does")
	}
	switch c := c.(type) {
	case CreatePrincipal:
		return p.create(c)
	case IssueKey:
		return p.issueKey(s, c)
	case RotateKey:
		return p.rotateKey(s, c)
	case AddSigner:
		return p.addSigner(s, c)
	case BindCertificate:
		return p.bindCertificate(s, c)
	case SetCertificateUse:
		return p.setCertificateUse(s, c)
	case RevokeKey:
		return p.revokeKey(c)
	case DisablePrincipal:
		return p.disable(c)
	case GrantMembership:
		return p.grant(c)
	case ProposeGrant:
		return p.proposeGrant(s, c)
	case ConfirmGrant:
		return p.confirmGrant(s, c)
	case EndGrant:
		return p.endGrant(c)
	case ProposeIdentity:
		return p.proposeIdentity(c)
	case BindIdentity:
		return p.bindIdentity(s, c)
	case RemoveIdentity:
		return p.removeIdentity(c)
	case RemoveSecondFactor:
		return p.removeFactor(c)
	case SetPassword, EnrolSecondFactor, UseRecoveryCode:
		return p.decideOwn(s, c)
	case SetMark:
		return p.setMark(s, c)
	case PairScreen, RemoveScreen:
		return p.decideScreen(s, c)
	}
	return nil, nil
}

func administers(by verification.Actor) error {
	if by.Has(verification.RoleSystem) || by.Has(verification.RoleOperator) {
		return nil
	}
	return refuse(verification.NotPermitted, "principals and the directory are an operator's to change")
}

func (p Principal) create(c CreatePrincipal) ([]Event, error) {
	created := PrincipalCreated(c)
	created.Roles = slices.Clone(c.Roles)
	switch {
	case p.ID != "" && p.sameAs(created):
		return nil, nil
	case p.ID != "":
		return nil, refuse(verification.AlreadyExists, "the principal exists already")
	case !token(string(c.Person), 64):
		return nil, refuse(IDInvalid, "a principal's id has 1 to 64 letters, digits, - and _")
	case strings.TrimSpace(c.Label) == "" || len(c.Label) > 200:
		return nil, refuse(IDInvalid, "a principal needs a label of at most 200 bytes")
	}
	if len(c.Roles) > 0 || c.System { // a person may be given roles later, by grants
		if err := checkRoles(c.Roles); err != nil {
			return nil, err
		}
	}
	if err := checkBinding(c); err != nil {
		return nil, err
	}
	return []Event{created}, nil
}

func (p Principal) sameAs(e PrincipalCreated) bool {
	return p.ID == e.Person && p.System == e.System && p.Label == e.Label && slices.Equal(p.Roles, e.Roles) &&
		p.Partner == e.Partner && p.Unit == e.Unit
}

// hand is a group of roles that one person may hold together. Roles of two groups are never in one hand: who asks does
// not answer, who answers does not release, who operates or audits does neither.
type hand int

const (
	noHand hand = iota
	partnersHand
	unitsHand
	desksHand
	auditorsHand
	operatorsHand
)

func handOf(r verification.Role) hand {
	switch r {
	case verification.RolePartner:
		return partnersHand
	case verification.RoleUnit, verification.RoleUnitLead:
		return unitsHand
	case verification.RoleDesk, verification.RoleLead, verification.RoleKeeper, verification.RoleSupervisor:
		return desksHand
	case verification.RoleAuditor:
		return auditorsHand
	case verification.RoleOperator:
		return operatorsHand
	case verification.RoleSystem, // the gateway itself; no key may claim to be it
		verification.RoleScreen: // a device's, which PairScreen alone makes
		return noHand
	}
	return noHand
}

func checkRoles(roles []verification.Role) error {
	if len(roles) == 0 {
		return refuse(UnknownRole, "a principal needs a role")
	}
	for i, r := range roles {
		switch {
		case handOf(r) == noHand || slices.Contains(roles[:i], r):
			return refuse(UnknownRole, "a role is unknown, named twice, or not to be granted: there are PARTNER; UNIT, UNIT_LEAD; "+
				"DESK, LEAD, KEEPER, SUPERVISOR; AUDITOR; OPERATOR")
		case handOf(r) != handOf(roles[0]):
			return refuse(RolesDisjoint, "these roles may not be in one hand")
		}
	}
	return nil
}

// checkBinding holds each principal to one partner or one unit. Auditors and operators sit in a unit too; it gives them
// nothing there. A supervisor sees all levels, so it is one of headquarters; of a department its lead reads the numbers.
func checkBinding(c CreatePrincipal) error {
	atDesk := slices.Contains(c.Roles, verification.RoleDesk) || slices.Contains(c.Roles, verification.RoleLead)
	switch {
	case (c.Partner == "") == (c.Unit == ""):
		return refuse(BindingInvalid, "a principal belongs to one partner or to one unit")
	case (c.Partner != "") != slices.Contains(c.Roles, verification.RolePartner):
		return refuse(BindingInvalid, "a partner's principal has the role PARTNER, and no other has")
	case !token(string(c.Partner)+string(c.Unit), 20):
		return refuse(IDInvalid, "a code has at most 20 letters, digits, - and _")
	case atDesk && c.Unit != verification.DeskUnit:
		return refuse(BindingInvalid, "the desk's persons belong to the desk's unit")
	case slices.Contains(c.Roles, verification.RoleSupervisor) && !c.Unit.OfHeadquarters():
		return refuse(BindingInvalid, "a supervisor belongs to a unit of headquarters; a department's numbers are its lead's to read")
	}
	return nil
}

// token is what may be part of a subject of the record.
func token(s string, limit int) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return s != "" && len(s) <= limit && strings.Trim(s, allowed) == ""
}

func (p Principal) disable(c DisablePrincipal) ([]Event, error) {
	if p.Disabled {
		return nil, nil
	}
	return []Event{PrincipalDisabled(c)}, nil
}

func (p Principal) grant(c GrantMembership) ([]Event, error) {
	switch {
	case p.Disabled:
		return nil, refuse(PrincipalEnded, "the principal was disabled")
	case !token(string(c.Compartment), 64):
		return nil, refuse(IDInvalid, "a compartment's name has 1 to 64 letters, digits, - and _")
	case p.System:
		return nil, refuse(MembershipInvalid, "members of a compartment are persons")
	case c.Keeper && !p.Has(verification.RoleKeeper):
		return nil, refuse(MembershipInvalid, "a keeper needs the role KEEPER")
	case !joins(p.Roles):
		return nil, refuse(MembershipInvalid, "the desk's persons, leads, keepers and auditors join a compartment; officers of units are named in a task")
	case slices.Contains(p.Compartments, c.Membership):
		return nil, nil
	}
	return []Event{MembershipGranted(c)}, nil
}

// joins says whether membership means anything to one of the roles: the desk's side works inside, an auditor reads who
// did what there.
func joins(roles []verification.Role) bool {
	return slices.ContainsFunc(roles, func(r verification.Role) bool {
		return r == verification.RoleDesk || r == verification.RoleLead || r == verification.RoleKeeper || r == verification.RoleAuditor
	})
}
