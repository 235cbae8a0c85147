package gateway

import (
	"context"
	"errors"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/verification"
)

// Roster is who is on call and on duty, up to when persons have read what, and what is decided about the ends of months: Registry keeps it in the record. It is safe for
// concurrent use.
type Roster interface {
	OnCall() access.OnCall
	SetOnCall(ctx context.Context, by verification.Actor, t access.Turn) error
	Duty() access.Duty
	SetDuty(ctx context.Context, by verification.Actor, c access.SetDuty) error
	AlarmTests() access.AlarmTests
	TestAlarm(ctx context.Context, by verification.Actor, c access.TestAlarm) error
	ConfirmAlarmTests(ctx context.Context, by verification.Actor) error
	MonthEnds() map[string]access.MonthEnd
	EndMonth(ctx context.Context, by verification.Actor, month string, c access.Change) error
	// Read is up to when a person has read what; nil: nothing.
	Read(verification.PersonID) map[access.Mark]time.Time
	// Principal gives a command on a person.
	Principal(ctx context.Context, by verification.Actor, id verification.PersonID, c access.Command) error
}

// OnCall is who is on call as one caller is told.
type OnCall struct {
	Turns []access.Turn // of now and after it
	Heard time.Time     // what waited by then has alarmed who is on call now, and they opened it; zero: none
	Alarm OnCallAlarm   // what alarms the caller and was not opened; the zero value: nothing does
}

// OnCallAlarm is what alarms somebody in every open page, without content.
type OnCallAlarm struct {
	Mark    access.Mark // which of the alarms it is, and what opening it moves; MarkAlarmTest: ConfirmAlarmTests ends it
	Request verification.RequestID
	Number  string
	Since   time.Time
}

// MarkAlarmTest says of an alarm that it is a test, of no matter. Nobody sets it.
const MarkAlarmTest access.Mark = "alarm_test"

// OnCall says who is on call, and to who is on call what waits for them.
func (g *Gateway) OnCall(ctx context.Context, c Call) (OnCall, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return OnCall{}, err
	}
	now, turns := g.Now(), g.Roster.OnCall()
	out := OnCall{Turns: turns.Ahead(now), Alarm: g.firstAlarm(c.By)}
	turn, on := turns.At(now)
	if !on {
		return out, nil
	}
	out.Heard = g.Roster.Read(turn.Person)[access.MarkSecondReviewer]
	if c.By.Person != turn.Person || c.By.System || out.Alarm.Mark != "" {
		return out, nil
	}
	row, err := g.alarm(ctx, c, out.Heard)
	if row != nil {
		out.Alarm = OnCallAlarm{Mark: access.MarkSecondReviewer, Request: row.ID, Number: row.Number, Since: row.WaitsSince}
	}
	return out, err
}

// firstAlarm is what goes before all that waits for a second reviewer: a sealed matter, and where none alarms, a test.
func (g *Gateway) firstAlarm(by access.Caller) OnCallAlarm {
	if matter := g.sealedAlarm(by); matter.Mark != "" {
		return matter
	}
	if since := g.TestSounds(by); !since.IsZero() {
		return OnCallAlarm{Mark: MarkAlarmTest, Since: since}
	}
	return OnCallAlarm{}
}

// sealedAlarm is the sealed matter that has alarmed the caller longest and was not opened. The board is not asked: that
// it is away stops no alarm.
func (g *Gateway) sealedAlarm(by access.Caller) OnCallAlarm {
	heard := g.Roster.Read(by.Person)[access.MarkSealedMatter]
	for _, a := range g.alarms(by) {
		if a.Since.After(heard) {
			return OnCallAlarm{Mark: access.MarkSealedMatter, Request: a.ID, Number: a.Number, Since: a.Since}
		}
	}
	return OnCallAlarm{}
}

// alarm is the row that has waited longest of those that the caller may approve and has not heard of.
func (g *Gateway) alarm(ctx context.Context, c Call, heard time.Time) (*board.Row, error) {
	const most = 200
	var first *board.Row
	for page := (Page{Limit: most}); ; {
		list, err := g.BoardPage(ctx, c, board.Filter{Flag: board.FlagSecondReviewer}, page)
		if err != nil {
			return nil, err
		}
		for _, row := range list.Items {
			if !row.WaitsSince.After(heard) || first != nil && !row.WaitsSince.Before(first.WaitsSince) {
				continue
			}
			may, err := g.mayApprove(ctx, c, row.ID)
			if err != nil {
				return nil, err
			}
			if may {
				first = &row
			}
		}
		if page.Cursor = list.Next; page.Cursor == "" {
			return first, nil
		}
	}
}

// mayApprove asks the record: who edited a package no row tells.
func (g *Gateway) mayApprove(ctx context.Context, c Call, id verification.RequestID) (bool, error) {
	c.Operation = access.OpGetRequest
	v, err := g.Get(ctx, c, id)
	if errors.Is(err, ErrHidden) || errors.Is(err, ErrForbidden) { // since the board was read
		return false, nil
	}
	return err == nil && v.Request.Barred(verification.NameReleasePackage, v.By.Actor) == "", err
}

// SetOnCall says who is on call in a time: somebody of the desk, or its lead.
func (g *Gateway) SetOnCall(ctx context.Context, c Call, t access.Turn) (OnCall, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return OnCall{}, ErrForbidden
	}
	if t.Person != "" {
		if err := g.named(t.Person, "/person", approves); err != nil {
			return OnCall{}, err
		}
	}
	err := g.Roster.SetOnCall(ctx, c.By.Actor, t)
	if refusal, refused := errors.AsType[*verification.Refusal](err); refused && refusal.Code == access.TurnInvalid {
		return OnCall{}, invalid("/until", "out_of_range")
	}
	if err != nil {
		return OnCall{}, err
	}
	c.Operation = access.OpGetOnCall
	return g.OnCall(ctx, c)
}

func approves(p access.Principal) bool {
	return p.Has(verification.RoleDesk) || p.Has(verification.RoleLead)
}

// Marks are up to when the caller has read what.
func (g *Gateway) Marks(c Call) (map[access.Mark]time.Time, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	return g.Roster.Read(c.By.Person), nil
}

// SetMark says up to when the caller has read something.
func (g *Gateway) SetMark(ctx context.Context, c Call, m access.SetMark) (map[access.Mark]time.Time, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	err := g.Roster.Principal(ctx, c.By.Actor, c.By.Person, m)
	if refusal, refused := errors.AsType[*verification.Refusal](err); refused && refusal.Code == access.MarkInvalid {
		return nil, invalid("/until", "out_of_range")
	}
	if err != nil {
		return nil, err
	}
	return g.Roster.Read(c.By.Person), nil
}
