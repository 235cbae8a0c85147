// Package space is the rule for a disk that fills up, for the store that is embedded in the gateway: when intake stops, when
// it goes on, and what is held back so that the rest can still be written.
//
//	Enough ──90 % used, less than 2 GiB free──▶ NearlyFull ──less than a quarter of a ballast free──▶ Full
//	   ◀────── below 88 %, or 2.25 GiB free ────────┘  ◀──────────────── more is free ─────────────────┘
//
// A store that meets a full disk says nothing: it answers no write, and none after there is space again (trust.md, fact 4).
// So new requests are refused before that, and what is under way goes on: answers, releases, withdrawals, legal holds, the
// evidence of who read what. The ballast is a file without content that is given up when the disk is full all the same.
package space

import "fmt"

// Level is how a disk stands.
type Level int

const (
	// Enough: all goes on.
	Enough Level = iota
	// NearlyFull: no new request is taken.
	NearlyFull
	// Full: the ballast is given up. Writes may fail.
	Full
)

// String is for the log.
func (l Level) String() string {
	return [...]string{"enough space", "nearly full", "full"}[l]
}

// The watermarks, in hundredths of the disk. Between the two nothing changes, so that intake does not come and go.
const (
	stopAt    = 90
	goOnBelow = 88
)

// floor is how much must be free whatever the hundredths say, in bytes; more than it is enough on any disk. A tenth of a
// large disk is years of requests, at some 2 KB a message, and the disk of a newcomer's laptop is always at nine tenths.
const floor = 2 << 30

// Usage is what a disk has for the gateway's user, in bytes.
type Usage struct{ Total, Free uint64 }

// String names numbers only.
func (u Usage) String() string { return fmt.Sprintf("%d of %d MiB free", u.Free>>20, u.Total>>20) }

// Ballast is how much is held back on such a disk, in bytes: a hundredth of it, 4 MiB at least, 64 MiB at most.
func (u Usage) Ballast() uint64 { return min(max(u.Total/100, 4<<20), 64<<20) }

// uses says whether that many hundredths are used.
func (u Usage) uses(percent uint64) bool {
	return (u.Total-min(u.Free, u.Total))*100 >= percent*u.Total
}

// Next is the level that follows this one on a look at the disk.
func (l Level) Next(u Usage) Level {
	switch {
	case u.Free < u.Ballast()/4:
		return Full
	case l == Enough && u.uses(stopAt) && u.Free < floor:
		return NearlyFull
	case l != Enough && u.uses(goOnBelow) && u.Free < floor+floor/8:
		return NearlyFull
	default:
		return Enough
	}
}
