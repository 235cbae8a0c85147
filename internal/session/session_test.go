package session_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/session"
	"verigate/internal/session/sessiontest"
	"verigate/internal/verification"
)

var noon = time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)

func TestTheFakeKeepsTheContract(t *testing.T) {
	t.Parallel()
	fake := sessiontest.NewFake()
	sessiontest.Run(t, func() session.Store { return fake })
}

// sealer binds and does not hide: what it opens it sealed under that very name.
type sealer struct{}

func (sealer) Seal(boundTo string, plain []byte) ([]byte, error) {
	return append([]byte(boundTo+"|"), plain...), nil
}

func (sealer) Open(boundTo string, sealed []byte) ([]byte, error) {
	plain, ok := strings.CutPrefix(string(sealed), boundTo+"|")
	if !ok {
		return nil, errors.New("bound to something else")
	}
	return []byte(plain), nil
}

// persons are who they are, until a test changes it.
type persons struct {
	mu     sync.Mutex
	rights map[verification.PersonID]access.Rights
}

func (p *persons) InSession(id verification.PersonID, _ time.Time) (access.Caller, access.Rights, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.rights[id]
	if !ok {
		return access.Caller{}, r, access.ErrUnauthenticated
	}
	roles := []verification.Role{verification.RoleDesk, verification.RoleLead}
	return access.Caller{Actor: verification.Actor{Person: id, Roles: roles}, Means: access.BySession}, r, nil
}

func (p *persons) change(id verification.PersonID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rights[id]
	r.Changes++
	p.rights[id] = r
}

// desk is two gateways over one store and one clock.
type desk struct {
	now     time.Time
	set     time.Duration // by how much somebody set the clock ahead
	store   *sessiontest.Fake
	persons *persons
	a, b    *session.Book
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{now: noon, store: sessiontest.NewFake(), persons: &persons{rights: map[verification.PersonID]access.Rights{"p_1": {}, "p_2": {}}}}
	parts := session.Parts{Store: d.store, Sealer: sealer{}, Persons: d.persons, Now: func() time.Time { return d.now }}
	parts.Elapsed = func() time.Duration { return d.now.Sub(noon) - d.set }
	d.a, d.b = session.NewBook(parts), session.NewBook(parts)
	d.catch(t)
	return d
}

