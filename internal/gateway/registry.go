package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"verigate/internal/access"
	"verigate/internal/directory"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Registry is who may knock, and what the directory and the calendars say today: principals, their keys, the changes to
// partners and campaigns, decreed days, who is on call, what is known of copies of keys
// and of erased ones, and which months are ended. All of it is in the record, so it is backed up, has authors, and is shared
// by several gateways; what is in memory here is its fold. It is safe for concurrent use.
type Registry struct {
	log           *record.Log[access.Decision]
	keyring       *access.Keyring
	rules         *sla.Rules
	now           func() time.Time
	demonstration bool
	directory     atomic.Pointer[directory.Directory]
	onCall        atomic.Pointer[access.OnCall]
	duty          atomic.Pointer[access.Duty]
	alarmTests    atomic.Pointer[access.AlarmTests]
	custody       atomic.Pointer[access.Custody]
	months        atomic.Pointer[map[string]access.MonthEnd]
	read          reading // what Apply was given
	lost, behind  atomic.Bool

	mu     sync.Mutex // one change at a time, and the maps
	places map[record.Subject]place
	folded map[string]access.Entry // aggregates of the directory
	oldest string                  // data key of the first aggregate
}

// place is where an aggregate of the registry ends.
type place struct {
	kid     string
	version uint64
	last    uint64
}

// Reference is what comes with the program.
type Reference struct {
	Directory *directory.Directory
	Rules     *sla.Rules // they learn from the registry what the record adds
	// Demonstration says that the record is one, for good: there one person may do what needs two elsewhere.
	Demonstration bool
}

// NewRegistry begins with the reference data and nobody.
func NewRegistry(log *record.Log[access.Decision], from Reference, now func() time.Time) *Registry {
	r := &Registry{
		log: log, keyring: access.NewKeyring(), rules: from.Rules, now: now, demonstration: from.Demonstration,
		places: map[record.Subject]place{}, folded: map[string]access.Entry{},
	}
	r.directory.Store(from.Directory)
	r.onCall.Store(&access.OnCall{})
	r.duty.Store(&access.Duty{})
	r.alarmTests.Store(&access.AlarmTests{})
	r.custody.Store(&access.Custody{})
	r.months.Store(&map[string]access.MonthEnd{})
	return r
}

// Keyring knows every principal and key.
func (r *Registry) Keyring() *access.Keyring { return r.keyring }

// Directory is the reference data with what the record added.
func (r *Registry) Directory() *directory.Directory { return r.directory.Load() }

// OnCall is who is on call as second reviewer.
func (r *Registry) OnCall() access.OnCall { return *r.onCall.Load() }

// Duty is who is on duty as keeper.
func (r *Registry) Duty() access.Duty { return *r.duty.Load() }

// AlarmTests are the last tests of the keepers' alarm.
func (r *Registry) AlarmTests() access.AlarmTests { return *r.alarmTests.Load() }

// Custody is what is known of copies of keys, and of searches for erased ones.
func (r *Registry) Custody() access.Custody { return *r.custody.Load() }

// Keep says something about copies or erased keys; what is known already is passed over.
func (r *Registry) Keep(ctx context.Context, by verification.Actor, c access.Change) error {
	if !r.Custody().News(c) {
		return nil
	}
	return r.edit(ctx, by, access.CustodyEntry(r.now()), c)
}

// MonthEnds are the decisions about the ends of months, by the month. The map is nobody's to change.
func (r *Registry) MonthEnds() map[string]access.MonthEnd { return *r.months.Load() }

// Read is up to when a person has read what. The map is nobody's to change.
func (r *Registry) Read(id verification.PersonID) map[access.Mark]time.Time {
	p, _ := r.keyring.Principal(id)
	return p.Read
}

// Apply folds one entry of the record; one that is folded already is passed over. It is given every entry, foreign ones
// too, in their order: Learnt counts on it.
func (r *Registry) Apply(e record.Entry[access.Decision]) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.apply(e); err != nil {
		return err
	}
	r.read.pass(e.Place)
	return nil
}

// Learnt waits, for some seconds at most, until Apply was given everything that the record holds of principals, the
// directory and the calendars by now: all that is in the first partition. It is a Learnt.
func (r *Registry) Learnt(ctx context.Context) error {
	end, err := r.log.Last(ctx)
	if err != nil {
		return fmt.Errorf("end of the record: %w", err)
	}
	return r.read.wait(ctx, record.Position{end[0]})
}

