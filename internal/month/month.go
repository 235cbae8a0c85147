package month

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// form is how a month is written: 2026-11, in UTC.
const form = "2006-01"

// contentKind is the kind of group that the data keys of requests are wrapped under.
const contentKind = "group."

// Of is the month of a group of content: 2026-11 of group.2026-11 and of group.2026-11-2. False: it is a group of something
// else, such as evidence.
func Of(group string) (string, bool) {
	name, is := strings.CutPrefix(group, contentKind)
	if !is || len(name) < len(form) || len(name) > len(form) && name[len(form)] != '-' {
		return "", false
	}
	m := name[:len(form)]
	_, err := time.Parse(form, m)
	return m, err == nil
}

// Group is the first group of a month.
func Group(m string) string { return contentKind + m }

// Use is what is sealed under a data key.
type Use int

const (
	// Nothing is a key that was written ahead and not taken.
	Nothing Use = iota
	// Content is a request's, and is to be read.
	Content
	// Lasting is what outlives its month: a principal, the directory, a tombstone.
	Lasting
	// Erased is a request's, and the record says that it is erased: the key is about to go.
	Erased
)

// Key is a data key that is stored and not destroyed.
type Key struct {
	Group string // that it is wrapped under
	Use
}

// Facts are what decides.
type Facts struct {
	Groups iter.Seq2[string, bool] // every group that there is or was, and whether its key is stored still
	Keys   iter.Seq[Key]
	Ended  iter.Seq[string] // months that the record ends
}

// Standing is where a month stands. It is part of the contract.
type Standing string

// The standings, in the order in which they are asked.
const (
	Running Standing = "running" // it is not over for a whole month yet
	Kept    Standing = "kept"    // a request of it is not erased
	Refile  Standing = "refile"  // nothing of it is kept but what outlives it: verigate key group refile
	Erasing Standing = "erasing" // the record says that all of it is erased, and a key is still stored
	Due     Standing = "due"     // two persons may end it
	Ending  Standing = "ending"  // the record ends it, and a key of it is still stored
	Ended   Standing = "ended"   // the record ends it, and nothing of it is stored
)

// Month is one, and what is stored under its key.
type Month struct {
	Month    string   `json:"month"` // 2026-11
	Standing Standing `json:"standing"`
	Groups   []string `json:"groups"`   // whose keys are stored
	Requests int      `json:"requests"` // keys of requests that are not erased
	Lasting  int      `json:"lasting"`  // keys of what outlives its month
	Erased   int      `json:"erased"`   // keys that are stored though the record says that they are erased
	Unused   int      `json:"unused"`   // keys that nothing is sealed under
}

// All are the months of which anything is stored, and those that are ended, oldest first.
func All(f Facts, now time.Time) []Month {
	all := map[string]*Month{}
	of := func(group string) *Month {
		m, is := Of(group)
		if is && all[m] == nil {
			all[m] = &Month{Month: m}
		}
		return all[m]
	}
	for group, stored := range f.Groups {
		if m := of(group); m != nil && stored {
			m.Groups = append(m.Groups, group)
		}
	}
	for k := range f.Keys {
		if m := of(k.Group); m != nil {
			m.count(k.Use)
		}
	}
	ended := map[string]bool{}
	for name := range f.Ended {
		of(Group(name))
		ended[name] = true
	}
	var out []Month
	for _, m := range all {
		slices.Sort(m.Groups)
		switch {
		case ended[m.Month] && m.empty():
			m.Standing = Ended
		case ended[m.Month]:
			m.Standing = Ending
		case m.empty():
			continue
		default:
			m.Standing = m.standing(now)
		}
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b Month) int { return cmp.Compare(a.Month, b.Month) })
	return out
}

func (m *Month) count(u Use) {
	switch u {
	case Nothing:
		m.Unused++
	case Content:
		m.Requests++
	case Lasting:
		m.Lasting++
	case Erased:
		m.Erased++
	}
}

// keys are all that are stored under it.
func (m *Month) keys() int { return m.Requests + m.Lasting + m.Erased + m.Unused }

func (m *Month) empty() bool { return len(m.Groups) == 0 && m.keys() == 0 }

func (m *Month) standing(now time.Time) Standing {
	switch {
	case !over(m.Month, now):
		return Running
	case m.Requests > 0:
		return Kept
	case m.Lasting > 0:
		return Refile
	case m.Erased > 0:
		return Erasing
	}
	return Due
}

// over says whether the month behind a month is over too: no gateway takes a key of it any more, by whatever clock.
func over(m string, now time.Time) bool {
	begins, err := time.Parse(form, m)
	return err == nil && !now.Before(begins.AddDate(0, 2, 0))
}
