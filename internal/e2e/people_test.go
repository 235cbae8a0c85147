package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/app"
	"verigate/internal/config"
)

// house is a gateway that is no demonstration, with two operators and whoever they admit. Its clock goes as ours does, as a
// rule in the days of the departments that its stories are about.
type house struct {
	*world
	now       func() time.Time
	stores    config.Stores
	operators [2]string // files that prove who acts
}

func then() time.Time {
	return time.Now().Add(time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC).Sub(start))
}

var start = time.Now()

// said runs a command that must succeed, and returns its lines.
func (h *house) said(operator int, args ...string) []string {
	h.t.Helper()
	code, said := h.tries(operator, args...)
	if code != 0 {
		h.t.Fatalf("verigate %s: exit %d\n%s", args, code, said)
	}
	return strings.Split(strings.TrimSpace(said), "\n")
}

// tries runs a command as an operator, 1 or 2, or as the console, 0.
func (h *house) tries(operator int, args ...string) (int, string) {
	h.t.Helper()
	if operator > 0 {
		args = append(args, "--credential", h.operators[operator-1])
	}
	return command(h.t, append(args, "--data", h.stores.Data)...)
}

// refused runs a command that must fail and say why.
func (h *house) refused(why string, operator int, args ...string) {
	h.t.Helper()
	if code, said := h.tries(operator, args...); code != 1 || !strings.Contains(said, why) {
		h.t.Errorf("verigate %s by %d: exit %d, want 1 and %q\n%s", args, operator, code, why, said)
	}
}

// opens starts the gateway.
func (h *house) opens() {
	h.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(h.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.t.Context()))
	var parts *app.Parts
	eventually(h.t, startsWithin, func() error { // a command that is being started holds the lock of the last one for a moment
		parts, err = app.Open(ctx, app.Options{Stores: h.stores, Now: h.now, Log: slog.New(slog.DiscardHandler)})
		return err
	})
	ended := make(chan error, 1)
	go func() { ended <- parts.Run(ctx, app.Listeners{API: l}, drain) }()
	h.world = &world{t: h.t, url: "http://" + l.Addr().String(), parts: parts}
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-ended, parts.Close()); err != nil {
			h.t.Errorf("stop: %v", err)
		}
	})
	h.t.Cleanup(h.stop)
	eventually(h.t, startsWithin, func() error { // commands find it by its socket
		_, err := os.Stat(filepath.Join(h.stores.Data, "admin.sock"))
		return err
	})
}

// found makes a house: the console makes two operators and no third.
func found(t *testing.T, s config.Stores) *house {
	t.Helper()
	return foundOn(t, s, then)
}

// foundOn is found by another clock.
func foundOn(t *testing.T, s config.Stores, now func() time.Time) *house {
	t.Helper()
	s.Data, s.Replicas = filepath.Join(t.TempDir(), "data"), 1
	h := &house{world: &world{t: t}, now: now, stores: s}
	h.opens()
	h.operated()
	h.refused("two operators are enough", 0, "person", "create", "--label", "Operator 3", "--unit", "A1K1", "--operator")
	return h
}

// operated makes two operators.
func (h *house) operated() {
	h.t.Helper()
	for i := range h.operators {
		lines := h.said(0, "person", "create", "--label", fmt.Sprintf("Operator %d", i+1), "--unit", "A1K1", "--operator")
		h.operators[i] = filepath.Join(h.t.TempDir(), "key")
		if err := os.WriteFile(h.operators[i], []byte(lines[1]+"\n"), 0o600); err != nil {
			h.t.Fatal(err)
		}
	}
}

// staff is a person with an account.
type staff struct {
	h        *house
	id       string
	name     string
	password string
	secret   string
	recovery []string
	cookie   string
}

// admit makes a person with a role for half a year, and an account.
func (h *house) admit(name, unit, role string) *staff {
	h.t.Helper()
	id := h.appoint(name, unit, role)
	proposed := h.said(1, "person", "propose-identity", id, "--account", name)
	bound := h.said(2, "person", "confirm-identity", id, proposed[1])
	return &staff{h: h, id: id, name: name, password: proposed[2] + "-" + bound[2]}
}

