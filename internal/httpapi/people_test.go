package httpapi_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/limit"
	"verigate/internal/marking"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/session"
	"verigate/internal/session/sessiontest"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

// sealer is what app seals sessions with.
type sealer struct{ names *seal.Names }

func (s sealer) Seal(boundTo string, plain []byte) ([]byte, error) {
	sealed, err := s.names.SealCursor(boundTo, plain)
	return []byte(sealed), err
}

func (s sealer) Open(boundTo string, sealed []byte) ([]byte, error) {
	return s.names.OpenCursor(boundTo, string(sealed))
}

// people is where the rig's people sign in.
func (r *rig) people(t *testing.T) *signin.Desk {
	t.Helper()
	hasher := account.NewHasher(account.Cost{Memory: 64, Passes: 1, Lanes: 1}, 4)
	r.sessions = sessiontest.NewFake()
	keyring := r.registry.Keyring()
	r.book = session.NewBook(session.Parts{
		Store: r.sessions, Sealer: sealer{sealtest.Names(t)}, Persons: keyring, Now: r.clock.now,
		Elapsed: func() time.Duration { return r.clock.now().Sub(time.Unix(0, 0)) },
	})
	return signin.New(signin.Parts{
		Book: r.book, Codes: r.sessions, Persons: keyring, Registry: r.registry, Hasher: hasher,
		Throttle: limit.NewThrottle(r.clock.now), Now: r.clock.now,
	})
}

