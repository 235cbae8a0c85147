// Package space is the rule for a disk that fills up, for the store that is embedded in the gateway: when intake stops, when
// it goes on, and what is held back so that the rest can still be written.
//
//	Enough ──90 % used, less than 2 GiB free──▶ NearlyFull ──less than a quarter of a ballast free──▶ Full
//	   ◀────── below 88 %, or 2.25 GiB free ────────┘  ◀──────────────── more is free ─────────────────┘
//
// A disk that can take no more files refuses the store's next block as a full one does: its inodes count in the same way, nearly
// full with 90 % used and fewer than 4,096 free, full with fewer than 64. One that makes inodes as it needs them (btrfs) tells of
// none, and is asked for its bytes only.
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

// How many files can be made at least, as floor is of bytes; and with how many a disk is full: the store makes some for each
// batch, and takes them away again.
const (
	filesFloor = 4096
	filesFull  = 64
)

// Usage is what a disk has for the gateway's user: bytes, and how many files it can hold (inodes); 0 of those: it does not say.
type Usage struct{ Total, Free, Files, FreeFiles uint64 }

// String names numbers only.
func (u Usage) String() string {
	bytes := fmt.Sprintf("%d of %d MiB free", u.Free>>20, u.Total>>20)
	if u.Files == 0 {
		return bytes
	}
	return fmt.Sprintf("%s, %d of %d files", bytes, u.FreeFiles, u.Files)
}

// Ballast is how much is held back on such a disk, in bytes: a hundredth of it, 4 MiB at least, 64 MiB at most.
func (u Usage) Ballast() uint64 { return min(max(u.Total/100, 4<<20), 64<<20) }

// without is what is left when a file of that size is made.
func (u Usage) without(size uint64) Usage {
	u.Free -= size
	if u.FreeFiles > 0 {
		u.FreeFiles--
	}
	return u
}

// uses says whether that many hundredths of a whole are used.
func uses(percent, free, total uint64) bool {
	return (total-min(free, total))*100 >= percent*total
}

// short says whether more than those hundredths are used and less than that is free.
func (u Usage) short(percent, free, files uint64) bool {
	bytes := uses(percent, u.Free, u.Total) && u.Free < free
	return bytes || u.Files > 0 && uses(percent, u.FreeFiles, u.Files) && u.FreeFiles < files
}

// Next is the level that follows this one on a look at the disk.
func (l Level) Next(u Usage) Level {
	switch {
	case u.Free < u.Ballast()/4, u.Files > 0 && u.FreeFiles < filesFull:
		return Full
	case l == Enough && u.short(stopAt, floor, filesFloor):
		return NearlyFull
	case l != Enough && u.short(goOnBelow, floor+floor/8, filesFloor+filesFloor/8):
		return NearlyFull
	default:
		return Enough
	}
}
