package evidence

import "errors"

// damage is an error that says in one word what is not as it was written, and where: swapped, moved, changed, gone.
type damage interface {
	error
	// Damage gives no word for what may pass.
	Damage() (code, where string)
}

// Over is the entry of what ended over something that is not as it was written, and whether err says so. Of a
// message that does not open it has the place alone: which request that is may be a secret.
func (e Entry) Over(err error) (Entry, bool) {
	d, ok := errors.AsType[damage](err)
	if !ok {
		return e, false
	}
	code, where := d.Damage()
	if code == "" {
		return e, false
	}
	e.Outcome, e.Code, e.Where = Refused, code, where
	return e, true
}
