package transit_test

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"verigate/internal/outbound"
	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/transit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// over is a key behind a server.
func over(t *testing.T, h http.Handler, given string) *transit.Key {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return at(t, s, given)
}

// at is a key behind a server that runs.
func at(t *testing.T, s *httptest.Server, given string) *transit.Key {
	t.Helper()
	client, err := outbound.New(outbound.Options{
		Hosts: []string{"localhost:" + s.URL[strings.LastIndex(s.URL, ":")+1:]}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		Largest: transit.Largest,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	k, err := transit.New(transit.Settings{
		Address: strings.Replace(s.URL, "127.0.0.1", "localhost", 1), Mount: "transit", Key: "verigate",
		Token: func() (string, error) { return given, nil }, HTTP: client,
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestWhatIsWrappedOpensWithWhatItIsBoundToOnly(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	k := over(t, e, token)
	ctx := t.Context()
	version, wrapped, err := k.Wrap(ctx, []byte("secret"), []byte("group.2026-11"))
	if err != nil || version != "transit.transit/verigate.v1" || !k.Has(version) || k.Has("transit.transit/other.v1") || k.Has("file.00") {
		t.Fatalf("version %q, %v", version, err)
	}
	if plain, err := k.Unwrap(ctx, version, wrapped, []byte("group.2026-11")); err != nil || string(plain) != "secret" {
		t.Fatalf("%q, %v", plain, err)
	}
	flipped := append([]byte{}, wrapped...)
	flipped[20] ^= 1
	for what, err := range map[string]error{
		"bound to another id": second(k.Unwrap(ctx, version, wrapped, []byte("group.2026-12"))),
		"one flipped bit":     second(k.Unwrap(ctx, version, flipped, []byte("group.2026-11"))),
		"another version":     second(k.Unwrap(ctx, "transit.transit/verigate.v2", wrapped, []byte("group.2026-11"))),
		"of a version to be":  second(k.Unwrap(ctx, "transit.transit/verigate.v9", []byte("vault:v9:AAAA"), []byte("group.2026-11"))),
		"cut short":           second(k.Unwrap(ctx, version, wrapped[:14], []byte("group.2026-11"))),
		"no ciphertext":       second(k.Unwrap(ctx, version, []byte("nonsense"), []byte("group.2026-11"))),
	} {
		if !errors.Is(err, record.ErrTampered) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second(_ []byte, err error) error { return err }

func TestAVersionThatIsNotOpenedAnyMoreIsNamed(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	k := over(t, e, token)
	version, wrapped, err := k.Wrap(t.Context(), []byte("secret"), []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	e.rotate()
	e.oldest = 2
	_, err = k.Unwrap(t.Context(), version, wrapped, []byte("x"))
	if !errors.Is(err, seal.ErrUnknownRoot) || !errors.Is(err, record.ErrUnavailable) || !strings.Contains(err.Error(), "v1") {
		t.Errorf("got %v", err)
	}
}

// What an endpoint may answer instead: each is told apart, nothing is taken for damage, and nothing of it is repeated.
func TestAnEndpointThatDoesNotAnswerAsItShouldIsNamed(t *testing.T) {
	t.Parallel()
	say := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const leak = "hush-hush"
	for name, test := range map[string]struct {
		handler http.Handler
		says    string
		tries   int32
	}{
		"a wrong token":        {say(403, `{"errors":["permission denied `+leak+`"]}`), "refuses the token", 1},
		"an unknown mount":     {say(404, `{"errors":[]}`), "no such mount or key", 1},
		"broken":               {say(500, leak), "answers 500", 3},
		"sealed":               {say(503, `{"errors":["Vault is sealed"]}`), "answers 503", 3},
		"a redirect":           {http.RedirectHandler("https://elsewhere.example/", http.StatusFound), "a redirect is not followed", 1},
		"a page":               {say(200, "<html>"+leak), "no JSON of the API", 1},
		"JSON of another":      {say(200, `{"data":"`+leak+`"}`), "no JSON of the API", 1},
		"nothing in it":        {say(200, `{"data":{}}`), "makes no sense", 1},
		"too much":             {say(200, strings.Repeat("x", 1<<20)), "too large", 1},
		"a refusal of another": {say(400, `{"errors":["`+leak+`"]}`), "status 400", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			k := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				test.handler.ServeHTTP(w, r)
			}), leak)
			_, newest := k.Newest(t.Context())
			if got := asked.Load(); got != test.tries {
				t.Errorf("asked %d times, want %d", got, test.tries)
			}
			_, _, wrap := k.Wrap(t.Context(), []byte(leak), []byte("x"))
			_, unwrap := k.Unwrap(t.Context(), "transit.transit/verigate.v1", []byte("vault:v1:AAAA"), []byte("x"))
			for what, err := range map[string]error{"newest": newest, "wrap": wrap, "unwrap": unwrap} {
				if !errors.Is(err, record.ErrUnavailable) || errors.Is(err, record.ErrTampered) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v", what, err)
				}
				if err != nil && strings.Contains(err.Error(), leak) {
					t.Errorf("%s repeats what it was sent: %v", what, err)
				}
			}
		})
	}
}

// A certificate of an authority that nobody named will be no better at the next try.
func TestACertificateThatIsNotBelievedIsNamed(t *testing.T) {
	t.Parallel()
	var met atomic.Int32
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		met.Add(1)
		return nil, nil
	}}
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := at(t, s, token).Newest(t.Context())
	if !errors.Is(err, record.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), "a certificate that is not believed: x509") || !strings.Contains(err.Error(), "ca_file") {
		t.Error(err)
	}
	if n := met.Load(); n != 1 {
		t.Errorf("tried %d times, want 1", n)
	}
}

func TestASlowEndpointIsLeftInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it waits as long as an endpoint is waited for, 10 s")
	}
	t.Parallel()
	end := make(chan struct{})
	k := over(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-end:
		case <-r.Context().Done():
		}
	}), token)
	defer close(end)
	began := time.Now()
	_, err := k.Newest(t.Context())
	if took := time.Since(began); !errors.Is(err, record.ErrUnavailable) || took > tries*transit.Within+2*time.Second {
		t.Errorf("after %s: %v", took, err)
	}
}

const tries = 3

// An endpoint that wraps and does not open what it wrapped would lose a month.
func TestWhatDoesNotOpenAgainIsNotTaken(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	k := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/encrypt/") {
			answer(w, map[string]any{"ciphertext": "vault:v1:" + base64.StdEncoding.EncodeToString(make([]byte, 60)), "key_version": 1})
			return
		}
		e.ServeHTTP(w, r)
	}), token)
	if _, _, err := k.Wrap(t.Context(), []byte("secret"), []byte("x")); !errors.Is(err, transit.ErrNonsense) || errors.Is(err, record.ErrTampered) {
		t.Errorf("got %v", err)
	}
}

func TestAKeyThatBindsNothingIsRefused(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	e.kind = "rsa-4096"
	if _, err := over(t, e, token).Newest(t.Context()); err == nil || !strings.Contains(err.Error(), "aes256-gcm96") {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"", "..", "a/b", "a b"} {
		if _, err := transit.New(transit.Settings{Mount: "transit", Key: bad}); err == nil {
			t.Errorf("%q is a key", bad)
		}
	}
}

// From a root file to transit, then to the next version there; and an outage.
func TestARecordMovesFromAFileToTransitAndOn(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var away atomic.Bool
	k := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		e.ServeHTTP(w, r)
	}), token)
	store, now := sealtest.NewStore(), time.Date(2026, 11, 29, 6, 0, 0, 0, time.UTC)
	over := func(root *seal.Root) *seal.Vault {
		return seal.New(seal.Settings{Store: store, Root: root, Now: func() time.Time { return now }, Slots: 4})
	}
	ctx := t.Context()
	file := sealtest.Root(t)
	before, err := file.Names(ctx, store, false)
	if err != nil {
		t.Fatal(err)
	}
	v := over(file)
	kid, err := v.Take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(ctx, kid, nil, []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	both, alone := sealtest.Roots(t, sealtest.File(t, 7), k), sealtest.Roots(t, k)
	for range 2 {
		if err := both.Rotate(ctx, store); err != nil {
			t.Fatal(err)
		}
		v = over(alone)
		if err := v.OpenGroups(ctx); err != nil {
			t.Fatal(err)
		}
		if plain, err := v.Open(ctx, kid, nil, sealed); err != nil || string(plain) != "content" {
			t.Fatalf("%q, %v", plain, err)
		}
		both = alone
		e.rotate()
	}
	e.oldest = 2 // nothing is under the first version any more
	if after, err := alone.Names(ctx, store, true); err != nil || after.Blind("p", "v") != before.Blind("p", "v") {
		t.Fatalf("other names, %v", err)
	}

	away.Store(true)
	asked := e.asked.Load()
	for range 20 { // several batches: the month is open
		if _, err := v.Take(ctx); err != nil {
			t.Fatalf("while transit is away: %v", err)
		}
	}
	if e.asked.Load() != asked {
		t.Error("transit was asked for a data key")
	}
	if err := over(alone).OpenGroups(ctx); !errors.Is(err, record.ErrUnavailable) {
		t.Errorf("a start without transit: %v", err)
	}
	now = now.AddDate(0, 0, 2)
	if _, err := v.Take(ctx); !errors.Is(err, record.ErrUnavailable) {
		t.Errorf("a new month without transit: %v", err)
	}
	away.Store(false)
	if _, err := v.Take(ctx); err != nil {
		t.Errorf("a new month: %v", err)
	}
}