func (d *desk) catch(t *testing.T) {
	t.Helper()
	if err := errors.Join(d.a.Catch(t.Context()), d.b.Catch(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) begin(t *testing.T) (string, session.Open) {
	t.Helper()
	token, open, err := d.a.Begin(t.Context(), session.Begin("p_1", session.ByAccount, access.Rights{}, d.now))
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal(), open
}

// pass lets time go by with the store heard.
func (d *desk) pass(t *testing.T, by time.Duration) {
	t.Helper()
	d.now = d.now.Add(by)
	d.catch(t)
}

func TestASessionIsOverWhenItIsIdleAndWhenItIsOld(t *testing.T) {
	t.Parallel()
	s := session.Begin("p_1", session.ByAccount, access.Rights{}, noon)
	for after, want := range map[time.Duration]bool{
		0: false, session.Idle - 1: false, session.Idle: true, time.Hour: true,
	} {
		if got := s.Over(noon.Add(after)); got != want {
			t.Errorf("after %s without a call: %t", after, got)
		}
	}
	at := noon
	for ; at.Before(noon.Add(session.Absolute)); at = at.Add(10 * time.Minute) {
		if s.Over(at) {
			t.Fatalf("over at %s though it is used", at)
		}
		s, _ = s.Touched(at)
	}
	if !s.Over(at) || !s.EndsAt().Equal(noon.Add(10*time.Hour)) {
		t.Errorf("not over after ten hours of use")
	}
}

func TestACallIsNotedOnceAMinuteAndAProofHoldsFive(t *testing.T) {
	t.Parallel()
	s := session.Begin("p_1", session.ByAccount, access.Rights{}, noon)
	if _, worth := s.Touched(noon.Add(time.Minute - 1)); worth {
		t.Error("every call is written")
	}
	touched, worth := s.Touched(noon.Add(time.Minute))
	if !worth || !touched.IdleAt().Equal(noon.Add(time.Minute+session.Idle)) {
		t.Errorf("%+v", touched)
	}
	if !touched.ProvedAt(noon.Add(session.Fresh-1)) || touched.ProvedAt(noon.Add(session.Fresh)) {
		t.Error("a proof holds five minutes, and a call is none")
	}
	renewed := touched.Renewed(access.Rights{Changes: 3}, noon.Add(time.Hour))
	if !renewed.ProvedAt(noon.Add(time.Hour+session.Fresh-1)) || renewed.EndsAt() != s.EndsAt() || renewed.Rights.Changes != 3 {
		t.Errorf("%+v", renewed)
	}
}

func TestWhatWasNotDrawnHereIsNoToken(t *testing.T) {
	t.Parallel()
	token, err := session.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text := token.Reveal()
	if again, ok := session.ParseToken(text); !ok || again.ID() != token.ID() {
		t.Error("a token does not read back")
	}
	for _, forged := range []string{"", text[:42], text + "A", strings.Repeat("!", 43), text[:42] + "\n", text[:42] + "B"} {
		if got, ok := session.ParseToken(forged); ok && got.ID() == token.ID() {
			t.Errorf("%q is taken for it", forged)
		}
	}
	said := fmt.Sprintf("%v %+v %#v %s %q %d", token, token, token, token, token, token)
	form, err := json.Marshal(token)
	if strings.Contains(said+string(form), text[:20]) || err != nil {
		t.Errorf("it shows itself: %s %s", said, form)
	}
}

func TestASessionHoldsAtEveryGatewayUntilItEndsAtAny(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, open := d.begin(t)
	if open.Caller.Person != "p_1" || open.Caller.Means != access.BySession {
		t.Errorf("%+v", open.Caller)
	}
	if _, err := d.b.Find(token); !errors.Is(err, session.ErrNone) {
		t.Errorf("before it was read: %v", err)
	}
	d.pass(t, time.Second)
	if got, err := d.b.Find(token); err != nil || got.ID != open.ID {
		t.Fatalf("at the other gateway: %v", err)
	}
	if err := d.b.End(t.Context(), open.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.b.Find(token); !errors.Is(err, session.ErrNone) {
		t.Errorf("where it was ended: %v", err)
	}
	d.a.Touch(t.Context(), open) // at the first, which has not heard yet
	d.pass(t, 2*time.Second)
	d.a.Touch(t.Context(), open)
	for _, book := range []*session.Book{d.a, d.b} {
		if _, err := book.Find(token); !errors.Is(err, session.ErrNone) {
			t.Errorf("after its end: %v", err)
		}
	}
}

func TestAStateUnderWayBringsNoEndedSessionBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, open := d.begin(t)
	late, some, err := d.store.Next(t.Context(), 0) // read, and not taken yet
	if err != nil || !some {
		t.Fatal(err)
	}
	if err := d.a.End(t.Context(), open.ID); err != nil {
		t.Fatal(err)
	}
	session.Take(d.a, late)
	if _, err := d.a.Find(token); !errors.Is(err, session.ErrNone) {
		t.Errorf("got %v", err)
	}
}

func TestAChangeOfRightsEndsEverySessionWithoutAWord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, open := d.begin(t)
	d.persons.change("p_2")
	if _, err := d.a.Find(token); err != nil {
		t.Fatalf("another's rights changed: %v", err)
	}
	d.persons.change("p_1")
	if _, err := d.a.Find(token); !errors.Is(err, session.ErrNone) {
		t.Errorf("got %v", err)
	}
	if _, err := d.a.Holds(open.ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("what goes on: %v", err)
	}
	if len(d.a.Of("p_1")) != 0 {
		t.Error("it is listed still")
	}
}

func TestAGatewayThatIsBehindDoesNotCallASessionEnded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, _, err := d.a.Begin(t.Context(), session.Begin("p_1", session.ByAccount, access.Rights{Changes: 1}, d.now))
	if !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestTheEndOfIdlenessAndOfADayHoldInTheBook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, open := d.begin(t)
	d.pass(t, 10*time.Minute)
	d.a.Touch(t.Context(), open)
	d.pass(t, 10*time.Minute)
	if _, err := d.b.Find(token); err != nil {
		t.Fatalf("the other gateway does not know that it was used: %v", err)
	}
	d.pass(t, 5*time.Minute)
	if _, err := d.b.Find(token); !errors.Is(err, session.ErrNone) {
		t.Errorf("idle for 15 minutes: %v", err)
	}
}

func TestABookThatHearsNothingAnswersNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, _ := d.begin(t)
	d.pass(t, time.Second)
	d.store.Away(session.ErrUnavailable)
	d.now = d.now.Add(4 * time.Second)
	if err := d.b.Catch(t.Context()); !errors.Is(err, session.ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	if _, err := d.b.Find(token); err != nil {
		t.Errorf("within four seconds: %v", err)
	}
	d.now = d.now.Add(time.Nanosecond)
	if _, err := d.b.Find(token); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("after that: %v", err)
	}
	d.store.Away(nil)
	d.catch(t)
	if _, err := d.b.Find(token); err != nil {
		t.Errorf("once it hears again: %v", err)
	}
}