// pass lets time go by, with the sessions' store heard.
func (r *rig) pass(t *testing.T, by time.Duration) {
	t.Helper()
	r.clock.mu.Lock()
	r.clock.at = r.clock.at.Add(by)
	r.clock.mu.Unlock()
	if err := r.book.Catch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// officer is a person with a local account.
type officer struct {
	r        *rig
	id       verification.PersonID
	name     string
	password string
	secret   string // of the second factor; empty: none
	cookie   string // name and value, as a browser sends it back
}

func (r *rig) does(t *testing.T, operator, on verification.PersonID, c access.Command) {
	t.Helper()
	by := verification.Actor{Person: operator, Roles: []verification.Role{verification.RoleOperator}}
	if err := r.registry.Principal(t.Context(), by, on, c); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

// grant opens a role for a year, as two operators do.
func (r *rig) grant(t *testing.T, on verification.PersonID, id access.GrantID, role verification.Role) {
	t.Helper()
	r.does(t, "p_a", on, access.ProposeGrant{Grant: id, Role: role, Until: r.clock.now().AddDate(0, 11, 0), Reason: "on the roster"})
	r.does(t, "p_b", on, access.ConfirmGrant{Grant: id})
}

// member opens every default compartment, as grant does.
func (r *rig) member(t *testing.T, on verification.PersonID) {
	t.Helper()
	for i, name := range marking.Defaults() {
		id := access.GrantID("m" + string(rune('1'+i)))
		in := access.Membership{Compartment: verification.Compartment(name)}
		r.does(t, "p_a", on, access.ProposeGrant{Grant: id, Membership: in, Until: r.clock.now().AddDate(0, 11, 0), Reason: "on the roster"})
		r.does(t, "p_b", on, access.ConfirmGrant{Grant: id})
	}
}

// officer makes somebody whose first password has just been handed over.
func (r *rig) officer(t *testing.T, name string, roles ...verification.Role) *officer {
	t.Helper()
	r.pass(t, 0)
	id := verification.PersonID("p_" + name)
	r.does(t, "p_a", id, access.CreatePrincipal{Person: id, Label: "Officer " + name, Unit: verification.DeskUnit})
	for i, role := range roles {
		r.grant(t, id, access.GrantID("g"+string(rune('1'+i))), role)
	}
	var halves [2]account.Half
	for i := range halves {
		var err error
		if halves[i], err = account.NewHalf(rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	r.does(t, "p_a", id, access.ProposeIdentity{Identity: "i1", Account: name, First: halves[0].Hash()})
	r.does(t, "p_b", id, access.BindIdentity{Identity: "i1", Second: halves[1].Hash()})
	return &officer{r: r, id: id, name: name, password: string(halves[0] + "-" + halves[1])}
}

func (o *officer) code(t *testing.T) string {
	t.Helper()
	if o.secret == "" {
		return "none yet"
	}
	code, err := totp.GenerateCode(o.secret, o.r.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// call is a call by the officer's cookie; what the reply sets is kept as a browser keeps it.
func (o *officer) call(t *testing.T, method, path, body string) reply {
	t.Helper()
	header := map[string]string{}
	if o.cookie != "" {
		header["Cookie"] = o.cookie
	}
	got := o.r.call(t, ask{method: method, path: path, body: body, header: header})
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		o.cookie = c.Name + "=" + c.Value
		if c.MaxAge < 0 {
			o.cookie = ""
		}
	}
	return got
}

func (o *officer) signIn(t *testing.T) reply {
	t.Helper()
	return o.call(t, http.MethodPost, "/v1/session", `{"name":"`+o.name+`","password":"`+o.password+`","code":"`+o.code(t)+`"}`)
}

// settle signs in for the first time, chooses a password and enrols a second factor.
func (o *officer) settle(t *testing.T) {
	t.Helper()
	o.signIn(t).want(t, http.StatusOK)
	const chosen = "một hai ba bốn năm"
	o.call(t, http.MethodPut, "/v1/account/password", `{"password":"`+o.password+`","new_password":"`+chosen+`"}`).want(t, http.StatusOK)
	o.password = chosen
	factor := o.call(t, http.MethodPost, "/v1/account/second-factor", `{}`).want(t, http.StatusOK)
	o.secret = factor.text(t, "secret")
	o.call(t, http.MethodPost, "/v1/account/second-factor/confirmation", `{"code":"`+o.code(t)+`"}`).want(t, http.StatusOK)
	o.r.pass(t, time.Minute) // a code is good once
}

// settled is an officer who is signed in and has nothing left to do for the account.
func (r *rig) settled(t *testing.T, name string, roles ...verification.Role) *officer {
	t.Helper()
	o := r.officer(t, name, roles...)
	o.settle(t)
	return o
}

func TestAFirstSignInReachesTheOwnAccountUntilItIsFinished(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	o := r.officer(t, "lan", verification.RoleDesk)
	got := o.signIn(t).want(t, http.StatusOK)
	r.fits(t, "session", got.body)
	if got.text(t, "person") != "p_lan" || got.text(t, "roles.0") != "DESK" || got.text(t, "needs.0") != "password" || got.text(t, "needs.1") != "second_factor" {
		t.Errorf("signed in as %s", got.body)
	}
	o.call(t, http.MethodGet, "/v1/board", "").problem(t, http.StatusForbidden, "account_unfinished")
	weak := o.call(t, http.MethodPut, "/v1/account/password", `{"password":"`+o.password+`","new_password":"short"}`)
	weak.problem(t, http.StatusUnprocessableEntity, "invalid_body")
	if weak.text(t, "errors.0.pointer") != "/new_password" || weak.text(t, "errors.0.code") != "too_short" {
		t.Errorf("%s", weak.body)
	}
	o.call(t, http.MethodPost, "/v1/account/second-factor/confirmation", `{"code":"000000"}`).problem(t, http.StatusConflict, "nothing_enrolled")
	o = r.settled(t, "minh", verification.RoleDesk)
	eventually(t, "the board is served", func() bool { return o.call(t, http.MethodGet, "/v1/board", "").status == http.StatusOK })
	session := o.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
	r.fits(t, "session", session.body)
	if needs, ok := session.field(t, "needs").([]any); !ok || len(needs) != 0 {
		t.Errorf("needs %v", needs)
	}
	if strings.Contains(r.logged.String(), o.password) || strings.Contains(r.logged.String(), strings.TrimPrefix(o.cookie, "__Host-verigate=")) {
		t.Error("a secret is in the log")
	}
}

func TestTheCookieIsHeldToThisHostAndOutOfReachOfPages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	got := r.officer(t, "lan").signIn(t).want(t, http.StatusOK)
	set := got.header.Values("Set-Cookie")
	if len(set) != 1 {
		t.Fatalf("%d cookies", len(set))
	}
	value, attributes, _ := strings.Cut(set[0], "; ")
	if attributes != "Path=/; HttpOnly; Secure; SameSite=Strict" || !strings.HasPrefix(value, "__Host-verigate=") || len(value) != len("__Host-verigate=")+43 {
		t.Errorf("%s", attributes)
	}
}

func TestWhoeverIsRefusedAtTheDoorGetsOneAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk)
	left := r.officer(t, "left")
	r.does(t, "p_a", "p_left", access.DisablePrincipal{Reason: "left"})
	same := func(body string) reply {
		t.Helper()
		return r.call(t, ask{method: http.MethodPost, path: "/v1/session", body: body, header: map[string]string{"X-Request-Id": "same"}})
	}
	first := same(`{"name":"nobody","password":"x"}`)
	first.problem(t, http.StatusUnauthorized, "sign_in_refused")
	for name, body := range map[string]string{
		"a wrong password":     `{"name":"lan","password":"wrong","code":"` + o.code(t) + `"}`,
		"no code":              `{"name":"lan","password":"` + o.password + `"}`,
		"a wrong code":         `{"name":"lan","password":"` + o.password + `","code":"000000"}`,
		"of somebody who left": `{"name":"left","password":"` + left.password + `"}`,
	} {
		r.pass(t, 31*time.Second) // as long waits who failed often
		got := same(body)
		if string(got.body) != string(first.body) || got.status != first.status || len(got.header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s is told apart: %d %s", name, got.status, got.body)
		}
	}
}

func TestGuessingIsSlowedAndSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.post(t, "", "/v1/session", `{"name":"nobody","password":"x"}`).problem(t, http.StatusUnauthorized, "sign_in_refused")
	got := r.post(t, "", "/v1/session", `{"name":"nobody","password":"x"}`)
	got.problem(t, http.StatusTooManyRequests, "too_many_attempts")
	if got.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
	}
	o := r.officer(t, "lan")
	o.signIn(t).want(t, http.StatusOK)
}

