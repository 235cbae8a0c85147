package site

import (
	"time"

	"verigate/internal/web/text"
)

// typedTurn is how a browser gives a moment, which is Hanoi's in the forms of who is on call and on duty.
const typedTurn = "2006-01-02T15:04"

// Night proposes a turn, as a form has it: from now until eight in the morning.
func Night(now time.Time) (from, until string) {
	const morning = 8
	begins := now.In(text.Hanoi())
	ends := time.Date(begins.Year(), begins.Month(), begins.Day(), morning, 0, 0, 0, text.Hanoi())
	if !ends.After(begins) {
		ends = ends.AddDate(0, 0, 1)
	}
	return begins.Format(typedTurn), ends.Format(typedTurn)
}

// TurnTyped reads a moment of such a form; zero for what nobody can read, of which the gateway says so.
func TurnTyped(said string) time.Time {
	at, _ := time.ParseInLocation(typedTurn, said, text.Hanoi())
	return at
}
