package edge_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/edge"
	"verigate/internal/edge/edgetest"
)

// log keeps what is logged.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

// door is a server over TLS that answers with the name of the client's certificate.
type door struct {
	*edge.Certificates
	files edge.Files
	log   *log
	addr  string
}

// files are those of a pair that is valid now.
func files(t *testing.T, name string) edge.Files {
	t.Helper()
	cert, key := edgetest.Good(t, name)
	return edgetest.Files(t, cert, key)
}

func readable(t *testing.T, path string) {
	t.Helper()
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, f edge.Files) *door {
	t.Helper()
	d := &door{files: f, log: &log{}}
	var err error
	if d.Certificates, err = edge.OpenCertificates(f, time.Now, slog.New(slog.NewTextHandler(d.log, nil))); err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		TLSConfig: d.Config(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.Proto)
			for _, c := range r.TLS.PeerCertificates {
				_, _ = io.WriteString(w, " "+c.Subject.CommonName)
			}
		}),
	}
	go func() { _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close() })
	d.addr = l.Addr().String()
	return d
}

// dial connects and returns the name of the door's certificate and its version of TLS.
func (d *door) dial(t *testing.T, c *tls.Config) (name string, version uint16, err error) {
	t.Helper()
	c.InsecureSkipVerify = true // the test looks at the certificate itself
	conn, err := (&tls.Dialer{Config: c}).DialContext(t.Context(), "tcp", d.addr)
	if err != nil {
		return "", 0, err
	}
	defer conn.Close()
	state := conn.(*tls.Conn).ConnectionState()
	return state.PeerCertificates[0].Subject.CommonName, state.Version, nil
}

// ask makes one call and returns what the door says of it.
func (d *door) ask(t *testing.T, c *tls.Config) (string, error) {
	t.Helper()
	c.InsecureSkipVerify = true
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true, DisableKeepAlives: true}, Timeout: 10 * time.Second}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+d.addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	return string(said), err
}

func TestTheDoorSpeaksTLS13Only(t *testing.T) {
	t.Parallel()
	d := open(t, files(t, "door"))
	if _, version, err := d.dial(t, &tls.Config{}); err != nil || version != tls.VersionTLS13 {
		t.Errorf("version %x, %v", version, err)
	}
	if _, _, err := d.dial(t, &tls.Config{MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("TLS 1.2 is spoken")
	}
}

func TestTLS12IsSpokenByOptionInModernSuitesOnly(t *testing.T) {
	t.Parallel()
	f := files(t, "door")
	f.TLS12 = true
	d := open(t, f)
	if _, version, err := d.dial(t, &tls.Config{MaxVersion: tls.VersionTLS12}); err != nil || version != tls.VersionTLS12 {
		t.Errorf("version %x, %v", version, err)
	}
	if _, _, err := d.dial(t, &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	for _, suite := range append(tls.InsecureCipherSuites(), tls.CipherSuites()...) {
		old := strings.Contains(suite.Name, "_CBC_") || strings.Contains(suite.Name, "RC4") || strings.HasPrefix(suite.Name, "TLS_RSA_")
		if !old {
			continue
		}
		if _, _, err := d.dial(t, &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite.ID}}); err == nil {
			t.Errorf("%s is spoken", suite.Name)
		}
	}
	if _, version, err := d.dial(t, &tls.Config{}); err != nil || version != tls.VersionTLS13 {
		t.Errorf("a modern client gets version %x, %v", version, err)
	}
}

func TestAClientsCertificateIsAskedForAndNotRequired(t *testing.T) {
	t.Parallel()
	d := open(t, files(t, "door"))
	if said, err := d.ask(t, &tls.Config{}); err != nil || said != "HTTP/2.0" {
		t.Errorf("without one: %q, %v", said, err)
	}
	own, err := tls.X509KeyPair(edgetest.Good(t, "partner"))
	if err != nil {
		t.Fatal(err)
	}
	// It signs itself: nobody judges it here, its hash is what counts.
	if said, err := d.ask(t, &tls.Config{Certificates: []tls.Certificate{own}}); err != nil || said != "HTTP/2.0 partner" {
		t.Errorf("with one: %q, %v", said, err)
	}
}

func TestNoConnectionIsResumed(t *testing.T) {
	t.Parallel()
	f := files(t, "door")
	f.TLS12 = true
	d := open(t, f)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		c := &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(4), InsecureSkipVerify: true, MaxVersion: version, ServerName: "door"}
		for range 3 {
			conn, err := (&tls.Dialer{Config: c}).DialContext(t.Context(), "tcp", d.addr)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: door\r\nConnection: close\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(conn); err != nil { // tickets would come with the answer
				t.Fatal(err)
			}
			if conn.(*tls.Conn).ConnectionState().DidResume {
				t.Errorf("TLS %x: a connection is resumed", version)
			}
			_ = conn.Close()
		}
	}
}

