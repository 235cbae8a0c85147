package verification_test

import (
	"slices"
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// The degrees that are listed for somebody are those that are taken from them.
func TestTheDegreesThatAreListedAreTaken(t *testing.T) {
	t.Parallel()
	for _, has := range Degrees() {
		given := accepted()
		if tell(t, given).request.Degree != has {
			given = after(given, then(lead(), ChangeDegree{Degree: has, Code: "risk_to_life"}))
		}
		s := tell(t, given)
		for _, by := range company() {
			listed := s.request.DegreesFor(by)
			for _, d := range Degrees() {
				_, err := Decide(s.request, Order{Stamp: Stamp{At: s.at.Add(time.Minute), By: by}, Command: ChangeDegree{Degree: d, Code: "other"}})
				if taken := err == nil; taken != slices.Contains(listed, d) {
					s.fail("from %s to %s by %s: listed %v, and %v", has, d, by.Person, listed, err)
				}
			}
		}
	}
}
