package follow

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"verigate/internal/month"
	"verigate/internal/record"
)

// Months are the months of content of which KEYS has anything, oldest first. KEYS is read before the record: what the record
// says of a key is then never older than the key.
func Months(ctx context.Context, j record.Journal, keys Keys, now time.Time) ([]month.Month, error) {
	held, err := keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read KEYS: %w", err)
	}
	end, err := j.Last(ctx)
	if err != nil {
		return nil, fmt.Errorf("end of the record: %w", err)
	}
	found, err := usesOf(ctx, j, end)
	if err != nil {
		return nil, err
	}
	return month.All(factsOf(held, found), now), nil
}

// Lately tells the months, and reads them again when that was longer ago than a minute: it takes the whole record. It is safe
// for concurrent use.
type Lately struct {
	Journal record.Journal
	Keys    Keys
	Now     func() time.Time

	mu   sync.Mutex // one reads at a time
	read time.Time
	all  []month.Month
}

// lately is how long what was read is told.
const lately = time.Minute

// Months are those of the function Months.
func (l *Lately) Months(ctx context.Context) ([]month.Month, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Now()
	if !l.read.IsZero() && !now.Before(l.read) && now.Sub(l.read) < lately {
		return l.all, nil
	}
	all, err := Months(ctx, l.Journal, l.Keys, now)
	if err != nil {
		return nil, err
	}
	l.read, l.all = now, all
	return all, nil
}

func factsOf(held map[string]Held, found uses) month.Facts {
	return month.Facts{
		Groups: func(yield func(string, bool) bool) {
			for kid, h := range held {
				if _, is := month.Of(kid); is && !yield(kid, h.Key) {
					return
				}
			}
		},
		Keys: func(yield func(month.Key) bool) {
			for kid, h := range held {
				if h.Key && !yield(month.Key{Group: h.Group, Use: found.byKID[kid].month()}) {
					return
				}
			}
		},
		Ended: maps.Keys(found.ended),
	}
}

// month is what a data key counts as in its month; nil: nothing is sealed under it.
func (u *use) month() month.Use {
	switch {
	case u == nil:
		return month.Nothing
	case u.erased:
		return month.Erased
	case u.lasts:
		return month.Lasting
	}
	return month.Content
}

// Lasting are the keys of what outlives the month in which it was written: principals, the directory, tombstones. Where they
// were added by a release that knew no group of them, they are under the key of that month.
func Lasting(ctx context.Context, j record.Journal) (kids []string, err error) {
	end, err := j.Last(ctx)
	if err != nil || end == (record.Position{}) {
		return nil, err
	}
	found, err := usesOf(ctx, j, end)
	for kid, u := range found.byKID {
		if u.lasts && !u.erased {
			kids = append(kids, kid)
		}
	}
	return kids, err
}