func (r *Registry) apply(e record.Entry[access.Decision]) error {
	if e.Content != record.Whole || e.Version < r.places[e.Subject].version {
		return nil
	}
	switch e.Kind {
	case access.KindPrincipal:
		if err := r.keyring.Apply(verification.PersonID(e.ID), e.Version, e.Decision); err != nil {
			return err
		}
	case access.KindDirectory:
		if err := r.change(e); err != nil {
			return err
		}
	}
	if r.oldest == "" {
		r.oldest = e.KID
	}
	r.places[e.Subject] = place{kid: e.KID, version: e.Version + 1, last: e.Sequence}
	return nil
}

func (r *Registry) change(e record.Entry[access.Decision]) error {
	d := r.directory.Load()
	for _, event := range e.Decision.Events {
		next, err := added(d, event)
		if err == nil {
			err = r.learn(event)
		}
		if err != nil {
			return fmt.Errorf("directory entry %s: %w", e.ID, err)
		}
		d = next
	}
	entry := r.folded[e.ID].Apply(e.Decision)
	r.folded[e.ID] = entry
	r.directory.Store(d)
	if e.ID == access.OnCallEntry {
		r.onCall.Store(&entry.OnCall)
	}
	if e.ID == access.DutyEntry {
		r.duty.Store(&entry.Duty)
		r.alarmTests.Store(&entry.Tests)
	}
	if access.IsCustody(e.ID) {
		next := r.Custody().With(e.Decision)
		r.custody.Store(&next)
	}
	if m, is := access.MonthOf(e.ID); is {
		months := maps.Clone(*r.months.Load())
		months[m] = entry.MonthEnd
		r.months.Store(&months)
	}
	return nil
}

func added(d *directory.Directory, event access.Event) (*directory.Directory, error) {
	switch event := event.(type) {
	case access.PartnerAdded:
		return d.WithPartner(directory.Partner{
			Code: string(event.Code), Name: event.Name, Country: event.Country, Kind: directory.PartnerKind(event.Kind),
		})
	case access.CampaignVersionAdded:
		var c directory.Campaign
		if err := json.Unmarshal(event.Campaign, &c); err != nil {
			return nil, errors.New("a campaign that does not decode")
		}
		return d.WithCampaign(c)
	case access.CalendarVersionAdded:
		_, err := calendarsOf(event)
		return d, err
	case access.PrincipalCreated, access.KeyIssued, access.KeyIssuedV2, access.KeyEnds, access.SignerAdded, access.KeyRevoked,
		access.CertificateBound, access.CertificateUseSet, access.PrincipalDisabled, access.MembershipGranted,
		access.GrantProposed, access.GrantConfirmed, access.GrantEnded, access.IdentityProposed, access.IdentityBound,
		access.IdentityRemoved, access.PasswordSet, access.SecondFactorEnrolled, access.SecondFactorRemoved,
		access.RecoveryCodeSpent, access.OnCallSet, access.DutySet, access.ReadUntil, access.KeysBackupTaken, access.KeysBackupEnded,
		access.ErasuresSearched, access.MonthsSearched, access.AlarmTested, access.AlarmTestConfirmed,
		access.MonthEndProposed, access.MonthEndDropped, access.MonthEnded:
		return d, nil
	}
	return d, nil
}

// learn tells the rules of a version of the calendars.
func (r *Registry) learn(event access.Event) error {
	version, is := event.(access.CalendarVersionAdded)
	if !is {
		return nil
	}
	c, err := calendarsOf(version)
	if err != nil {
		return err
	}
	return r.rules.Learn(c)
}

func calendarsOf(event access.CalendarVersionAdded) (*sla.Calendars, error) {
	c, err := sla.ParseCalendars(event.Calendar)
	if err != nil {
		return nil, fmt.Errorf("calendar %q: %w", event.Version, err)
	}
	if c.Version() != event.Version {
		return nil, fmt.Errorf("calendar %q calls itself %q", event.Version, c.Version())
	}
	return c, nil
}

// Principal gives a command on a principal, as somebody who administers.
func (r *Registry) Principal(ctx context.Context, by verification.Actor, id verification.PersonID, c access.Command) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, _ := r.keyring.Principal(id)
	stamp := r.stamp(by)
	if err := r.keyring.Setting(r.demonstration, stamp.At).Admits(by, p, c); err != nil {
		return err
	}
	if err := r.keyring.Free(p, c); err != nil {
		return err
	}
	events, err := access.Decide(p, stamp, c)
	if err != nil || len(events) == 0 {
		return err
	}
	return r.write(ctx, record.Subject{Kind: access.KindPrincipal, ID: string(id)}, stamp, events)
}

