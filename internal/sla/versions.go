package sla

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ErrUnknownVersion says that a request is pinned to a version that is not known: not yet, when another gateway made
// it a moment ago, or not at all.
var ErrUnknownVersion = errors.New("unknown version")

// ErrDecreedAlready says that a decree holds nothing that the current calendar does not say.
var ErrDecreedAlready = errors.New("the current calendar says so already")

// ErrBadDecree says that no version can be made of a decree; what is wrong with each day is told with it.
var ErrBadDecree = errors.New("the decree does not fit the calendar")

// versions are the calendars that are known at a moment. It is never changed: a further version makes another one.
type versions struct {
	current   *Calendars            // of new requests
	hours     map[string]*Calendars // by version
	calendars map[string]Calendar   // by the full name under which clocks keep them
}

// with is a copy that knows one version more. The one with the highest number is current.
func (v *versions) with(c *Calendars) *versions {
	next := &versions{current: v.current, hours: maps.Clone(v.hours), calendars: maps.Clone(v.calendars)}
	if v.current == nil || byNumber(v.current, c) < 0 {
		next.current = c
	}
	next.hours[c.Version()] = c
	for _, cal := range c.All() {
		next.calendars[cal.Version] = cal
	}
	return next
}

// ofFiles are the versions that come with the program.
func ofFiles(files []*Calendars) *versions {
	v := &versions{
		hours: map[string]*Calendars{}, calendars: map[string]Calendar{AroundTheClockVersion: AroundTheClock()},
	}
	for _, c := range files {
		v = v.with(c)
	}
	return v
}

func byNumber(a, b *Calendars) int {
	s, m := numbered(a.Version())
	t, n := numbered(b.Version())
	return cmp.Or(cmp.Compare(m, n), cmp.Compare(s, t))
}

// numbered takes the number off a version's name: vn-12 is vn- and 12. One without a number is its first.
func numbered(version string) (stem string, n int) {
	i := strings.LastIndexByte(version, '-') + 1
	if n, err := strconv.Atoi(version[i:]); err == nil && i > 0 {
		return version[:i], n
	}
	return version + "-", 1
}

// Current returns the calendars that rounds are pinned to from now on: the version with the highest number.
func (x *Rules) Current() *Calendars { return x.versions.Load().current }

// Versions returns all versions of the calendars, sorted by their number.
func (x *Rules) Versions() []*Calendars {
	return slices.SortedFunc(maps.Values(x.versions.Load().hours), byNumber)
}

// Next makes the version that a decree leads to, under the name that follows that of the current one. It is not known
// before it is learnt: the record comes between. A decree that changes nothing is ErrDecreedAlready, one that cannot be
// is ErrBadDecree.
func (x *Rules) Next(d Decree) (*Calendars, error) {
	base := x.Current()
	stem, n := numbered(base.Version())
	d.Version = stem + strconv.Itoa(n+1)
	next, err := base.With(d)
	if err != nil {
		return nil, fmt.Errorf("%w %s:\n%w", ErrBadDecree, base.Version(), err)
	}
	if base.says(next) {
		return nil, fmt.Errorf("%s: %w", base.Version(), ErrDecreedAlready)
	}
	return next, nil
}

// says whether a later version differs in nothing but its name and the times of its decrees.
func (c *Calendars) says(next *Calendars) bool {
	_, to := c.Covered()
	_, later := next.Covered()
	return to == later && slices.EqualFunc(c.data.Days, next.data.Days, func(a, b Day) bool {
		a.DecreedAt = b.DecreedAt
		return a == b
	})
}

// Learn makes a version known, and current when its number is the highest. What is known never changes: the same once
// more is nothing new, another version under a known name is an error.
func (x *Rules) Learn(c *Calendars) error {
	x.learning.Lock()
	defer x.learning.Unlock()
	v := x.versions.Load()
	if known, ok := v.hours[c.Version()]; ok {
		return sameVersion(known, c)
	}
	x.versions.Store(v.with(c))
	return nil
}

func sameVersion(known, c *Calendars) error {
	was, err := json.Marshal(known)
	if err != nil {
		return fmt.Errorf("calendar %q: %w", c.Version(), err)
	}
	is, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("calendar %q: %w", c.Version(), err)
	}
	if !bytes.Equal(was, is) {
		return fmt.Errorf("calendar %q is known with other days: a version is never changed", c.Version())
	}
	return nil
}

// calendar is the one of a full name. Clocks keep no other names than those of versions that are known.
func (x *Rules) calendar(full string) Calendar { return x.versions.Load().calendars[full] }