func TestAForgedOrPlantedCookieIsNeverAdopted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	planted, err := session.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o := r.officer(t, "lan")
	o.cookie = "__Host-verigate=" + planted.Reveal()
	o.signIn(t).want(t, http.StatusOK)
	if strings.Contains(o.cookie, planted.Reveal()) {
		t.Fatal("the planted cookie is the session's")
	}
	good, _ := strings.CutPrefix(o.cookie, "__Host-verigate=")
	for name, header := range map[string]map[string]string{
		"planted":               {"Cookie": "__Host-verigate=" + planted.Reveal()},
		"empty":                 {"Cookie": "__Host-verigate="},
		"a changed sign":        {"Cookie": "__Host-verigate=" + strings.Map(func(c rune) rune { return c ^ 1 }, good[:1]) + good[1:]},
		"its name":              {"Cookie": "__Host-verigate=" + string(planted.ID())},
		"two":                   {"Cookie": o.cookie + "; " + o.cookie},
		"with a key":            {"Cookie": o.cookie, "Authorization": "Bearer desk"},
		"as a key":              {"Authorization": "Bearer " + good},
		"under another name":    {"Cookie": "verigate=" + good},
		"in a header of no use": {"X-Session": good},
	} {
		got := r.call(t, ask{method: http.MethodGet, path: "/v1/session", header: header})
		if got.status != http.StatusUnauthorized || got.text(t, "code") != "unauthenticated" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	o.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
}

func TestASecondSignInEndsTheSessionThatTheBrowserHad(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk)
	before := o.cookie
	o.signIn(t).want(t, http.StatusOK)
	again := *o
	again.cookie = before
	again.call(t, http.MethodGet, "/v1/session", "").problem(t, http.StatusUnauthorized, "unauthenticated")
	o.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
}

