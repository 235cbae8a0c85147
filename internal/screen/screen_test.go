package screen_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/limit"
	"verigate/internal/screen"
	"verigate/internal/screen/screentest"
	"verigate/internal/verification"
)

func TestTheFakeKeepsTheContract(t *testing.T) {
	t.Parallel()
	fake := screentest.NewFake()
	screentest.Run(t, func() screen.Store { return fake })
}

// room is a desk over a record of principals in memory.
type room struct {
	*screen.Desk
	now   time.Time
	store *screentest.Fake
	ring  *access.Keyring
}

func newRoom() *room {
	r := &room{now: time.Date(2021, 9, 3, 12, 0, 0, 0, time.UTC), store: screentest.NewFake(), ring: access.NewKeyring()}
	now := func() time.Time { return r.now }
	r.Desk = screen.New(screen.Parts{
		Store: r.store, Principals: r.ring, Registry: r, Throttle: limit.NewThrottle(now), Random: rand.Reader, Now: now,
	})
	return r
}

// Principal implements screen.Registry.
func (r *room) Principal(_ context.Context, by verification.Actor, id verification.PersonID, c access.Command) error {
	p, _ := r.ring.Principal(id)
	s := verification.Stamp{At: r.now, By: by, Command: "c"}
	events, err := access.Decide(p, s, c)
	if err != nil || len(events) == 0 {
		return err
	}
	return r.ring.Apply(id, p.Version, access.Decision{Stamp: s, Events: events})
}

var lead = verification.Actor{Person: "p_lead", Roles: []verification.Role{verification.RoleLead}}