func TestAClockThatIsSetAheadMakesNoSessionUnavailable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, _ := d.begin(t)
	d.now, d.set = d.now.Add(8*time.Minute), 8*time.Minute
	if _, err := d.a.Find(token); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestWhoeverWritesToTheStoreMakesNoSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, open := d.begin(t)
	mine, err := session.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(session.Begin("p_2", session.ByAccount, access.Rights{}, noon))
	if err != nil {
		t.Fatal(err)
	}
	for name, state := range map[string][]byte{
		"in clear":          plain,
		"copied from a one": d.store.State(open.ID),
	} {
		d.store.Forge(mine.ID(), state)
		d.pass(t, time.Second)
		if _, err := d.a.Find(mine.Reveal()); !errors.Is(err, session.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The record grants roles. A provider's claims choose among them, where they are mapped, and add none.
func TestAProviderLeavesOfTheRolesWhatItsClaimsName(t *testing.T) {
	t.Parallel()
	granted := []verification.Role{verification.RoleDesk, verification.RoleLead}
	for name, test := range map[string]struct {
		mapped bool
		claims []verification.Role
		want   []verification.Role
	}{
		"not mapped":           {false, nil, granted},
		"one of them":          {true, []verification.Role{verification.RoleLead}, granted[1:]},
		"none of them":         {true, nil, nil},
		"one that is not hers": {true, []verification.Role{verification.RoleAuditor, verification.RoleDesk}, granted[:1]},
	} {
		d := newDesk(t)
		proved := session.Begin("p_1", session.ByProvider, access.Rights{}, d.now).At(session.Provenance{Asked: d.now, Mapped: test.mapped, Roles: test.claims})
		token, _, err := d.a.Begin(t.Context(), proved)
		if err != nil {
			t.Fatal(err)
		}
		d.pass(t, time.Second)
		for _, book := range []*session.Book{d.a, d.b} {
			if open, err := book.Find(token.Reveal()); err != nil || !slices.Equal(open.Caller.Roles, test.want) {
				t.Errorf("%s: %v, %v", name, open.Caller.Roles, err)
			}
		}
	}
}

func TestARotatedSessionHasAnotherTokenAndTheOldOneNone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, open := d.begin(t)
	next, again, err := d.a.Rotate(t.Context(), open, open.Renewed(access.Rights{}, d.now))
	if err != nil || next.Reveal() == token || again.ID == open.ID {
		t.Fatalf("%v", err)
	}
	if _, err := d.a.Find(token); !errors.Is(err, session.ErrNone) {
		t.Errorf("the old one: %v", err)
	}
	if _, err := d.a.Find(next.Reveal()); err != nil {
		t.Errorf("the new one: %v", err)
	}
}

func TestSigningOutEverywhereEndsWhatOthersHaveOnlyJustBegun(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, _ := d.begin(t)
	d.now = d.now.Add(time.Second)
	two, _ := d.begin(t)
	other, _, err := d.a.Begin(t.Context(), session.Begin("p_2", session.ByAccount, access.Rights{}, d.now))
	if err != nil {
		t.Fatal(err)
	}
	if own := d.a.Of("p_1"); len(own) != 2 || own[0].Began.Before(own[1].Began) || own[0].ID.Short() == own[1].ID.Short() {
		t.Errorf("%+v", own)
	}
	if err := d.b.EndAll(t.Context(), "p_1"); err != nil {
		t.Fatal(err)
	}
	d.pass(t, time.Second)
	for _, token := range []string{one, two} {
		if _, err := d.a.Find(token); !errors.Is(err, session.ErrNone) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := d.a.Find(other.Reveal()); err != nil {
		t.Errorf("another person's: %v", err)
	}
}

// A sign-in is told at the next one, at whichever gateway: its time, its way and whence it came, and no word of a sign-in that
// a gateway of this record did not write.
func TestASignInIsToldAtTheNextOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	comes := func(b *session.Book, from string) session.Open {
		t.Helper()
		_, open, err := b.SignIn(t.Context(), session.Begin("p_1", session.ByAccount, access.Rights{}, d.now).Opened(from))
		if err != nil {
			t.Fatal(err)
		}
		return open
	}
	one := comes(d.a, "192.0.2.1")
	if one.Before != (session.SignIn{}) {
		t.Errorf("the first sign-in knows one before: %+v", one.Before)
	}
	d.pass(t, 3*time.Hour)
	two := comes(d.b, "192.0.2.2")
	if want := (session.SignIn{At: noon, Way: session.ByAccount, From: "192.0.2.1"}); two.Before != want {
		t.Errorf("told %+v, want %+v", two.Before, want)
	}
	d.pass(t, time.Minute)
	_, renewed, err := d.a.Rotate(t.Context(), two, two.Renewed(two.Rights, d.now))
	if err != nil || renewed.Before != two.Before || renewed.From != "192.0.2.2" {
		t.Errorf("after a proof it is %+v from %s: %v", renewed.Before, renewed.From, err)
	}
	if three := comes(d.a, "192.0.2.3"); three.Before.From != "192.0.2.2" || !three.Before.At.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("a proof counts as a sign-in: %+v", three.Before)
	}
	if err := d.store.NoteSignIn(t.Context(), "p_1", []byte(`last sign-in of p_2|{"at":"2021-09-01T00:00:00Z"}`), time.Hour); err != nil {
		t.Fatal(err)
	}
	if forged := comes(d.a, "192.0.2.4"); forged.Before != (session.SignIn{}) {
		t.Errorf("another's sign-in is told as one's own: %+v", forged.Before)
	}
	d.store.Away(session.ErrUnavailable)
	if _, _, err := d.a.SignIn(t.Context(), session.Begin("p_1", session.ByAccount, access.Rights{}, d.now)); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("with the store away: %v", err)
	}
}
