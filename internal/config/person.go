package config

import (
	"errors"
	"time"
)

// Acting says who gives an act of administration.
type Acting struct {
	Credential string `help:"File, mode 0600, that proves who acts: an operator's API key on one line, or the name, password and code of a local account on three. \"-\" reads the terminal's input. Absent: the console acts, which is nobody." env:"VERIGATE_CREDENTIAL" placeholder:"FILE"`
}

// Person administers people: who they are, what is open to them, how they are recognised.
type Person struct {
	Acting
	Create          PersonCreate          `cmd:"" help:"Create a person without any right. The console creates the first two operators, each with a key that is shown once."`
	ProposeGrant    PersonProposeGrant    `cmd:"" name:"propose-grant" help:"Propose a role or a compartment for a person, until a day. Another operator confirms it."`
	ConfirmGrant    PersonConfirmGrant    `cmd:"" name:"confirm-grant" help:"Confirm what another operator proposed: from then on it is open."`
	EndGrant        PersonEndGrant        `cmd:"" name:"end-grant" help:"End a grant before its day, or send a proposal back."`
	ProposeIdentity PersonProposeIdentity `cmd:"" name:"propose-identity" help:"Propose a local account, or a subject at an OpenID provider, for a person. Shows the first half of the first password, once."`
	ConfirmIdentity PersonConfirmIdentity `cmd:"" name:"confirm-identity" help:"Confirm it as another operator. Shows the second half of the first password, once."`
	RemoveIdentity  PersonRemoveIdentity  `cmd:"" name:"remove-identity" help:"End an identity, with the password of its account."`
	ResetFactor     PersonResetFactor     `cmd:"" name:"reset-factor" help:"Remove a lost second factor, so that the person enrols another."`
	SignOut         PersonSignOut         `cmd:"" name:"sign-out" help:"End all sessions of a person."`
	List            PersonList            `cmd:"" help:"List people with their grants and identities."`
}

// PersonCreate makes a person.
type PersonCreate struct {
	Stores
	Label    string `help:"What pages show in place of a name." required:""`
	Unit     string `help:"Code of the unit that the person belongs to, one of today: KVIII; desk persons: A1K1." required:""`
	Operator bool   `help:"One of the first two operators."`
}

// PersonProposeGrant proposes.
type PersonProposeGrant struct {
	Stores
	Person      string    `arg:"" help:"Id of the person."`
	Role        string    `help:"DESK, LEAD, KEEPER, UNIT, UNIT_LEAD, SUPERVISOR, AUDITOR or OPERATOR." xor:"what"`
	Compartment string    `help:"drugs, precursor, wildlife-l3, general-l3, or one made for a case." xor:"what"`
	Keeper      bool      `help:"As keeper of the compartment: with the desk's rights inside."`
	Until       time.Time `help:"From this day on, 00:00 UTC, it is closed by itself; within a year." format:"2006-01-02" required:"" placeholder:"DATE"`
	Reason      string    `help:"Why the person needs it." required:""`
}

// Validate looks at what the flags are together.
func (p PersonProposeGrant) Validate() error {
	if p.Role == "" && p.Compartment == "" {
		return errors.New("say what is proposed: --role or --compartment")
	}
	return nil
}

// PersonConfirmGrant confirms.
type PersonConfirmGrant struct {
	Stores
	Person string `arg:"" help:"Id of the person."`
	Grant  string `arg:"" help:"Id of the grant."`
}

// PersonEndGrant ends.
type PersonEndGrant struct {
	Stores
	Person string `arg:"" help:"Id of the person."`
	Grant  string `arg:"" help:"Id of the grant."`
	Reason string `help:"Why."`
}

// PersonProposeIdentity proposes.
type PersonProposeIdentity struct {
	Stores
	Person  string `arg:"" help:"Id of the person."`
	Account string `help:"Name of the local account." xor:"what"`
	Issuer  string `help:"Issuer of the OpenID provider, exactly as it names itself." xor:"what" and:"oidc" placeholder:"URL"`
	Subject string `help:"The person's subject (sub) there." and:"oidc"`
}

// Validate looks at what the flags are together.
func (p PersonProposeIdentity) Validate() error {
	if p.Account == "" && p.Issuer == "" {
		return errors.New("say how the person is recognised: --account, or --issuer with --subject")
	}
	return nil
}

// PersonConfirmIdentity confirms.
type PersonConfirmIdentity struct {
	Stores
	Person   string `arg:"" help:"Id of the person."`
	Identity string `arg:"" help:"Id of the identity."`
}

// PersonRemoveIdentity removes.
type PersonRemoveIdentity struct {
	Stores
	Person   string `arg:"" help:"Id of the person."`
	Identity string `arg:"" help:"Id of the identity."`
	Reason   string `help:"Why."`
}

// PersonResetFactor removes a second factor.
type PersonResetFactor struct {
	Stores
	Person string `arg:"" help:"Id of the person."`
	Reason string `help:"Why."`
}

// PersonSignOut ends sessions.
type PersonSignOut struct {
	Stores
	Person string `arg:"" help:"Id of the person."`
}

// PersonList lists.
type PersonList struct{ Stores }

// Partner administers partners beside those of the reference data.
type Partner struct {
	Acting
	Add  PartnerAdd  `cmd:"" help:"Add a partner beside those of the reference data."`
	List PartnerList `cmd:"" help:"List the partners."`
}

// PartnerAdd makes a partner known.
type PartnerAdd struct {
	Stores
	Code    string `arg:"" help:"NG, TH-CUSTOMS, RILO-AP …"`
	Name    string `arg:"" help:"Name of the service."`
	Country string `help:"ISO 3166-1 alpha-2; absent for a body of several countries."`
	Kind    string `help:"ncb, customs, rilo, international or police." default:"ncb" enum:"ncb,customs,rilo,international,police"`
}

// PartnerList lists.
type PartnerList struct{ Stores }

// Unit looks at the units, which come with the reference data.
type Unit struct {
	List UnitList `cmd:"" help:"List the units of today."`
}

// UnitList lists.
type UnitList struct{ Stores }
