package rdb

import (
	"testing"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// What is sealed in a compartment costs a reader outside of it nothing: a row there that nobody could open is in no list's way
// but its members'.
func TestRowsOfAnotherCompartmentAreNotEvenOpened(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	answer := boardtest.Notice(2, 100, 0, sla.RungDesk)
	follow(t, s, boardtest.Sample(1), boardtest.Sample(2, boardtest.SealedIn("drugs"), boardtest.Noticed(answer)))
	g, err := s.live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.client.HSet(t.Context(), g.row(boardtest.ID(2)), partRequest, "broken", partNotices, "broken")
	elsewhere := boardtest.Outsiders()
	elsewhere.Compartments = []verification.Compartment{"wildlife-l3"}
	for name, list := range map[string]func(board.Visible) error{
		"board": func(see board.Visible) error {
			_, err := s.Board(t.Context(), board.Filter{}, board.Page{Limit: 5}, see)
			return err
		},
		"board of a unit and a state": func(see board.Visible) error {
			_, err := s.Board(t.Context(), board.Filter{Unit: "03", State: verification.WithUnits}, board.Page{Limit: 5}, see)
			return err
		},
		"notices": func(see board.Visible) error {
			_, err := s.Notices(t.Context(), board.NoticeFilter{Rungs: sla.Ladder()}, board.Page{Limit: 5}, see)
			return err
		},
	} {
		for _, see := range []board.Visible{boardtest.Outsiders(), elsewhere} {
			if err := list(see); err != nil {
				t.Errorf("%s, for who is in %v: %v", name, see.Compartments, err)
			}
		}
		if list(boardtest.Everyone()) == nil {
			t.Errorf("%s: a member is shown a row that does not open", name)
		}
	}
}

// Another release's board is neither read nor written: this one begins its own.
func TestABoardOfAnotherLayoutIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	before := "{" + s.keys.name + "}:live"
	s.client.Set(t.Context(), before, "OTHER", 0)
	follow(t, s, boardtest.Sample(1))
	if got := s.client.Get(t.Context(), before).Val(); got != "OTHER" {
		t.Errorf("the other one's pointer is %q", got)
	}
	for _, key := range s.client.Keys(t.Context(), "*OTHER*").Val() {
		t.Errorf("written: %s", key)
	}
}
