package access

import (
	"encoding/json"

	"verigate/internal/verification"
)

// Event is something that happened to a principal or to the directory. Events are in the past tense and never
// changed; when and by whom is in the decision's stamp.
//
//sumtype:decl
type Event interface {
	// EventKind is the event's name and version on the wire.
	EventKind() string
	happened()
}

// Decision is everything that one command brought about: one message of the record.
type Decision struct {
	verification.Stamp
	Events []Event `json:"-"`
}

// Kinds are the kinds of the decision's events, in order.
func (d Decision) Kinds() []string {
	kinds := make([]string, len(d.Events))
	for i, e := range d.Events {
		kinds[i] = e.EventKind()
	}
	return kinds
}

// The events of a principal.
type (
	// PrincipalCreated is a new person or system, without any key.
	PrincipalCreated struct {
		Person  verification.PersonID    `json:"person"`
		System  bool                     `json:"system,omitempty"`
		Label   string                   `json:"label"`
		Roles   []verification.Role      `json:"roles"`
		Partner verification.PartnerCode `json:"partner,omitempty"`
		Unit    verification.UnitCode    `json:"unit,omitempty"`
	}

	// KeyIssued holds the hash of a key; the key itself was shown once.
	KeyIssued struct {
		Key  verification.KeyID `json:"key"`
		Hash Hash               `json:"hash"` // SHA-256 of the whole key
	}

	// KeyRevoked ends a key.
	KeyRevoked struct {
		Key    verification.KeyID `json:"key"`
		Reason string             `json:"reason,omitempty"`
	}

	// PrincipalDisabled ends all that the principal may do, for good.
	PrincipalDisabled struct {
		Reason string `json:"reason,omitempty"`
	}

	// MembershipGranted puts the person into a compartment, or says anew whether as keeper.
	MembershipGranted struct{ Membership }
)

// The events of the directory.
type (
	// PartnerAdded is a partner beside those of the reference data.
	PartnerAdded struct {
		Code    verification.PartnerCode `json:"code"`
		Name    string                   `json:"name"`
		Country string                   `json:"country,omitempty"` // ISO 3166-1 alpha-2; empty for a body of several
		Kind    string                   `json:"kind"`
	}

	// CampaignVersionAdded is a campaign, or a further version of one; earlier versions stay for the rounds that
	// started under them.
	CampaignVersionAdded struct {
		ID       string          `json:"id"`
		Version  int             `json:"version"`  // counted from 1 over what the record holds, without the reference data
		Campaign json.RawMessage `json:"campaign"` // in the form of campaigns/*.json
	}

	// CalendarVersionAdded is a version of the calendars beside those that come with the program, whole, so that what
	// is pinned to it is read with it for ever, whatever the versions before it become.
	CalendarVersionAdded struct {
		Version  string          `json:"version"`
		Calendar json.RawMessage `json:"calendar"` // in the form of calendars/*.json
	}
)

// EventKind implements Event.
func (PrincipalCreated) EventKind() string { return "principal_created.v1" }

// EventKind implements Event.
func (KeyIssued) EventKind() string { return "key_issued.v1" }

// EventKind implements Event.
func (KeyRevoked) EventKind() string { return "key_revoked.v1" }

// EventKind implements Event.
func (PrincipalDisabled) EventKind() string { return "principal_disabled.v1" }

// EventKind implements Event.
func (MembershipGranted) EventKind() string { return "membership_granted.v1" }

// EventKind implements Event.
func (PartnerAdded) EventKind() string { return "partner_added.v1" }

// EventKind implements Event.
func (CampaignVersionAdded) EventKind() string { return "campaign_version_added.v1" }

// EventKind implements Event.
func (CalendarVersionAdded) EventKind() string { return "calendar_version_added.v1" }

func (PrincipalCreated) happened()     {}
func (KeyIssued) happened()            {}
func (KeyRevoked) happened()           {}
func (PrincipalDisabled) happened()    {}
func (MembershipGranted) happened()    {}
func (PartnerAdded) happened()         {}
func (CampaignVersionAdded) happened() {}
func (CalendarVersionAdded) happened() {}

// EventKinds lists an empty event of every kind.
func EventKinds() []Event {
	return append([]Event{
		PrincipalCreated{},
		KeyIssued{},
		KeyRevoked{},
		PrincipalDisabled{},
		MembershipGranted{},
		PartnerAdded{},
		CampaignVersionAdded{},
		CalendarVersionAdded{},
		KeyIssuedV2{},
		KeyEnds{},
		SignerAdded{},
		CertificateBound{},
		CertificateUseSet{},
		OnCallSet{},
		DutySet{},
		AlarmTested{},
		AlarmTestConfirmed{},
		ReadUntil{},
		KeysBackupTaken{},
		KeysBackupEnded{},
		ErasuresSearched{},
		MonthsSearched{},
		MonthEndProposed{},
		MonthEndDropped{},
		MonthEnded{},
	}, personKinds()...)
}
