package access

import (
	"maps"
	"time"

	"verigate/internal/verification"
)

// CustodyEntry is the aggregate id of what was said in a month about copies of keys and about
// what is left of them on disks. A month is one aggregate, so that no
// aggregate grows for ever.
func CustodyEntry(at time.Time) string { return custodyEntries + at.UTC().Format("2006-01") }

// custodyEntries is how their ids begin.
const custodyEntries = "custody-"

// KeysBackupTaken says that KEYS is copied into a backup, before it is: until its end, the copy may hold the key of
// whatever is erased from here on.
type KeysBackupTaken struct {
	Backup string    `json:"backup"`
	Taken  time.Time `json:"taken_at"`
	End    time.Time `json:"end_at"`
}

// KeysBackupEnded says that the key of such a copy was destroyed, or that the copy was never finished: it opens nothing.
type KeysBackupEnded struct {
	Backup    string    `json:"backup"`
	Destroyed time.Time `json:"destroyed_at"`
}

// EventKind implements Event.
func (KeysBackupTaken) EventKind() string { return "keys_backup_taken.v1" }

// EventKind implements Event.
func (KeysBackupEnded) EventKind() string { return "keys_backup_ended.v1" }

func (KeysBackupTaken) happened() {}
func (KeysBackupEnded) happened() {}

// The changes of custody. What Custody has already is nothing new.
type (
	// TakeKeysBackup announces a copy of KEYS.
	TakeKeysBackup struct {
		Backup     string
		Taken, End time.Time
	}
	// EndKeysBackup says that a copy opens nothing.
	EndKeysBackup struct {
		Backup    string
		Destroyed time.Time
	}
)

func (TakeKeysBackup) change() {}
func (EndKeysBackup) change()  {}

// BackupInvalid refuses a copy of KEYS without a name, or that has no end ahead.
const BackupInvalid verification.Code = "backup_invalid"

func takeBackup(s verification.Stamp, c TakeKeysBackup) ([]Event, error) {
	if !token(c.Backup, 40) || c.Taken.IsZero() || !s.At.Before(c.End) {
		return nil, refuse(BackupInvalid, "a backup has a name, was taken at some time, and its keys end later than now")
	}
	return []Event{KeysBackupTaken{Backup: c.Backup, Taken: c.Taken.UTC(), End: c.End.UTC()}}, nil
}

func endBackup(c EndKeysBackup) ([]Event, error) {
	if !token(c.Backup, 40) || c.Destroyed.IsZero() {
		return nil, refuse(BackupInvalid, "a backup has a name, and its key was destroyed at some time")
	}
	return []Event{KeysBackupEnded{Backup: c.Backup, Destroyed: c.Destroyed.UTC()}}, nil
}

// KeysBackup is a copy of KEYS.
type KeysBackup struct {
	Taken     time.Time
	End       time.Time // from then on nobody opens it
	Destroyed time.Time // when its key was; zero: not yet, or nobody said so
}

// over is when the copy ceases to open, or ceased.
func (b KeysBackup) over() time.Time {
	if !b.Destroyed.IsZero() && b.Destroyed.Before(b.End) {
		return b.Destroyed
	}
	return b.End
}

// Custody is what is known of copies of keys, and of the searches for what was erased. The zero value knows of none.
type Custody struct {
	backups  map[string]KeysBackup
	searched map[verification.RequestID]Searched
	months   map[string]Searched
}

// Backup is a copy of KEYS by its name.
func (c Custody) Backup(name string) (KeysBackup, bool) {
	b, known := c.backups[name]
	return b, known
}

// clocks is how far the clocks of gateways and of stores may be apart: a gateway announces a copy, a store says when a key
// was destroyed.
const clocks = time.Minute

// Until is when the last copy of KEYS ceases to open that may hold a key which was destroyed at a time: one that was begun
// by then. Zero: none is known.
func (c Custody) Until(destroyed time.Time) (until time.Time) {
	for _, b := range c.backups {
		if over := b.over(); !b.Taken.After(destroyed.Add(clocks)) && over.After(until) {
			until = over
		}
	}
	return until
}

// Last is when the last copy of KEYS was begun that opens still at a time: one that was given up does not. Zero: there is
// none.
func (c Custody) Last(at time.Time) (last time.Time) {
	for _, b := range c.backups {
		if at.Before(b.over()) && b.Taken.After(last) {
			last = b.Taken
		}
	}
	return last
}

// With folds one decision.
func (c Custody) With(d Decision) Custody {
	next := Custody{backups: maps.Clone(c.backups), searched: c.searched, months: c.months}
	if next.backups == nil {
		next.backups = map[string]KeysBackup{}
	}
	for _, e := range d.Events {
		if taken, is := e.(KeysBackupTaken); is {
			next.backups[taken.Backup] = KeysBackup{Taken: taken.Taken, End: taken.End}
		}
		if ended, is := e.(KeysBackupEnded); is {
			b := next.backups[ended.Backup]
			if b.Destroyed.IsZero() {
				b.Destroyed = ended.Destroyed
			}
			next.backups[ended.Backup] = b
		}
		if searched, is := e.(ErasuresSearched); is {
			next.search(searched)
		}
		if searched, is := e.(MonthsSearched); is {
			next.searchMonths(searched)
		}
	}
	return next
}

// News says whether a change says something that is not known.
func (c Custody) News(change Change) bool {
	if take, is := change.(TakeKeysBackup); is {
		_, known := c.backups[take.Backup]
		return !known
	}
	if end, is := change.(EndKeysBackup); is {
		return c.backups[end.Backup].Destroyed.IsZero()
	}
	if search, is := change.(NoteSearch); is {
		return c.unsearched(search)
	}
	return true
}

// IsCustody says whether an aggregate of the directory is one of CustodyEntry.
func IsCustody(id string) bool {
	return len(id) > len(custodyEntries) && id[:len(custodyEntries)] == custodyEntries
}
