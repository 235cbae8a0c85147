package signin_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/limit"
	"verigate/internal/session"
	"verigate/internal/session/sessiontest"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

var start = time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)

// registry is the record of one person, in memory.
type registry struct {
	mu   sync.Mutex
	ring *access.Keyring
	now  func() time.Time
}

func (r *registry) Principal(_ context.Context, by verification.Actor, id verification.PersonID, c access.Command) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, _ := r.ring.Principal(id)
	s := verification.Stamp{At: r.now(), By: by, Command: "c"}
	events, err := access.Decide(p, s, c)
	if err != nil || len(events) == 0 {
		return err
	}
	return r.ring.Apply(id, p.Version, access.Decision{Stamp: s, Events: events})
}

// sealer hides nothing: what a session is sealed with is tested where it is written.
type sealer struct{}

func (sealer) Seal(_ string, plain []byte) ([]byte, error)  { return plain, nil }
func (sealer) Open(_ string, sealed []byte) ([]byte, error) { return sealed, nil }

// room is a desk with one account, "lan", whose first password has just been handed over.
type room struct {
	*signin.Desk
	now   time.Time
	store *sessiontest.Fake
	reg   *registry
	first string
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{now: start, store: sessiontest.NewFake()}
	now := func() time.Time { return r.now }
	ring := access.NewKeyring()
	r.reg = &registry{ring: ring, now: now}
	hasher := account.NewHasher(account.Cost{Memory: 64, Passes: 1, Lanes: 1}, 2)
	book := session.NewBook(session.Parts{Store: r.store, Sealer: sealer{}, Persons: ring, Now: now, Elapsed: func() time.Duration { return r.now.Sub(start) }})
	r.Desk = signin.New(signin.Parts{
		Book: book, Codes: r.store, Persons: ring, Registry: r.reg, Hasher: hasher, Throttle: limit.NewThrottle(now), Now: now,
	})
	r.first = r.account(t, "p_1", "lan")
	r.pass(t, 0)
	return r
}

