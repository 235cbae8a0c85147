package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/tooltest"
)

// openID is npm's oidc-provider in a process of its own.
type openID struct {
	t      *testing.T
	issuer string
	in     io.Writer
	out    *bufio.Scanner
	end    func()
}

// withProvider starts the provider for a gateway that is to listen at an address. Without node, npm or the registry's
// packages a test is left out, and in CI it fails.
func withProvider(t *testing.T, gateway string, groups map[string][]string) *openID {
	t.Helper()
	dir := tooltest.Packages(t, os.DirFS("provider"))
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "node", "provider.mjs")
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said output
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &openID{t: t, issuer: fmt.Sprintf("http://localhost:%d", port), in: in, out: bufio.NewScanner(out)}
	p.end = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	t.Cleanup(p.end)
	p.tells("listens", map[string]any{"port": port, "groups": groups, "client": map[string]any{
		"client_id": "verigate", "client_secret": "of a test", "redirect_uris": []string{gateway + "/sign-in/provider/callback"},
		"grant_types":            []string{"authorization_code", "refresh_token"},
		"backchannel_logout_uri": gateway + "/v1/session/provider/logout", "backchannel_logout_session_required": true,
		"post_logout_redirect_uris": []string{gateway + "/"},
	}})
	return p
}

// tells gives the provider a line, and waits for its word.
func (p *openID) tells(word string, line any) {
	p.t.Helper()
	text, err := json.Marshal(line)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.in.Write(append(text, '\n')); err != nil {
		p.t.Fatal(err)
	}
	for p.out.Scan() {
		if p.out.Text() == word {
			return
		}
	}
	p.t.Fatalf("the provider never says %s", word)
}

// browser is somebody's, as far as the provider's pages need one.
type browser struct {
	t      *testing.T
	client *http.Client
	stop   string // address of the gateway: what goes there is left to the test
}

func newBrowser(t *testing.T, gateway string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, stop: gateway}
	b.client = &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

var (
	action = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
)

// through follows the provider's pages, filling in each form, to the address at the gateway where they lead.
func (b *browser) through(at string, fields map[string]string) *url.URL {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, at, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for range 8 {
		reply, err := b.client.Do(r)
		if err != nil {
			b.t.Fatal(err)
		}
		page, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		if err != nil {
			b.t.Fatal(err)
		}
		if to, err := reply.Location(); err == nil {
			return to
		}
		to := action.FindSubmatch(page)
		if reply.StatusCode != http.StatusOK || to == nil {
			b.t.Fatalf("the provider answers %s: %d\n%s", r.URL, reply.StatusCode, page)
		}
		form := url.Values{}
		for _, field := range hidden.FindAllSubmatch(page, -1) {
			form.Set(string(field[1]), html.UnescapeString(string(field[2])))
		}
		for name, value := range fields {
			form.Set(name, value)
		}
		r, err = http.NewRequestWithContext(b.t.Context(), http.MethodPost, html.UnescapeString(string(to[1])), strings.NewReader(form.Encode()))
		if err != nil {
			b.t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	b.t.Fatal("the provider's pages lead nowhere")
	return nil
}

// shifted is the real clock, which a test moves ahead.
type shifted struct {
	mu sync.Mutex
	by time.Duration
}

func (s *shifted) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.by)
}