// appoint makes a person with roles for half a year.
func (h *house) appoint(name, unit string, roles ...string) string {
	h.t.Helper()
	id := h.said(1, "person", "create", "--label", "Officer "+name, "--unit", unit)[0]
	until := h.parts.Now().AddDate(0, 6, 0).Format(time.DateOnly)
	for _, role := range roles {
		grant := h.said(1, "person", "propose-grant", id, "--role", role, "--until", until, "--reason", "on the roster")[1]
		h.said(2, "person", "confirm-grant", id, grant)
	}
	return id
}

// do calls the API by the cookie, and keeps what the answer sets.
func (s *staff) do(method, path string, body any) call {
	s.h.t.Helper()
	c, err := try(s.h.t.Context(), s.h.url, "", method, path, body, "Cookie", s.cookie)
	if err != nil {
		s.h.t.Fatal(err)
	}
	for _, set := range (&http.Response{Header: c.Header}).Cookies() {
		s.cookie = set.Name + "=" + set.Value
	}
	return c
}

func (s *staff) must(status int, method, path string, body any) call {
	s.h.t.Helper()
	c := s.do(method, path, body)
	if c.Status != status {
		s.h.t.Fatalf("%s %s by %s: status %d, want %d\n%s", method, path, s.name, c.Status, status, c.Raw)
	}
	return c
}

func (s *staff) code() string {
	s.h.t.Helper()
	code, err := totp.GenerateCode(s.secret, s.h.now())
	if err != nil {
		s.h.t.Fatal(err)
	}
	return code
}

// settle signs in for the first time and finishes the account.
func (s *staff) settle() *staff {
	s.h.t.Helper()
	const chosen = "mười hai tháng chín 2021"
	s.must(200, http.MethodPost, "/v1/session", map[string]any{"name": s.name, "password": s.password})
	s.must(403, http.MethodGet, "/v1/board", nil)
	s.must(200, http.MethodPut, "/v1/account/password", map[string]any{"password": s.password, "new_password": chosen})
	s.password = chosen
	s.secret = s.must(200, http.MethodPost, "/v1/account/second-factor", map[string]any{}).text("secret")
	var codes struct {
		Codes []string `json:"recovery_codes"`
	}
	enrolled := s.must(200, http.MethodPost, "/v1/account/second-factor/confirmation", map[string]any{"code": s.code()})
	if err := json.Unmarshal(enrolled.Raw, &codes); err != nil || len(codes.Codes) != 10 {
		s.h.t.Fatalf("recovery codes: %v, %s", err, enrolled.Raw)
	}
	s.recovery = codes.Codes
	return s
}

// signIn signs in by a recovery code: the one-time code of these seconds was used at the enrolment.
func (s *staff) signIn() {
	s.h.t.Helper()
	s.cookie = ""
	eventually(s.h.t, 5*time.Second, func() error { // who failed waits for a second
		got := s.do(http.MethodPost, "/v1/session", map[string]any{"name": s.name, "password": s.password, "code": s.recovery[0]})
		if got.Status != 200 {
			return fmt.Errorf("sign in: %d %s", got.Status, got.Raw)
		}
		return nil
	})
	s.recovery = s.recovery[1:]
}

func TestNoOneOpensContentAlone(t *testing.T) {
	t.Parallel()
	h := found(t, config.Stores{})
	h.refused("one operator proposes a grant, another confirms it", 0, "key", "create", "--label", "Duty officer", "--role", "DESK", "--unit", "A1K1")
	h.refused("one operator proposes a grant, another confirms it", 1, "key", "create", "--label", "Duty officer", "--role", "AUDITOR", "--unit", "A1K1")
	id := h.said(0, "person", "create", "--label", "Duty officer", "--unit", "A1K1")[0]
	until := then().AddDate(0, 6, 0).Format(time.DateOnly)
	propose := []string{"person", "propose-grant", id, "--role", "DESK", "--until", until, "--reason", "on the roster"}
	h.refused("the console is nobody", 0, propose...)
	grant := h.said(1, propose...)[1]
	h.refused("another person confirms", 1, "person", "confirm-grant", id, grant)
	h.refused("the console is nobody", 0, "person", "confirm-grant", id, grant)
	h.said(2, "person", "confirm-grant", id, grant)
	h.refused("a person who reads content is given an account", 2, "key", "issue", id)
	own := strings.Fields(h.said(0, "person", "list")[0])[0]
	if code, said := h.tries(1, "person", "propose-grant", own, "--role", "AUDITOR", "--until", until, "--reason", "curious"); code == 0 {
		t.Errorf("an operator audits: %s", said)
	}
	identity := h.said(1, "person", "propose-identity", id, "--account", "duty.1")[1]
	h.refused("another person binds", 1, "person", "confirm-identity", id, identity)
	listed := strings.Join(h.said(0, "person", "list"), "\n")
	for _, want := range []string{"DESK", grant, "confirmed by", "account duty.1  proposed by", "waits for a second person"} {
		if !strings.Contains(listed, want) {
			t.Errorf("the list does not say %q:\n%s", want, listed)
		}
	}
	wrong := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(wrong, []byte("vg_0000000000000000_"+strings.Repeat("A", 43)), 0o600); err != nil {
		t.Fatal(err)
	}
	h.operators[0] = wrong
	h.refused("does not prove who acts", 1, "person", "list")
	if err := os.Chmod(wrong, 0o644); err != nil {
		t.Fatal(err)
	}
	h.refused("may be read by others", 1, "person", "list")
}

