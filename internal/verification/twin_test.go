package verification_test

import (
	"errors"
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // tables of rules read better without the package's name
)

// earlier is a twin that the request of the stories may be merged into, changed as a test needs it.
func earlier(change ...func(*Twin)) Twin {
	t := Twin{ID: "q", Partner: "NG", Kind: KindRequest, ReceivedAt: start().Add(-time.Hour), Answers: true}
	for _, c := range change {
		c(&t)
	}
	return t
}

func TestOnlyWhatIsOrWasAnsweredTakesATwin(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given []move
		want  bool
	}{
		"not submitted":     {nil, false},
		"received":          {submitted(), true},
		"triage":            {inTriage(), true},
		"with units":        {withUnit(), true},
		"clarifying":        {clarifying(), true},
		"in review":         {answered(), true},
		"answered":          {released(), true},
		"confirmed":         {confirmed(), true},
		"closed":            {closed(), true},
		"being corrected":   {correcting(), true},
		"circulated":        {circulating(), true},
		"refused":           {after(refusalProposed(), then(lead(), ApproveRefusal{Hash: hashOf("no")})), false},
		"withdrawn":         {withdrawn(), false},
		"expired":           {expired(), false},
		"a stub":            {stub(), false},
		"not ours":          {after(inTriage(), then(desk(), DeclareNotCompetent{Channel: "x", Bytes: outside().Bytes, Hash: outside().Hash})), false},
		"merged itself":     {after(inTriage(), then(desk(), MarkDuplicate{Of: earlier()})), false},
		"above the ceiling": {after(inTriage(), then(lead(), FindAboveCeiling{Code: "mat"})), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tell(t, c.given).request.Twin().Answers; got != c.want {
				t.Errorf("answers %v", got)
			}
		})
	}
}

// Two officers who decide at the same time each see the other request as it was before.
func TestNoTwoAreMergedIntoEachOther(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]time.Time{"one after the other": start().Add(-time.Minute), "at one time": start()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, other := tell(t, withUnit()).request, tell(t, withUnit()).request
			other.ID, other.ReceivedAt = "q", at
			if err := one.MergesInto(other.Twin()); err != nil {
				t.Errorf("the later one: %v", err)
			}
			if err := other.MergesInto(one.Twin()); !errors.Is(err, &Refusal{Code: TwinLater}) {
				t.Errorf("the earlier one: %v", err)
			}
		})
	}
}
