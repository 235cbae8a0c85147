package access

import "verigate/internal/verification"

// Counted says whose numbers a caller may read: of all places, or of one unit. The zero value is nobody's.
type Counted struct {
	All  bool
	Unit verification.UnitCode
}

// CountedFor is the slice of supervision that is the caller's (policies/numbers.cedar). Who may ask at all is the table's
// to say. What is sealed is counted for nobody, and nobody is counted what Sealed.Conflicts lists.
func CountedFor(c Caller) Counted {
	asks := askerOf(c)
	switch {
	case asks.may(askCount, numbers("")):
		return Counted{All: true}
	case asks.may(askCount, numbers(c.Unit)):
		return Counted{Unit: c.Unit}
	}
	return Counted{}
}