func TestPeopleSignInAndWorkWithoutRedis(t *testing.T) {
	t.Parallel()
	redis := redisServer(t)
	h := found(t, config.Stores{Redis: redis.addr})
	h.said(1, "partner", "add", "NG", "IP Abuja", "--country", "NG")
	partner := h.said(1, "key", "create", "--label", "IP Abuja", "--role", "PARTNER", "--partner", "NG", "--system")[1]
	editor, reviewer := h.admit("editor", "A1K1", "DESK").settle(), h.admit("reviewer", "A1K1", "DESK").settle()
	officer := h.admit("officer", "03", "UNIT").settle()

	redis.goes()
	for _, s := range []*staff{editor, reviewer, officer} {
		s.signIn()
	}
	created := h.must(201, partner, http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	id, at := created.text("id"), created.Header.Get("Location")
	editor.must(200, http.MethodPost, at+"/claim", map[string]any{})
	officer.must(200, http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	officer.must(200, http.MethodPost, "/v1/tasks/"+id+"-01/answer", []byte(sample(t, 3)))
	prepared := editor.must(200, http.MethodPut, at+"/package", map[string]any{"kind": "final", "conditions_of_use": "H2"})
	hash := map[string]any{"hash": prepared.text("hash")}
	if same := editor.must(409, http.MethodPost, at+"/release", hash); same.text("code") != "same_person" {
		t.Errorf("the editor releases: %s", same.Raw)
	}
	reviewer.must(200, http.MethodPost, at+"/release", hash)
	if got := h.must(200, partner, http.MethodGet, at, nil); got.text("status") != "answered" {
		t.Errorf("%s", got.Raw)
	}
}

func TestASessionAndAUsedCodeSurviveARestartAndEndWithTheRole(t *testing.T) {
	t.Parallel()
	h := found(t, config.Stores{})
	s := h.admit("lan", "A1K1", "DESK").settle()
	s.cookie = ""
	used := s.code()
	replay := map[string]any{"name": s.name, "password": s.password, "code": used}
	began := time.Now()
	first := s.do(http.MethodPost, "/v1/session", replay)
	if first.Status == 200 { // the step has changed since the enrolment
		began = time.Now()
	}
	s.signIn()
	h.stop()
	h.opens()
	if time.Since(began) < 30*time.Second {
		cookie := s.cookie
		s.cookie = ""
		if again := s.must(401, http.MethodPost, "/v1/session", replay); again.text("code") != "sign_in_refused" {
			t.Errorf("%s", again.Raw)
		}
		s.cookie = cookie
	}
	eventually(t, 5*time.Second, func() error {
		if got := s.do(http.MethodGet, "/v1/session", nil); got.Status != 200 {
			return fmt.Errorf("after the restart: %d %s", got.Status, got.Raw)
		}
		return nil
	})
	grant := ""
	for _, line := range h.said(0, "person", "list") {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "grant" && fields[2] == "DESK" {
			grant = fields[1]
		}
	}
	h.said(1, "person", "end-grant", s.id, grant, "--reason", "moved")
	ended := time.Now()
	if got := s.must(401, http.MethodGet, "/v1/session", nil); got.text("code") != "unauthenticated" || time.Since(ended) > 5*time.Second {
		t.Errorf("%s", got.Raw)
	}
}
