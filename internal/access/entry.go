package access

import (
	"bytes"
	"encoding/json"
	"slices"

	"verigate/internal/verification"
)

// Entry is one aggregate of the directory: what was added for one partner, for one campaign, or to the calendars, who
// is on call, a month of Custody, or the end of a month's key. It lives in the record so that it is backed up, has an author and is shared by several gateways; packages directory and
// sla check what it says.
type Entry struct {
	Partner   *PartnerAdded
	Campaigns []CampaignVersionAdded // versions in order
	Calendars []CalendarVersionAdded // versions in order
	OnCall    OnCall                 // what had not ended when the last one was set
	Duty      Duty                   // likewise
	Tests     AlarmTests             // of the keepers' alarm
	MonthEnd  MonthEnd               // of a month's key
	Version   uint64                 // decisions folded so far
}

// PartnerEntry is the aggregate id of a partner's entry.
func PartnerEntry(code verification.PartnerCode) string { return "partner-" + string(code) }

// CampaignEntry is the aggregate id of a campaign's entry.
func CampaignEntry(id string) string { return "campaign-" + id }

// CalendarsEntry is the aggregate id of the versions of the calendars. They are one aggregate because each is made from
// the one before: of two decrees at once the record takes one.
const CalendarsEntry = "calendars"

// Change is what may be asked of the directory.
//
//sumtype:decl
type Change interface{ change() }

// The changes of the directory.
type (
	// AddPartner adds a partner. What is known of one is not changed here.
	AddPartner struct {
		Code    verification.PartnerCode
		Name    string
		Country string
		Kind    string
	}

	// AddCampaignVersion appends a version of a campaign.
	AddCampaignVersion struct {
		ID       string
		Campaign json.RawMessage // in the form of campaigns/*.json, its "id" equal to ID
	}

	// AddCalendarVersion appends a version of the calendars.
	AddCalendarVersion struct {
		Version  string
		Calendar json.RawMessage // in the form of calendars/*.json, its "version" equal to Version
	}
)

func (AddPartner) change()         {}
func (AddCampaignVersion) change() {}
func (AddCalendarVersion) change() {}

// Decide says what a change brings about, as Decide does for a principal. A version or turn equal to the last one is
// nothing new.
func (n Entry) Decide(s verification.Stamp, c Change) ([]Event, error) {
	if end, is := c.(monthChange); is {
		return n.MonthEnd.decide(s, end)
	}
	if turn, is := c.(SetOnCall); is {
		return n.setOnCall(s, turn)
	}
	if turn, is := c.(SetDuty); is {
		return n.setDuty(s, turn)
	}
	if test, is := c.(TestAlarm); is {
		return n.testAlarm(s, test)
	}
	if _, is := c.(ConfirmAlarmTests); is {
		return n.confirmAlarmTests(s)
	}
	if err := administers(s.By); err != nil {
		return nil, err
	}
	switch c := c.(type) {
	case TestAlarm:
		return n.testAlarm(s, c)
	case ConfirmAlarmTests:
		return n.confirmAlarmTests(s)
	case SetOnCall:
		return n.setOnCall(s, c)
	case SetDuty:
		return n.setDuty(s, c)
	case ProposeMonthEnd, ConfirmMonthEnd, DropMonthEnd: // decided above
	case AddPartner:
		return n.addPartner(PartnerAdded(c))
	case AddCampaignVersion:
		return n.addCampaign(c)
	case AddCalendarVersion:
		return n.addCalendar(c)
	case TakeKeysBackup:
		return takeBackup(s, c)
	case EndKeysBackup:
		return endBackup(c)
	case NoteSearch:
		return noteSearch(c)
	}
	return nil, nil
}

func (n Entry) addPartner(e PartnerAdded) ([]Event, error) {
	switch {
	case n.Partner != nil && *n.Partner == e:
		return nil, nil
	case n.Partner != nil:
		return nil, refuse(verification.AlreadyExists, "the partner exists already")
	case !token(string(e.Code), 20) || e.Name == "" || e.Kind == "":
		return nil, refuse(IDInvalid, "a partner needs a code of at most 20 symbols, a name and a kind")
	}
	return []Event{e}, nil
}

func (n Entry) addCampaign(c AddCampaignVersion) ([]Event, error) {
	var named struct {
		ID string `json:"id"`
	}
	var compact bytes.Buffer
	if json.Unmarshal(c.Campaign, &named) != nil || json.Compact(&compact, c.Campaign) != nil || named.ID != c.ID || !token(c.ID, 55) {
		return nil, refuse(CampaignInvalid, "a campaign is an object that holds its own id")
	}
	raw := compact.Bytes()
	if last := len(n.Campaigns); last > 0 && bytes.Equal(n.Campaigns[last-1].Campaign, raw) {
		return nil, nil
	}
	return []Event{CampaignVersionAdded{ID: c.ID, Version: len(n.Campaigns) + 1, Campaign: raw}}, nil
}

func (n Entry) addCalendar(c AddCalendarVersion) ([]Event, error) {
	var named struct {
		Version string `json:"version"`
	}
	var compact bytes.Buffer
	if json.Unmarshal(c.Calendar, &named) != nil || json.Compact(&compact, c.Calendar) != nil || named.Version != c.Version || c.Version == "" {
		return nil, refuse(CalendarInvalid, "a version of the calendars is an object that holds its own name")
	}
	if slices.ContainsFunc(n.Calendars, func(known CalendarVersionAdded) bool { return known.Version == c.Version }) {
		return nil, refuse(verification.AlreadyExists, "the version exists already, and none is ever changed")
	}
	return []Event{CalendarVersionAdded{Version: c.Version, Calendar: compact.Bytes()}}, nil
}

// Apply folds one decision.
func (n Entry) Apply(d Decision) Entry {
	for _, e := range d.Events {
		n = n.evolve(e)
		n.Tests = n.Tests.with(d.Stamp, e)
		n.MonthEnd = n.MonthEnd.with(d.Stamp, e)
	}
	n.OnCall, n.Duty = n.OnCall.without(d.At), n.Duty.without(d.At)
	n.Version++
	return n
}

// FoldEntry folds a whole history, oldest first.
func FoldEntry(history ...Decision) Entry {
	var n Entry
	for _, d := range history {
		n = n.Apply(d)
	}
	return n
}

func (n Entry) evolve(e Event) Entry {
	switch e := e.(type) {
	case PartnerAdded:
		n.Partner = &e
	case CampaignVersionAdded:
		n.Campaigns = append(slices.Clone(n.Campaigns), e)
	case CalendarVersionAdded:
		n.Calendars = append(slices.Clone(n.Calendars), e)
	case OnCallSet:
		n.OnCall = append(slices.Clone(n.OnCall), e.Turn)
	case DutySet:
		n.Duty = n.Duty.with(e)
	case PrincipalCreated, KeyIssued, KeyIssuedV2, KeyEnds, SignerAdded, KeyRevoked,
		CertificateBound, CertificateUseSet, PrincipalDisabled, MembershipGranted,
		GrantProposed, GrantConfirmed, GrantEnded, IdentityProposed, IdentityBound, IdentityRemoved, PasswordSet,
		SecondFactorEnrolled, SecondFactorRemoved, RecoveryCodeSpent, ReadUntil, KeysBackupTaken, KeysBackupEnded, ErasuresSearched, MonthsSearched,
		AlarmTested, AlarmTestConfirmed,
		MonthEndProposed, MonthEndDropped, MonthEnded: // of the tests the stamp is needed
	}
	return n
}
