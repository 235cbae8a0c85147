package directory

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// FocalPoint is a person whom a unit nominated, by opaque id.
type FocalPoint struct {
	Unit   string `json:"unit"`
	Person string `json:"person"`
	Validity
}

// FocalPoint is the person nominated for the unit on the day. It is absent until
// the unit nominates one, which on the first day of a peak may be all of them:
// then the duty post answers.
func (d *Directory) FocalPoint(unit string, on time.Time) (FocalPoint, bool) {
	for _, f := range slices.Backward(d.focal) {
		if f.Unit == unit && f.Holds(on) {
			return f, true
		}
	}
	return FocalPoint{}, false
}

// DutyPost is the id of the unit's post that is manned round the clock
// (`duty-03`): the fallback where no focal point is nominated. Empty for an
// unknown unit.
func (d *Directory) DutyPost(unit string) string {
	if !d.knows(unit) {
		return ""
	}
	return "duty-" + unit
}

// WithFocalPoint adds a nomination; of several that hold, the last added counts.
func (d *Directory) WithFocalPoint(f FocalPoint) (*Directory, error) {
	if !d.knows(f.Unit) || f.Person == "" {
		return nil, errors.New("add focal point: unknown unit or no person")
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("add focal point: %w", err)
	}
	changed := d.copy()
	changed.focal = append(slices.Clone(d.focal), f)
	return changed, nil
}