func TestWithAnAuthorityAClientsCertificateIsJudged(t *testing.T) {
	t.Parallel()
	ours, key := edgetest.Good(t, "ours")
	f := files(t, "door")
	f.ClientCA = filepath.Join(t.TempDir(), "ca.crt")
	edgetest.Write(t, f.ClientCA, ours)
	d := open(t, f)
	known, err := tls.X509KeyPair(ours, key)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := tls.X509KeyPair(edgetest.Good(t, "ours"))
	if err != nil {
		t.Fatal(err)
	}
	present := func(c tls.Certificate) *tls.Config { // whatever the door asks for
		return &tls.Config{GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }}
	}
	if said, err := d.ask(t, present(known)); err != nil || said != "HTTP/2.0 ours" {
		t.Errorf("one of ours: %q, %v", said, err)
	}
	if said, err := d.ask(t, present(stranger)); err == nil {
		t.Errorf("a stranger's: %q", said)
	}
	if said, err := d.ask(t, &tls.Config{}); err != nil || said != "HTTP/2.0" {
		t.Errorf("none: %q, %v", said, err)
	}
}

func TestANewPairIsServedWithoutARestart(t *testing.T) {
	t.Parallel()
	d := open(t, files(t, "first"))
	cert, key := edgetest.Good(t, "second")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- d.Run(ctx, 5*time.Millisecond) }()
	edgetest.Write(t, d.files.Cert, cert) // for a moment the files do not fit each other
	time.Sleep(20 * time.Millisecond)
	if name, _, err := d.dial(t, &tls.Config{}); err != nil || name != "first" {
		t.Errorf("half way: %q, %v", name, err)
	}
	edgetest.Write(t, d.files.Key, key)
	for range 400 {
		if name, _, err := d.dial(t, &tls.Config{}); err == nil && name == "second" {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if name, _, err := d.dial(t, &tls.Config{}); err != nil || name != "second" {
		t.Errorf("at last: %q, %v", name, err)
	}
	if s := d.State(); !s.RefusedSince.IsZero() {
		t.Errorf("refused since %s", s.RefusedSince)
	}
}

func TestABrokenNewPairKeepsTheOldOneAndIsToldOnce(t *testing.T) {
	t.Parallel()
	_, otherKey := edgetest.Good(t, "other")
	ended, endedKey := edgetest.Pair(t, "ended", time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour))
	early, earlyKey := edgetest.Pair(t, "early", time.Now().Add(time.Hour), time.Now().Add(2*time.Hour))
	for name, breaks := range map[string]func(edge.Files){
		"a key of another":      func(f edge.Files) { edgetest.Write(t, f.Key, otherKey) },
		"no PEM":                func(f edge.Files) { edgetest.Write(t, f.Cert, []byte("SECRET")) },
		"an empty key":          func(f edge.Files) { edgetest.Write(t, f.Key, nil) },
		"a key that all read":   func(f edge.Files) { readable(t, f.Key) },
		"one that has ended":    func(f edge.Files) { edgetest.Write(t, f.Cert, ended); edgetest.Write(t, f.Key, endedKey) },
		"one that begins later": func(f edge.Files) { edgetest.Write(t, f.Cert, early); edgetest.Write(t, f.Key, earlyKey) },
		"no file": func(f edge.Files) {
			if err := os.Remove(f.Cert); err != nil {
				t.Fatal(err)
			}
		},
	} {
		d := open(t, files(t, "first"))
		breaks(d.files)
		d.Look()
		d.Look()
		if got, _, err := d.dial(t, &tls.Config{}); err != nil || got != "first" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if d.State().RefusedSince.IsZero() || d.log.count("cannot be used") != 1 {
			t.Errorf("%s: state %+v, log %s", name, d.State(), d.log.text.String())
		}
		if d.log.count("SECRET")+d.log.count("PRIVATE") > 0 {
			t.Errorf("%s: the log has the content: %s", name, d.log.text.String())
		}
		cert, key := edgetest.Good(t, "third")
		edgetest.Write(t, d.files.Cert, cert)
		edgetest.Write(t, d.files.Key, key)
		d.Look()
		if got, _, err := d.dial(t, &tls.Config{}); err != nil || got != "third" || !d.State().RefusedSince.IsZero() {
			t.Errorf("%s: mended, and %q is served, %v, %+v", name, got, err, d.State())
		}
	}
}

func TestFilesThatHoldWhatIsServedAreNotTold(t *testing.T) {
	t.Parallel()
	cert, key := edgetest.Good(t, "first")
	d := open(t, edgetest.Files(t, cert, key))
	d.Look()
	edgetest.Write(t, d.files.Cert, []byte("half of it"))
	d.Look()
	if d.State().RefusedSince.IsZero() {
		t.Error("half of it is not refused")
	}
	edgetest.Write(t, d.files.Cert, cert)
	d.Look()
	if n := d.log.count("new certificates are served"); n > 0 || !d.State().RefusedSince.IsZero() {
		t.Errorf("told %d times, refused since %s: %s", n, d.State().RefusedSince, d.log.text.String())
	}
}

func TestADoorDoesNotOpenWithWhatItsClientsWouldRefuse(t *testing.T) {
	t.Parallel()
	cert, key := edgetest.Pair(t, "ended", time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour))
	if _, err := edge.OpenCertificates(edgetest.Files(t, cert, key), time.Now, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "ended at") {
		t.Errorf("an ended one: %v", err)
	}
	f := files(t, "door")
	readable(t, f.Key)
	if _, err := edge.OpenCertificates(f, time.Now, slog.New(slog.DiscardHandler)); !errors.Is(err, edge.ErrReadableByAll) {
		t.Errorf("a readable key: %v", err)
	}
	f = files(t, "door")
	f.ClientCA = f.Key
	if _, err := edge.OpenCertificates(f, time.Now, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "no certificate of an authority") {
		t.Errorf("an authority that is none: %v", err)
	}
}