func (r *room) waits(t *testing.T, key string) screen.Shown {
	t.Helper()
	shown, err := r.Begin(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// pair types a code, some seconds after the one before.
func (r *room) pair(t *testing.T, code string) (access.Principal, error) {
	t.Helper()
	r.now = r.now.Add(time.Second)
	return r.Pair(t.Context(), lead, screen.Pairing{Code: code, Label: "Trực ban", Unit: verification.DeskUnit, Source: "here"})
}

func (r *room) reads(shown screen.Shown) bool {
	_, err := r.ring.Identify(access.Proof{Key: shown.Key.Reveal(), At: r.now})
	return err == nil
}

func TestADeviceReadsOnceItsCodeWasTypedAndUntilItIsRemoved(t *testing.T) {
	t.Parallel()
	r := newRoom()
	shown := r.waits(t, "")
	if again := r.waits(t, shown.Key.Reveal()); again.Code != shown.Code || again.New || again.EndsAt != shown.EndsAt {
		t.Errorf("asked again it is %+v", again)
	}
	if r.reads(shown) {
		t.Error("a device reads before anybody typed its code")
	}
	paired, err := r.pair(t, strings.ToLower(shown.Code.String()))
	if err != nil || !paired.IsScreen() || !r.reads(shown) || len(r.Screens()) != 1 {
		t.Fatalf("%+v, %v", paired, err)
	}
	if again, err := r.pair(t, shown.Code.String()); err != nil || again.ID != paired.ID {
		t.Errorf("sent again: %v", err)
	}
	r.now = r.now.Add(time.Second)
	other := screen.Pairing{Code: shown.Code.String(), Label: "Phòng khác", Unit: "03", Source: "here"}
	if _, err := r.Pair(t.Context(), lead, other); !errors.Is(err, screen.ErrUnknownCode) {
		t.Errorf("a code was good twice: %v", err)
	}
	if err := r.Remove(t.Context(), lead, paired.ID); err != nil || r.reads(shown) || len(r.Screens()) != 0 {
		t.Errorf("after its removal: %v, %t", err, r.reads(shown))
	}
	if err := r.Remove(t.Context(), lead, paired.ID); !errors.Is(err, screen.ErrUnknownScreen) {
		t.Errorf("removed twice: %v", err)
	}
	next := r.waits(t, shown.Key.Reveal())
	if !next.New || next.Code == shown.Code {
		t.Errorf("a removed device waits under the code that it had: %+v", next)
	}
	if _, err := r.pair(t, shown.Code.String()); !errors.Is(err, screen.ErrUnknownCode) {
		t.Errorf("the code of a removed screen is good again: %v", err)
	}
}

func TestACodeIsGoodForTenMinutes(t *testing.T) {
	t.Parallel()
	r := newRoom()
	shown := r.waits(t, "")
	r.now = shown.EndsAt.Add(-2 * time.Second)
	if _, err := r.pair(t, shown.Code.String()); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	late := r.waits(t, "")
	r.now = late.EndsAt.Add(-time.Second)
	if _, err := r.pair(t, late.Code.String()); !errors.Is(err, screen.ErrUnknownCode) || r.reads(late) {
		t.Errorf("after ten minutes: %v", err)
	}
	if still := r.waits(t, late.Key.Reveal()); still.Code != late.Code {
		t.Error("the device takes another code while the old one may have been typed in time")
	}
	r.now = r.now.Add(15 * time.Second)
	if next := r.waits(t, late.Key.Reveal()); !next.New || next.Code == late.Code || !next.EndsAt.Equal(r.now.Add(screen.Lives)) {
		t.Errorf("then it shows %+v", next)
	}
}

func TestACodeIsReadAsPeopleTypeItAndNothingElseIsOne(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]screen.Code{
		"7Q4K-M2XD": "7Q4KM2XD", "7q4k m2xd": "7Q4KM2XD", "7q4km2xd": "7Q4KM2XD", "ilo0-1LOI": "11001101",
		"": "", "7Q4K-M2X": "", "7Q4K-M2XDD": "", "7Q4K-M2XU": "", "7Q4K/M2XD": "", "７Q4KM2XD": "",
	} {
		got, ok := screen.ParseCode(typed)
		if got != want || ok != (want != "") {
			t.Errorf("%q is read as %q, %t", typed, got, ok)
		}
	}
}

// TestACodeOpensNothing: neither it nor what the store holds leads to the key, and another key has another code.
func TestACodeOpensNothing(t *testing.T) {
	t.Parallel()
	r := newRoom()
	one, two := r.waits(t, ""), r.waits(t, "")
	if one.Code == two.Code || screen.CodeOf(one.Key) != one.Code {
		t.Errorf("codes %s and %s", one.Code, two.Code)
	}
	kept, _, err := r.store.Find(t.Context(), one.Code)
	if err != nil || kept.Hash != one.Key.Hash() || strings.Contains(one.Key.Reveal(), string(one.Code)) {
		t.Errorf("kept %+v, %v", kept, err)
	}
	for name, key := range map[string]string{"a code": one.Code.String(), "an altered key": one.Key.Reveal()[:len(one.Key.Reveal())-4] + "AAAA", "nothing": ""} {
		if other := r.waits(t, key); !other.New || other.Code == one.Code {
			t.Errorf("%s goes on with the code of a device", name)
		}
	}
}

func TestWhoeverTypesWrongCodesIsSlowedDown(t *testing.T) {
	t.Parallel()
	r := newRoom()
	shown := r.waits(t, "")
	var throttled *screen.ThrottledError
	for range 6 {
		_, err := r.pair(t, "0000-0000")
		if errors.As(err, &throttled) {
			break
		}
		if !errors.Is(err, screen.ErrUnknownCode) {
			t.Fatal(err)
		}
	}
	if throttled == nil || throttled.Wait > 30*time.Second {
		t.Fatalf("six wrong codes: %v", throttled)
	}
	r.now = r.now.Add(throttled.Wait)
	if _, err := r.pair(t, shown.Code.String()); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestAStoreThatIsAwayIsNoUnknownCode(t *testing.T) {
	t.Parallel()
	r := newRoom()
	shown := r.waits(t, "")
	r.store.Away(screen.ErrUnavailable)
	if _, err := r.pair(t, shown.Code.String()); !errors.Is(err, screen.ErrUnavailable) {
		t.Errorf("pair: %v", err)
	}
	if _, err := r.Begin(t.Context(), shown.Key.Reveal()); !errors.Is(err, screen.ErrUnavailable) {
		t.Errorf("begin: %v", err)
	}
}