// account makes a person whose account two operators opened, and gives its first password.
func (r *room) account(t *testing.T, id verification.PersonID, name string) string {
	t.Helper()
	half := func() account.Half {
		h, err := account.NewHalf(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, two := half(), half()
	r.does(t, "p_a", id, access.CreatePrincipal{Person: id, Label: name, Unit: verification.DeskUnit})
	r.does(t, "p_a", id, access.ProposeIdentity{Identity: "i1", Account: name, First: one.Hash()})
	r.does(t, "p_b", id, access.BindIdentity{Identity: "i1", Second: two.Hash()})
	return string(one + "-" + two)
}

func (r *room) does(t *testing.T, operator, on verification.PersonID, c access.Command) {
	t.Helper()
	by := verification.Actor{Person: operator, Roles: []verification.Role{verification.RoleOperator}}
	if err := r.reg.Principal(t.Context(), by, on, c); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

// pass lets time go by, with the store heard.
func (r *room) pass(t *testing.T, by time.Duration) {
	t.Helper()
	r.now = r.now.Add(by)
	if err := r.Book.Catch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (r *room) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, r.now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

const chosen = "một hai ba bốn năm"

// enrolled goes through the first sign-in, and returns the secret of the second factor with the recovery codes.
func (r *room) enrolled(t *testing.T) (signin.Signed, string, []account.Half) {
	t.Helper()
	signed, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: r.first, Source: "s"})
	if err != nil {
		t.Fatal(err)
	}
	signed, err = r.ChangePassword(t.Context(), signed.Open, signin.Attempt{Password: r.first, Source: "s"}, chosen)
	if err != nil {
		t.Fatal(err)
	}
	factor, err := r.BeginFactor(t.Context(), signed.Open)
	if err != nil {
		t.Fatal(err)
	}
	open, err := r.Book.Holds(signed.ID)
	if err != nil {
		t.Fatal(err)
	}
	signed, codes, err := r.ConfirmFactor(t.Context(), open, r.code(t, factor.Secret))
	if err != nil {
		t.Fatal(err)
	}
	return signed, factor.Secret, codes
}

func TestAFirstSignInReachesTheOwnAccountUntilItIsTheOwners(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	first, err := r.SignIn(t.Context(), signin.Attempt{Name: " LAN ", Password: strings.ToUpper(r.first), Source: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if needs := r.Needs(first.Open); len(needs) != 2 || needs[0] != signin.NeedPassword || needs[1] != signin.NeedFactor {
		t.Errorf("needs %v", needs)
	}
	if _, err := r.ChangePassword(t.Context(), first.Open, signin.Attempt{Password: r.first, Source: "s"}, "short"); !isFlaw(err) {
		t.Errorf("got %v", err)
	}
	r = newRoom(t)
	signed, _, codes := r.enrolled(t)
	if needs := r.Needs(signed.Open); len(needs) != 0 || len(codes) != 10 {
		t.Errorf("needs %v, %d codes", needs, len(codes))
	}
	if _, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: r.first, Source: "s"}); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("the first password opens still: %v", err)
	}
}

func isFlaw(err error) bool {
	var flaw *signin.FlawError
	return errors.As(err, &flaw)
}

func TestWhoeverIsRefusedGetsOneAnswer(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	_, secret, _ := r.enrolled(t)
	r.pass(t, time.Minute)
	good := r.code(t, secret)
	waits := r.account(t, "p_2", "waits")
	r.does(t, "p_a", "p_2", access.DisablePrincipal{Reason: "left"})
	for name, a := range map[string]signin.Attempt{
		"nobody's name":        {Name: "nobody", Password: chosen, Code: good},
		"no name":              {Password: chosen, Code: good},
		"a wrong password":     {Name: "lan", Password: chosen + "!", Code: good},
		"no password":          {Name: "lan", Code: good},
		"no code":              {Name: "lan", Password: chosen},
		"a wrong code":         {Name: "lan", Password: chosen, Code: "000000"},
		"a code of no one":     {Name: "lan", Password: chosen, Code: "aaaa-bbbb-cccc-dddd"},
		"the first password":   {Name: "lan", Password: r.first, Code: good},
		"of somebody who left": {Name: "waits", Password: waits},
	} {
		a.Source = name
		if _, err := r.SignIn(t.Context(), a); err != signin.ErrRefused { //nolint:errorlint // the very same, wrapping nothing
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: chosen, Code: good, Source: "s"}); err != nil {
		t.Errorf("what was refused spent the code: %v", err)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	_, secret, recovery := r.enrolled(t)
	r.pass(t, time.Minute)
	a := signin.Attempt{Name: "lan", Password: chosen, Code: r.code(t, secret), Source: "s"}
	if _, err := r.SignIn(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	r.pass(t, 10*time.Second)
	if _, err := r.SignIn(t.Context(), a); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("a code again within its time: %v", err)
	}
	r.pass(t, time.Second) // as long waits who failed
	a.Code = strings.ToUpper(string(recovery[3]))
	if _, err := r.SignIn(t.Context(), a); err != nil {
		t.Fatalf("a recovery code: %v", err)
	}
	if _, err := r.SignIn(t.Context(), a); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("a recovery code again: %v", err)
	}
	r.pass(t, time.Second)
	a.Code = string(recovery[4])
	if _, err := r.SignIn(t.Context(), a); err != nil {
		t.Errorf("another recovery code: %v", err)
	}
}

func TestTheCodeThatEnrolledSignsNobodyIn(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	_, secret, _ := r.enrolled(t)
	if _, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: chosen, Code: r.code(t, secret), Source: "s"}); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestAProofGoesOnUnderAnotherTokenAndIsFresh(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	signed, secret, _ := r.enrolled(t)
	r.pass(t, 6*time.Minute)
	open, err := r.Book.Find(signed.Token.Reveal())
	if err != nil || open.ProvedAt(r.now) {
		t.Fatalf("fresh for ever: %v", err)
	}
	if _, err := r.Reauthenticate(t.Context(), open, signin.Attempt{Password: chosen, Source: "s"}); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("without a code: %v", err)
	}
	r.pass(t, time.Second)
	next, err := r.Reauthenticate(t.Context(), open, signin.Attempt{Password: chosen, Code: r.code(t, secret), Source: "s"})
	if err != nil || !next.ProvedAt(r.now) || next.Began != open.Began {
		t.Fatalf("%+v, %v", next, err)
	}
	if _, err := r.Book.Find(signed.Token.Reveal()); !errors.Is(err, session.ErrNone) {
		t.Errorf("the old token: %v", err)
	}
}

