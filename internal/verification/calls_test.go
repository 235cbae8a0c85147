package verification_test

import (
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestAPromisedCallIsKeptByTheNextOneAndByNoOtherNote(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2021, 9, 3, hour, 0, 0, 0, time.UTC) }
	said := accepted()
	for _, c := range []struct {
		note AddNote
		want time.Time
	}{
		{AddNote{Text: "seen"}, time.Time{}},
		{AddNote{Text: "called", Call: &Call{PromisedAt: at(21)}}, at(21)},
		{AddNote{Text: "the file is on its way"}, at(21)},
		{AddNote{Text: "called: not yet", Call: &Call{PromisedAt: at(23)}}, at(23)},
		{AddNote{Text: "called: found", Call: &Call{}}, time.Time{}},
	} {
		said = after(said, then(desk(), c.note))
		if got := tell(t, said).request.PromisedCall(); !got.Equal(c.want) {
			t.Errorf("after %q a call is promised at %s, want %s", c.note.Text, got, c.want)
		}
	}
}
