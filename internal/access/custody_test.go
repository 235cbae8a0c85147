package access_test

import (
	"errors"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func said(at time.Time, events ...access.Event) access.Decision {
	return access.Decision{Stamp: verification.Stamp{At: at}, Events: events}
}

// Until when a copy of KEYS may hold a key: every copy that was begun before the key was destroyed counts, until its own
// end or until its key was destroyed.
func TestACopyOfKEYSHoldsWhatWasDestroyedAfterItWasTaken(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	c := access.Custody{}.
		With(said(day(0), access.KeysBackupTaken{Backup: "b1", Taken: day(0), End: day(30)})).
		With(said(day(1), access.KeysBackupTaken{Backup: "b2", Taken: day(1), End: day(31)})).
		With(said(day(2), access.KeysBackupTaken{Backup: "b3", Taken: day(2), End: day(7)})).
		With(said(day(3), access.KeysBackupEnded{Backup: "b2", Destroyed: day(3)}))
	for name, test := range map[string]struct{ destroyed, until time.Time }{
		"before all":                    {day(-1), time.Time{}},
		"within what clocks may differ": {day(0).Add(-30 * time.Second), day(30)},
		"after the first":               {day(0).Add(time.Hour), day(30)},
		"after all":                     {day(5), day(30)},
	} {
		if until := c.Until(test.destroyed); !until.Equal(test.until) {
			t.Errorf("%s: %v, want %v", name, until, test.until)
		}
	}
	c = c.With(said(day(4), access.KeysBackupEnded{Backup: "b1", Destroyed: day(4)}))
	if until := c.Until(day(5)); !until.Equal(day(7)) {
		t.Errorf("what was ended counts still: %v", until)
	}
	c = c.With(said(day(40), access.KeysBackupEnded{Backup: "b3", Destroyed: day(40)}))
	if until := c.Until(day(5)); !until.Equal(day(7)) {
		t.Errorf("a key that was destroyed late ended on its date: %v", until)
	}
	if b, known := c.Backup("b1"); !known || !b.Destroyed.Equal(day(4)) {
		t.Errorf("%+v", b)
	}
}

// The last backup is one that opens: one that was given up, or is over, is none.
func TestTheLastBackupIsOneThatOpens(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	c := access.Custody{}.
		With(said(day(0), access.KeysBackupTaken{Backup: "b1", Taken: day(0), End: day(30)})).
		With(said(day(1), access.KeysBackupTaken{Backup: "b2", Taken: day(1), End: day(31)}, access.KeysBackupTaken{Backup: "b3", Taken: day(2), End: day(32)})).
		With(said(day(3), access.KeysBackupEnded{Backup: "b3", Destroyed: day(3)}))
	for name, test := range map[string]struct{ at, last time.Time }{
		"the third was given up":    {day(3), day(1)},
		"the first is over":         {day(30), day(1)},
		"all are over":              {day(31), time.Time{}},
		"the third was not, before": {day(3).Add(-time.Second), day(2)},
	} {
		if last := c.Last(test.at); !last.Equal(test.last) {
			t.Errorf("%s: %v, want %v", name, last, test.last)
		}
	}
	if last := (access.Custody{}).Last(noon); !last.IsZero() {
		t.Error("of none:", last)
	}
}

func TestOfCustodyOnlyNewsIsSaid(t *testing.T) {
	t.Parallel()
	c := access.Custody{}.With(said(noon, access.KeysBackupTaken{Backup: "b1", Taken: noon, End: noon.Add(time.Hour)}))
	taken, ended := access.KeysBackupTaken{Backup: "b1", Taken: noon, End: noon.Add(time.Hour)}, access.KeysBackupEnded{Backup: "b1", Destroyed: noon}
	if c.News(access.TakeKeysBackup(taken)) || !c.News(access.EndKeysBackup(ended)) {
		t.Error("what is known")
	}
	if c = c.With(said(noon, ended)); c.News(access.EndKeysBackup(ended)) {
		t.Error("it is ended")
	}
}

func TestACopyOfKEYSHasANameAndAnEnd(t *testing.T) {
	t.Parallel()
	system := verification.Stamp{At: noon, By: verification.System()}
	for name, change := range map[string]access.Change{
		"no name":     access.TakeKeysBackup{Taken: noon, End: noon.Add(time.Hour)},
		"no time":     access.TakeKeysBackup{Backup: "b", End: noon.Add(time.Hour)},
		"no end":      access.TakeKeysBackup{Backup: "b", Taken: noon},
		"an end past": access.TakeKeysBackup{Backup: "b", Taken: noon, End: noon},
		"never ended": access.EndKeysBackup{Backup: "b"},
	} {
		_, err := access.Entry{}.Decide(system, change)
		if refusal, ok := errors.AsType[*verification.Refusal](err); !ok || refusal.Code != access.BackupInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	partner := verification.Stamp{At: noon, By: verification.Actor{Person: "p_1", Roles: []verification.Role{verification.RoleDesk}}}
	good := access.TakeKeysBackup{Backup: "b", Taken: noon, End: noon.Add(time.Hour)}
	if _, err := (access.Entry{}).Decide(partner, good); err == nil {
		t.Error("the desk announces backups")
	}
	if events, err := (access.Entry{}).Decide(system, good); err != nil || len(events) != 1 {
		t.Error(events, err)
	}
}

func TestAnErasureIsUnderWayUntilEveryDiskWasSearched(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	search := access.NoteSearch{Nodes: []string{"b", "a"}, At: at(1), Erasures: []access.SearchedErasure{{Request: "r1", Destroyed: at(0)}}}
	events, err := access.Entry{}.Decide(verification.Stamp{At: at(2), By: verification.System()}, search)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	c := access.Custody{}
	if _, known := c.Searched("r1"); known || !c.News(search) {
		t.Error("it is known before it was said")
	}
	c = c.With(said(at(2), events...))
	if s, known := c.Searched("r1"); !known || !s.At.Equal(at(1)) || !s.Destroyed.Equal(at(0)) || len(s.Nodes) != 2 || s.Nodes[0] != "a" {
		t.Errorf("%+v", s)
	}
	if c.News(search) {
		t.Error("the same search is news")
	}
	search.At, search.Erasures[0].Destroyed = at(5), at(4) // erased once more
	if !c.News(search) {
		t.Error("what was destroyed since is searched for")
	}
	for name, bad := range map[string]access.NoteSearch{
		"no node":               {At: at(1), Erasures: search.Erasures},
		"a node without a name": {Nodes: []string{"a", ""}, At: at(9), Erasures: search.Erasures},
		"no erasure":            {Nodes: []string{"a"}, At: at(1)},
		"before it was erased":  {Nodes: []string{"a"}, At: at(3), Erasures: search.Erasures},
	} {
		_, err := access.Entry{}.Decide(verification.Stamp{At: at(9), By: verification.System()}, bad)
		if refusal, ok := errors.AsType[*verification.Refusal](err); !ok || refusal.Code != access.SearchInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheEndOfAMonthIsUnderWayUntilEveryDiskWasSearched(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	search := access.NoteSearch{
		Nodes: []string{"b", "a"}, At: at(1), Months: []access.SearchedMonth{{Month: "2026-01", Destroyed: at(0)}},
		Erasures: []access.SearchedErasure{{Request: "r1", Destroyed: at(0)}},
	}
	events, err := access.Entry{}.Decide(verification.Stamp{At: at(2), By: verification.System()}, search)
	if err != nil || len(events) != 2 {
		t.Fatal(events, err)
	}
	c := access.Custody{}
	if _, known := c.SearchedMonth("2026-01"); known || !c.News(search) {
		t.Error("it is known before it was said")
	}
	c = c.With(said(at(2), events...)).With(said(at(3)))
	if s, known := c.SearchedMonth("2026-01"); !known || !s.At.Equal(at(1)) || !s.Destroyed.Equal(at(0)) || len(s.Nodes) != 2 || s.Nodes[0] != "a" {
		t.Errorf("%+v", s)
	}
	if _, known := c.Searched("r1"); !known || c.News(search) {
		t.Error("the request beside it is not known, or the same search is news")
	}
	search.At, search.Months[0].Destroyed = at(5), at(4) // once more, behind a restore
	if !c.News(search) {
		t.Error("what was destroyed since is searched for")
	}
	for name, months := range map[string][]access.SearchedMonth{
		"no month": nil, "one without a name": {{Destroyed: at(0)}}, "before it was destroyed": {{Month: "2026-01", Destroyed: at(2)}}, "not destroyed": {{Month: "2026-01"}},
	} {
		_, err := access.Entry{}.Decide(verification.Stamp{At: at(9), By: verification.System()}, access.NoteSearch{Nodes: []string{"a"}, At: at(1), Months: months})
		if refusal, ok := errors.AsType[*verification.Refusal](err); !ok || refusal.Code != access.SearchInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
