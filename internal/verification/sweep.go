package verification

import "errors"

// Timed is a command that time gives, of which the sweep finds out: rows 8, 14 and 18, and the steps of clocks.
//
//sumtype:decl
type Timed interface {
	Command
	timed()
}

func (RemindPartner) timed()       {}
func (ExpireClarification) timed() {}
func (ExpireConsent) timed()       {}
func (CloseSilent) timed()         {}
func (ReachStep) timed()           {}

// sweep decides one after the other, each on what those before it brought about. What is refused holds up nothing else:
// it is an error only when nothing was due beside it, so that the sweep, which asks again, hears of it in the end.
func (r Request) sweep(c Sweep, o Order) ([]Event, error) {
	var events []Event
	var refused *Refusal
	for _, due := range c.Due {
		more, err := Decide(r, Order{Stamp: o.Stamp, Command: due})
		if errors.As(err, &refused) {
			continue
		}
		for _, e := range more {
			r = Evolve(r, o.Stamp, e)
		}
		events = append(events, more...)
	}
	if len(events) == 0 && refused != nil {
		return nil, refused
	}
	return events, nil
}