func TestAChangedPasswordEndsEveryOtherSession(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	one, secret, _ := r.enrolled(t)
	r.pass(t, time.Minute)
	two, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: chosen, Code: r.code(t, secret), Source: "s"})
	if err != nil {
		t.Fatal(err)
	}
	r.pass(t, time.Minute)
	open, err := r.Book.Find(two.Token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	a := signin.Attempt{Password: chosen, Code: r.code(t, secret), Source: "s"}
	three, err := r.ChangePassword(t.Context(), open, a, "sáu bảy tám chín mười")
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]session.Token{"another": one.Token, "its own old one": two.Token} {
		if _, err := r.Book.Find(token.Reveal()); !errors.Is(err, session.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Book.Find(three.Token.Reveal()); err != nil {
		t.Error(err)
	}
}

func TestASecondFactorIsEnrolledByShowingACodeOfIt(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	signed, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: r.first, Source: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.ConfirmFactor(t.Context(), signed.Open, "000000"); !errors.Is(err, signin.ErrNothingEnrolled) {
		t.Errorf("got %v", err)
	}
	if _, err := r.BeginFactor(t.Context(), signed.Open); err != nil {
		t.Fatal(err)
	}
	open, err := r.Book.Holds(signed.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.ConfirmFactor(t.Context(), open, "000000"); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("got %v", err)
	}
	if p, _ := r.Persons.Principal("p_1"); len(p.Local.Factor) != 0 {
		t.Error("it was enrolled")
	}
}

func TestGuessingFromOneSourceIsSlowedAndTheOwnerIsNot(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	_, secret, _ := r.enrolled(t)
	r.pass(t, time.Minute)
	guess := signin.Attempt{Name: "lan", Password: "guess", Source: "attacker"}
	var slowed *signin.ThrottledError
	refused := 0
	for n := range 20 {
		guess.Name = []string{"lan", " Lan", "LAN "}[n%3] // other spellings are the same account
		switch _, err := r.SignIn(t.Context(), guess); {
		case errors.Is(err, signin.ErrRefused):
			refused++
		case !errors.As(err, &slowed) || slowed.Wait <= 0:
			t.Fatalf("got %v", err)
		}
	}
	if refused != 1 {
		t.Errorf("%d of 20 guesses at once were looked at", refused)
	}
	if _, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: chosen, Code: r.code(t, secret), Source: "s"}); err != nil {
		t.Errorf("the owner is locked out: %v", err)
	}
	r.pass(t, slowed.Wait)
	if _, err := r.SignIn(t.Context(), guess); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("for ever: %v", err)
	}
}

// patient lets everything be looked at.
type patient struct{}

func (patient) Allow(string, string) (time.Duration, bool) { return 0, true }
func (patient) Failed(string, string)                      {}
func (patient) Succeeded(string, string)                   {}

// TestARefusalTakesOneHashWhoeverIsMeant: whoever measures does not learn which names there are. Attempts take turns, so
// that a busy machine is busy for all of them alike.
func TestARefusalTakesOneHashWhoeverIsMeant(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.enrolled(t)
	waits := r.account(t, "p_2", "waits")
	r.Throttle = patient{} // the throttle is not what is measured
	r.Hasher = account.NewHasher(account.Cost{Memory: 4 << 10, Passes: 1, Lanes: 1}, 1)
	if hashed, err := r.Hasher.Hash(t.Context(), chosen); err != nil {
		t.Fatal(err)
	} else if err := r.reg.Principal(t.Context(), verification.Actor{Person: "p_1"}, "p_1", access.SetPassword{Password: hashed}); err != nil {
		t.Fatal(err)
	}
	kinds := []signin.Attempt{
		{Name: "nobody", Password: chosen},
		{Name: "lan", Password: "wrong"},
		{Name: "lan", Password: chosen, Code: "000000"},
		{Name: "waits", Password: waits[1:]},
		{Name: "not a name at all!", Password: chosen},
	}
	took := make([][]time.Duration, len(kinds))
	for range 40 {
		for i, a := range kinds {
			began := time.Now()
			if _, err := r.SignIn(t.Context(), a); !errors.Is(err, signin.ErrRefused) {
				t.Fatal(err)
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	for i := range kinds[1:] { // without the hash it would be a hundredth
		if ratio := float64(slices.Min(took[i+1])) / float64(slices.Min(took[0])); ratio < 0.5 || ratio > 2 {
			t.Errorf("%s takes %.2f of what nobody's name takes", kinds[i+1].Name, ratio)
		}
	}
}
