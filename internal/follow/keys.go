package follow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"verigate/internal/month"
	"verigate/internal/record"
)

// Held is what KEYS has of one data key. Both at once is an erasure that a crash has cut off, and the key can be taken
// from the disk still.
type Held struct {
	Key       bool   // the wrapped key
	Group     string // that it is wrapped under, or was when it was destroyed; "1" of a tombstone from before that was kept
	Tombstone bool   // that it was erased
	// At is when the store took the tombstone; zero without one.
	At time.Time
}

// Keys lists what is held of every key, by its id, as the store has it at some moment of the call. It opens none.
type Keys func(ctx context.Context) (map[string]Held, error)

// use is what the record says of one data key.
type use struct {
	of     record.Subject
	first  record.Place // of what is sealed under it
	n      int          // messages
	lasts  bool         // it outlives the month in which it was written: no request's, or a tombstone's
	erased bool         // by a tombstone behind all of them, which is sealed under another
}

// uses are all data keys of a record, and those of each aggregate in the order of their first message.
type uses struct {
	byKID map[string]*use
	of    map[record.Subject][]string
	ended map[string]record.Place // months that the record ends, and where
}

// take is called with the messages of each aggregate in their order. What a tombstone erases is known by clear headers: it
// is sealed under a key of its own. One from before tombstones kept anything has the key of its request, and erases nothing.
func (u uses) take(m record.Sealed) {
	if m.KID == "" {
		return
	}
	if name, ends := endsMonth(m); ends {
		u.ended[name] = m.Place
	}
	have, known := u.byKID[m.KID]
	if !known {
		have = &use{of: m.Subject, first: m.Place, lasts: m.Kind != record.KindRequest || m.Tombstone()}
		if m.Tombstone() {
			for _, kid := range u.of[m.Subject] {
				u.byKID[kid].erased = true
			}
		}
		u.byKID[m.KID] = have
		u.of[m.Subject] = append(u.of[m.Subject], m.KID)
	}
	have.n++
}

// usesOf reads a record by its clear headers.
func usesOf(ctx context.Context, j record.Journal, end record.Position) (uses, error) {
	found := uses{byKID: map[string]*use{}, of: map[record.Subject][]string{}, ended: map[string]record.Place{}}
	err := j.ReplayUntil(ctx, record.Position{}, end, func(m record.Sealed) error {
		found.take(m)
		return nil
	})
	if err != nil {
		return uses{}, fmt.Errorf("read the clear headers of the record: %w", err)
	}
	return found, nil
}

// Gone is what the record says is erased of one request, or that a month is ended: the keys that are to be nowhere.
type Gone struct {
	Request string   `json:"request,omitempty"`
	Month   string   `json:"month,omitempty"` // 2026-11; then Keys are those of its groups
	Keys    []string `json:"keys"`
}

// Name tells which.
func (g Gone) Name() string {
	if g.Month != "" {
		return "month " + g.Month
	}
	return "request " + g.Request
}

// AllGone are all that the record says is erased, by its clear headers; held is what KEYS has.
func AllGone(ctx context.Context, j record.Journal, held map[string]Held) (all []Gone, err error) {
	end, err := j.Last(ctx)
	if err != nil || end == (record.Position{}) {
		return nil, err
	}
	found, err := usesOf(ctx, j, end)
	for of, kids := range found.of {
		kids = slices.DeleteFunc(kids, func(kid string) bool { return !found.byKID[kid].erased })
		if len(kids) > 0 {
			all = append(all, Gone{Request: of.ID, Keys: kids})
		}
	}
	for name := range found.ended {
		gone := Gone{Month: name}
		for kid := range held {
			if of, is := month.Of(kid); is && of == name {
				gone.Keys = append(gone.Keys, kid)
			}
		}
		slices.Sort(gone.Keys)
		all = append(all, gone)
	}
	slices.SortFunc(all, func(a, b Gone) int { return strings.Compare(a.Request+a.Month, b.Request+b.Month) })
	return all, err
}

// keys holds KEYS against the record: what was erased must be gone, and nothing else may be. It says whether a key is
// lost, so that what is sealed under it cannot be folded.
func (v Verifier) keys(ctx context.Context, end record.Position, report *Report) (lost bool, err error) {
	found, err := usesOf(ctx, v.Journal, end)
	if err != nil {
		return false, err
	}
	held, err := v.Keys(ctx)
	if err != nil {
		return false, fmt.Errorf("read KEYS: %w", err)
	}
	erased := map[record.Subject]bool{}
	for kid, u := range found.byKID {
		h := held[kid]
		switch {
		case u.erased && h.Key:
			report.add("keys", u.name()+": the record says that it is erased, and its key is still there")
		case u.erased:
			erased[u.of] = true
		case h.Tombstone:
			report.add(InRecord, u.name()+": its key was destroyed, and the record has no event that erases it: the record is older than the erasure")
		case !h.Key:
			report.add(InRecord, u.name()+": its key is lost: corruption, for nothing has erased it")
			lost = true
		}
	}
	report.Erased, report.Months = len(erased), len(found.ended)
	v.ended(held, found, report)
	return v.groups(held, found, report) || lost, nil
}

// ended holds KEYS against the months that the record ends: nothing of them may be there.
func (v Verifier) ended(held map[string]Held, found uses, report *Report) {
	if len(found.ended) == 0 {
		return
	}
	for _, m := range month.All(factsOf(held, found), time.Time{}) {
		if m.Standing == month.Ending {
			report.add("keys", fmt.Sprintf("month %s: the record says at %v that it is ended, and of its keys %d of groups and %d others are still there",
				m.Month, found.ended[m.Month], len(m.Groups), m.Requests+m.Lasting+m.Erased+m.Unused))
		}
	}
}

// groups looks for keys of groups under which something is that is to be read: one that is gone takes all of it. It says
// whether there is any.
func (v Verifier) groups(held map[string]Held, found uses, report *Report) (lost bool) {
	under := map[string][]*use{}
	for kid, u := range found.byKID {
		if h := held[kid]; h.Key && !u.erased && !held[h.Group].Key {
			under[h.Group] = append(under[h.Group], u)
		}
	}
	for group, all := range under {
		lost = true
		slices.SortFunc(all, func(a, b *use) int { return cmp.Compare(a.name(), b.name()) })
		why := "is lost: corruption, for nothing has ended it"
		name, content := month.Of(group)
		if _, ended := found.ended[name]; held[group].Tombstone && content && ended {
			why = "was destroyed by a decision, which was wrong"
		} else if held[group].Tombstone {
			why = "was destroyed, and the record has no decision that ends the month: the record is older than its end"
		}
		report.add(InRecord, fmt.Sprintf("the key of %s %s; %d keys were under it, first that of %s", group, why, len(all), all[0].name()))
	}
	return lost
}

// name says where the content of a key begins, and whose it is.
func (u *use) name() string {
	return fmt.Sprintf("record %v: %s %s (%d messages)", u.first, u.of.Kind, u.of.ID, u.n)
}