func TestReleaseAndRecallWantAFreshProof(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk, verification.RoleLead)
	id := r.submit(t, "a")
	release, recall := "/v1/verification-requests/"+id+"/release", "/v1/verification-requests/"+id+"/recall"
	hash := `{"hash":"` + strings.Repeat("0", 64) + `"}`
	o.call(t, http.MethodPost, release, hash).problem(t, http.StatusConflict, "wrong_state")
	r.pass(t, 4*time.Minute)
	o.call(t, http.MethodPost, release, hash).problem(t, http.StatusForbidden, "proof_needed")
	o.call(t, http.MethodPost, recall, `{"reason":"why"}`).problem(t, http.StatusForbidden, "proof_needed")
	o.call(t, http.MethodPost, "/v1/account/second-factor", `{}`).problem(t, http.StatusForbidden, "proof_needed")
	o.call(t, http.MethodPost, "/v1/verification-requests/"+id+"/claim", `{}`).want(t, http.StatusOK)
	before := o.cookie
	o.call(t, http.MethodPost, "/v1/session/reauthentication", `{"password":"wrong"}`).problem(t, http.StatusForbidden, "proof_refused")
	r.pass(t, time.Second)
	o.call(t, http.MethodPost, "/v1/session/reauthentication", `{"password":"`+o.password+`","code":"`+o.code(t)+`"}`).want(t, http.StatusOK)
	if o.cookie == before {
		t.Error("the token is the same after a proof")
	}
	o.call(t, http.MethodPost, release, hash).problem(t, http.StatusConflict, "wrong_state")
}

func TestAChangeOfRolesEndsAllSessionsOfThePersonAndNoOther(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lan, minh := r.settled(t, "lan", verification.RoleDesk), r.settled(t, "minh", verification.RoleDesk)
	other := *lan
	lan.r.pass(t, time.Minute)
	other.cookie = ""
	other.signIn(t).want(t, http.StatusOK)
	r.does(t, "p_a", lan.id, access.EndGrant{Grant: "g1", Reason: "moved"})
	for _, o := range []*officer{lan, &other} {
		o.call(t, http.MethodGet, "/v1/session", "").problem(t, http.StatusUnauthorized, "unauthenticated")
	}
	minh.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
	lan.cookie = ""
	r.pass(t, time.Minute)
	lan.signIn(t).want(t, http.StatusOK)
	lan.call(t, http.MethodPost, "/v1/verification-requests/"+strings.Repeat("0", 26)+"/claim", `{}`).problem(t, http.StatusForbidden, "not_permitted")
}

func TestAPersonSeesAndEndsTheOwnSessions(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lan, minh := r.settled(t, "lan"), r.settled(t, "minh")
	elsewhere := *lan
	elsewhere.cookie = ""
	r.pass(t, time.Minute)
	elsewhere.signIn(t).want(t, http.StatusOK)
	list := lan.call(t, http.MethodGet, "/v1/account/sessions", "").want(t, http.StatusOK)
	r.fits(t, "own-sessions", list.body)
	if items, ok := list.field(t, "items").([]any); !ok || len(items) != 2 || list.field(t, "items.0.current") != nil || list.field(t, "items.1.current") != true {
		t.Errorf("%s", list.body)
	}
	lan.call(t, http.MethodDelete, "/v1/session", "").want(t, http.StatusNoContent)
	if lan.cookie != "" {
		t.Error("the cookie is not taken back")
	}
	elsewhere.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
	r.pass(t, time.Minute)
	lan.signIn(t).want(t, http.StatusOK)
	lan.call(t, http.MethodDelete, "/v1/account/sessions", "").want(t, http.StatusNoContent)
	elsewhere.call(t, http.MethodGet, "/v1/session", "").problem(t, http.StatusUnauthorized, "unauthenticated")
	minh.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
}

func TestNoKeyReachesAnAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.get(t, "desk", "/v1/session").problem(t, http.StatusForbidden, "not_permitted")
	r.get(t, "desk", "/v1/account/sessions").problem(t, http.StatusForbidden, "not_permitted")
}

func TestSessionsThatAreNotHeardOfAreUnavailableAndNotEnded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan")
	r.sessions.Away(session.ErrUnavailable)
	r.clock.mu.Lock()
	r.clock.at = r.clock.at.Add(5 * time.Second)
	r.clock.mu.Unlock()
	got := o.call(t, http.MethodGet, "/v1/session", "")
	got.problem(t, http.StatusServiceUnavailable, "sessions_unavailable")
	if got.header.Get("Retry-After") == "" {
		t.Error("without Retry-After")
	}
	r.sessions.Away(nil)
	r.pass(t, 0)
	o.call(t, http.MethodGet, "/v1/session", "").want(t, http.StatusOK)
}