// AddPartner makes a partner known.
func (r *Registry) AddPartner(ctx context.Context, by verification.Actor, c access.AddPartner) error {
	if _, known := r.Directory().Partner(string(c.Code)); known {
		return nil
	}
	return r.edit(ctx, by, access.PartnerEntry(c.Code), c)
}

// AddCampaign appends a version of a campaign.
func (r *Registry) AddCampaign(ctx context.Context, by verification.Actor, c directory.Campaign) error {
	c.Version = 0
	raw, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write a campaign: %w", err)
	}
	return r.edit(ctx, by, access.CampaignEntry(c.ID), access.AddCampaignVersion{ID: c.ID, Campaign: raw})
}

// SetOnCall says who is on call in a time. That the person can be is asked before.
func (r *Registry) SetOnCall(ctx context.Context, by verification.Actor, t access.Turn) error {
	return r.edit(ctx, by, access.OnCallEntry, access.SetOnCall{Turn: t})
}

// SetDuty says who keeps a compartment in a time. That the persons can, and that who says it may, is asked before.
func (r *Registry) SetDuty(ctx context.Context, by verification.Actor, c access.SetDuty) error {
	return r.edit(ctx, by, access.DutyEntry, c)
}

// TestAlarm tries the alarm of a compartment. That who does so may is asked before.
func (r *Registry) TestAlarm(ctx context.Context, by verification.Actor, c access.TestAlarm) error {
	return r.edit(ctx, by, access.DutyEntry, c)
}

// ConfirmAlarmTests says that somebody has heard what sounds for them.
func (r *Registry) ConfirmAlarmTests(ctx context.Context, by verification.Actor) error {
	return r.edit(ctx, by, access.DutyEntry, access.ConfirmAlarmTests{})
}

// EndMonth changes what is decided about the end of a month.
func (r *Registry) EndMonth(ctx context.Context, by verification.Actor, month string, c access.Change) error {
	return r.edit(ctx, by, access.MonthEntry(month), c)
}

// Decree makes the next version of the calendars from the current one: its name is given out here, and the version is
// recorded whole. Of two gateways that decree at once one is refused, with an error that is record.ErrConflict too.
func (r *Registry) Decree(ctx context.Context, by verification.Actor, d sla.Decree) (*sla.Calendars, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	stamp := r.stamp(by)
	d.At = stamp.At
	next, err := r.rules.Next(d)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(next)
	if err != nil {
		return nil, fmt.Errorf("write a calendar: %w", err)
	}
	return next, r.decide(ctx, stamp, access.CalendarsEntry, access.AddCalendarVersion{Version: next.Version(), Calendar: raw})
}

func (r *Registry) edit(ctx context.Context, by verification.Actor, id string, c access.Change) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.decide(ctx, r.stamp(by), id, c)
}

// decide is called with mu held.
func (r *Registry) decide(ctx context.Context, stamp verification.Stamp, id string, c access.Change) error {
	events, err := r.folded[id].Decide(stamp, c)
	if err != nil || len(events) == 0 {
		return err
	}
	// What does not fit the directory must not get into the record: no gateway would start on it again.
	for _, event := range events {
		if _, err := added(r.Directory(), event); err != nil {
			return fmt.Errorf("directory entry %s: %w", id, err)
		}
	}
	return r.write(ctx, record.Subject{Kind: access.KindDirectory, ID: id}, stamp, events)
}

func (r *Registry) stamp(by verification.Actor) verification.Stamp {
	return verification.Stamp{At: r.now().UTC(), By: by, Command: verification.CommandID("a_" + rand.Text())}
}

// write appends a decision and folds it at once. A conflict means that another gateway was first: the caller's view
// is behind, and asking again a moment later is right.
func (r *Registry) write(ctx context.Context, s record.Subject, stamp verification.Stamp, events []access.Event) error {
	at := r.places[s]
	if at.kid == "" && access.IsCustody(s.ID) {
		// A KEYS that comes back from before, and opens who may knock, does not lack the key of what was said of it since.
		at.kid = r.oldest
	}
	if at.kid == "" {
		kid, err := r.log.Take(ctx)
		if err != nil {
			return unavailable("take a data key", err)
		}
		at.kid = kid
	}
	e := record.Entry[access.Decision]{
		Subject: s, KID: at.kid, Version: at.version, Decision: access.Decision{Stamp: stamp, Events: events},
	}
	sequence, err := r.log.Append(ctx, e, at.last)
	if errors.Is(err, record.ErrConflict) {
		return fmt.Errorf("change the registry: %w: %w", ErrUnavailable, err)
	}
	if err != nil {
		return unavailable("change the registry", err)
	}
	e.Sequence = sequence
	return r.apply(e)
}
