package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"verigate/internal/verification"
)

// ErrUnreadable says that a message does not have a form that this program knows. It never holds content.
var ErrUnreadable = errors.New("unreadable decision on a principal or the directory")

// plainForm is the version of the plain form that is written.
const plainForm = 1

// The kinds of aggregate of the record that hold these decisions.
const (
	KindPrincipal = "principal" // one per principal, its id is the principal's
	KindDirectory = "directory" // PartnerEntry, CampaignEntry, CalendarsEntry, OnCallEntry, DutyEntry, CustodyEntry, MonthEntry
)

// Codec makes decisions plain bytes and back, as record.Log wants it:
//
//	{"v":1,"at":…,"by":{…},"command":…,"events":[{"kind":"key_issued.v1","data":{…}},…]}
//
// What Encode ever wrote, Decode reads. Unknown members are tolerated, an unknown kind is an error and never a skip.
type Codec struct{}

// Owns says whether aggregates of that kind hold these decisions.
func (Codec) Owns(kind string) bool { return kind == KindPrincipal || kind == KindDirectory }

// Head gives what the record's clear header says of a decision.
func (Codec) Head(d Decision) (command string, kinds []string) { return string(d.Command), d.Kinds() }

// Kept is nothing: no decision of this family erases what was before it.
func (Codec) Kept(Decision) []Decision { return nil }

type plainEvent struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

type plainDecision struct {
	V int `json:"v"`
	verification.Stamp
	Events []plainEvent `json:"events"`
}

// Encode gives the plain form.
func (Codec) Encode(d Decision) ([]byte, error) {
	out := plainDecision{V: plainForm, Stamp: d.Stamp, Events: make([]plainEvent, len(d.Events))}
	for i, e := range d.Events {
		data, err := marshal(e)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", e.EventKind(), err)
		}
		out.Events[i] = plainEvent{Kind: e.EventKind(), Data: data}
	}
	return marshal(out)
}

// Decode reads the plain form.
func (Codec) Decode(plain []byte) (Decision, error) {
	var in plainDecision
	if json.Unmarshal(plain, &in) != nil { // its messages quote what they read
		return Decision{}, ErrUnreadable
	}
	if in.V != plainForm {
		return Decision{}, fmt.Errorf("plain form %d: %w", in.V, ErrUnreadable)
	}
	d := Decision{Stamp: in.Stamp, Events: make([]Event, len(in.Events))}
	for i, e := range in.Events {
		event, err := decodeEvent(e.Kind, e.Data)
		if err != nil {
			return Decision{}, fmt.Errorf("event %d: %w", i, err)
		}
		d.Events[i] = event
	}
	return d, nil
}

// marshal keeps raw members as they are: encoding/json would escape them for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func decodeEvent(kind string, data []byte) (Event, error) {
	switch kind {
	case PrincipalCreated{}.EventKind():
		return decode[PrincipalCreated](kind, data)
	case KeyIssued{}.EventKind():
		return decode[KeyIssued](kind, data)
	case KeyRevoked{}.EventKind():
		return decode[KeyRevoked](kind, data)
	case PrincipalDisabled{}.EventKind():
		return decode[PrincipalDisabled](kind, data)
	case MembershipGranted{}.EventKind():
		return decode[MembershipGranted](kind, data)
	case PartnerAdded{}.EventKind():
		return decode[PartnerAdded](kind, data)
	case CampaignVersionAdded{}.EventKind():
		return decode[CampaignVersionAdded](kind, data)
	case CalendarVersionAdded{}.EventKind():
		return decode[CalendarVersionAdded](kind, data)
	case KeyIssuedV2{}.EventKind():
		return decode[KeyIssuedV2](kind, data)
	case KeyEnds{}.EventKind():
		return decode[KeyEnds](kind, data)
	case SignerAdded{}.EventKind():
		return decode[SignerAdded](kind, data)
	case CertificateBound{}.EventKind():
		return decode[CertificateBound](kind, data)
	case CertificateUseSet{}.EventKind():
		return decode[CertificateUseSet](kind, data)
	case OnCallSet{}.EventKind():
		return decode[OnCallSet](kind, data)
	case DutySet{}.EventKind():
		return decode[DutySet](kind, data)
	case AlarmTested{}.EventKind():
		return decode[AlarmTested](kind, data)
	case AlarmTestConfirmed{}.EventKind():
		return decode[AlarmTestConfirmed](kind, data)
	case KeysBackupTaken{}.EventKind():
		return decode[KeysBackupTaken](kind, data)
	case KeysBackupEnded{}.EventKind():
		return decode[KeysBackupEnded](kind, data)
	case ErasuresSearched{}.EventKind():
		return decode[ErasuresSearched](kind, data)
	case MonthsSearched{}.EventKind():
		return decode[MonthsSearched](kind, data)
	case MonthEndProposed{}.EventKind():
		return decode[MonthEndProposed](kind, data)
	case MonthEndDropped{}.EventKind():
		return decode[MonthEndDropped](kind, data)
	case MonthEnded{}.EventKind():
		return decode[MonthEnded](kind, data)
	case ReadUntil{}.EventKind():
		return decode[ReadUntil](kind, data)
	case GrantProposed{}.EventKind():
		return decode[GrantProposed](kind, data)
	case GrantConfirmed{}.EventKind():
		return decode[GrantConfirmed](kind, data)
	case GrantEnded{}.EventKind():
		return decode[GrantEnded](kind, data)
	case IdentityProposed{}.EventKind():
		return decode[IdentityProposed](kind, data)
	case IdentityBound{}.EventKind():
		return decode[IdentityBound](kind, data)
	case IdentityRemoved{}.EventKind():
		return decode[IdentityRemoved](kind, data)
	case PasswordSet{}.EventKind():
		return decode[PasswordSet](kind, data)
	case SecondFactorEnrolled{}.EventKind():
		return decode[SecondFactorEnrolled](kind, data)
	case SecondFactorRemoved{}.EventKind():
		return decode[SecondFactorRemoved](kind, data)
	case RecoveryCodeSpent{}.EventKind():
		return decode[RecoveryCodeSpent](kind, data)
	}
	return nil, fmt.Errorf("unknown kind of %d bytes: %w", len(kind), ErrUnreadable)
}

func decode[E Event](kind string, data []byte) (Event, error) {
	var e E
	if json.Unmarshal(data, &e) != nil {
		return nil, fmt.Errorf("kind %s: %w", kind, ErrUnreadable)
	}
	return e, nil
}