// pass lets time go by; the sessions' store is heard meanwhile.
func (h *house) pass(s *shifted, by time.Duration) {
	h.t.Helper()
	s.mu.Lock()
	s.by += by
	s.mu.Unlock()
	if err := h.parts.Sessions.Catch(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// atProvider is a demonstration whose people sign in at a provider.
func atProvider(t *testing.T, groups map[string][]string) (*house, *openID, *shifted) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gateway := "http://" + l.Addr().String()
	provider := withProvider(t, gateway, groups)
	dir := t.TempDir()
	secret, file := filepath.Join(dir, "secret"), filepath.Join(dir, "oidc.json")
	text, err := json.Marshal(map[string]any{
		"issuer": provider.issuer, "client_id": "verigate", "secret_file": secret, "redirect": gateway + "/sign-in/provider/callback",
		"networks": []string{"127.0.0.0/8"}, "claim": "groups", "roles": map[string][]string{"desk": {"DESK"}, "heads": {"DESK", "LEAD"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{secret: []byte("of a test\n"), file: text} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	clock := &shifted{}
	w := beginAt(t, l, config.Stores{}, clock.now, func(o *app.Options) { o.OIDC = file })
	h := &house{world: w, now: clock.now, stores: w.parts.Stores}
	eventually(t, startsWithin, func() error {
		_, err := os.Stat(filepath.Join(h.stores.Data, "admin.sock"))
		return err
	})
	h.operated()
	return h, provider, clock
}

// bind makes a person recognised by a subject of the provider.
func (h *house) bind(id, issuer, subject string) {
	h.t.Helper()
	identity := h.said(1, "person", "propose-identity", id, "--issuer", issuer, "--subject", subject)[1]
	h.said(2, "person", "confirm-identity", id, identity)
}

// away sends a browser to the provider, and returns what the gateway's callback would be asked, with the cookie for it.
func (s *staff) away(b *browser, subject string) (callback *url.URL, wait string) {
	s.h.t.Helper()
	cookie := s.cookie
	way := s.must(200, http.MethodPost, "/v1/session/provider", map[string]any{})
	wait, s.cookie = s.cookie, cookie
	callback = b.through(way.text("location"), map[string]string{"login": subject, "password": "any"})
	if callback.Path != "/sign-in/provider/callback" {
		s.h.t.Fatalf("the provider leads back to %s", callback.Path)
	}
	callback.Path = "/v1/session/provider/callback" // which the page asks
	return callback, wait
}

// back asks the gateway's callback with what the browser keeps.
func (s *staff) back(callback *url.URL, wait string) call {
	s.h.t.Helper()
	s.cookie = wait
	got := s.do(http.MethodGet, callback.RequestURI(), nil)
	s.cookie = ""
	for _, set := range (&http.Response{Header: got.Header}).Cookies() {
		if set.Name == "__Host-verigate" {
			s.cookie = set.Name + "=" + set.Value
		}
	}
	return got
}

func TestAnOfficerSignsInAtARealProvider(t *testing.T) {
	t.Parallel()
	h, provider, _ := atProvider(t, map[string][]string{"lan": {"desk", "choir"}, "stranger": {"heads"}})
	id := h.appoint("lan", "A1K1", "DESK", "LEAD")
	h.bind(id, provider.issuer, "lan")
	s := &staff{h: h, name: "lan"}
	callback, wait := s.away(newBrowser(t, h.url), "lan")

	forged := *callback
	forged.RawQuery = strings.Replace(callback.RawQuery, "state=", "state=x", 1)
	for name, got := range map[string]call{
		"another state":          s.back(&forged, wait),
		"another browser":        s.back(callback, ""),
		"a forged cookie":        s.back(callback, wait[:len(wait)-4]+"AAAA"),
		"no code":                s.back(&url.URL{Path: callback.Path, RawQuery: "state=" + callback.Query().Get("state")}, wait),
		"a code nobody gave out": s.back(&url.URL{Path: callback.Path, RawQuery: "code=x&state=" + callback.Query().Get("state")}, wait),
	} {
		if got.Status != 401 || got.text("code") != "sign_in_refused" || s.cookie != "" {
			t.Errorf("%s: %d %s", name, got.Status, got.Raw)
		}
	}
	signed := s.back(callback, wait)
	if signed.Status != 200 || signed.text("person") != id || signed.text("way") != "provider" {
		t.Fatalf("%d %s", signed.Status, signed.Raw)
	}
	// The record grants DESK and LEAD, the provider knows the officer as one of the desk.
	if roles := fmt.Sprint(signed.Body["roles"]); roles != "[DESK]" {
		t.Errorf("roles %s", roles)
	}
	kept := s.cookie
	if again := s.back(callback, wait); again.Status != 401 {
		t.Errorf("a code twice: %d %s", again.Status, again.Raw)
	}
	stranger := &staff{h: h, name: "stranger"}
	if got := stranger.back(stranger.away(newBrowser(t, h.url), "stranger")); got.Status != 401 || got.text("code") != "sign_in_refused" {
		t.Errorf("a subject that is nobody here: %d %s", got.Status, got.Raw)
	}
	s.cookie = kept
	s.must(200, http.MethodGet, "/v1/session", nil)
}

func TestAProviderIsAskedAgainAndEndsWhatChangedThere(t *testing.T) {
	t.Parallel()
	h, provider, clock := atProvider(t, map[string][]string{"lan": {"heads"}})
	h.bind(h.appoint("lan", "A1K1", "DESK"), provider.issuer, "lan")
	s := &staff{h: h, name: "lan"}
	b := newBrowser(t, h.url)
	if got := s.back(s.away(b, "lan")); got.Status != 200 || fmt.Sprint(got.Body["roles"]) != "[DESK]" {
		t.Fatalf("a role at the provider opened more than the record: %d %s", got.Status, got.Raw)
	}
	for range 3 { // nothing changed
		h.pass(clock, 190*time.Second)
		h.parts.Provided.Recheck(t.Context())
		s.must(200, http.MethodGet, "/v1/session", nil)
	}
	provider.tells("knows", map[string][]string{"lan": {"desk"}})
	h.pass(clock, 190*time.Second)
	h.parts.Provided.Recheck(t.Context())
	s.must(401, http.MethodGet, "/v1/session", nil)

	s.cookie = ""
	if got := s.back(s.away(b, "lan")); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Raw)
	}
	provider.end()
	h.pass(clock, 200*time.Second)
	h.parts.Provided.Recheck(t.Context())
	s.must(200, http.MethodGet, "/v1/session", nil)
	h.pass(clock, 2*time.Minute)
	if got := s.must(503, http.MethodGet, "/v1/session", nil); got.text("code") != "sessions_unavailable" {
		t.Errorf("%s", got.Raw)
	}
}

func TestALogoutAtTheProviderEndsTheSessionHere(t *testing.T) {
	t.Parallel()
	h, provider, _ := atProvider(t, map[string][]string{"lan": {"desk"}, "minh": {"desk"}})
	h.bind(h.appoint("lan", "A1K1", "DESK"), provider.issuer, "lan")
	h.bind(h.appoint("minh", "A1K1", "DESK"), provider.issuer, "minh")
	lan, minh := &staff{h: h, name: "lan"}, &staff{h: h, name: "minh"}
	b := newBrowser(t, h.url)
	for s, at := range map[*staff]*browser{lan: b, minh: newBrowser(t, h.url)} {
		if got := s.back(s.away(at, s.name)); got.Status != 200 {
			t.Fatalf("%d %s", got.Status, got.Raw)
		}
	}
	for _, token := range []string{"", "x", "eyJhbGciOiJub25lIn0.e30."} {
		form := []byte(url.Values{"logout_token": {token}}.Encode())
		got, err := try(t.Context(), h.url, "", http.MethodPost, "/v1/session/provider/logout", form, "Content-Type", "application/x-www-form-urlencoded")
		if err != nil || got.Status != 400 {
			t.Errorf("token %q: %d %s, %v", token, got.Status, got.Raw, err)
		}
	}
	lan.must(200, http.MethodGet, "/v1/session", nil)
	b.through(provider.issuer+"/session/end?client_id=verigate&post_logout_redirect_uri="+url.QueryEscape(h.url+"/"), map[string]string{"logout": "yes"})
	eventually(t, 5*time.Second, func() error {
		if got := lan.do(http.MethodGet, "/v1/session", nil); got.Status != 401 {
			return fmt.Errorf("the session goes on: %d %s", got.Status, got.Raw)
		}
		return nil
	})
	minh.must(200, http.MethodGet, "/v1/session", nil)
}
