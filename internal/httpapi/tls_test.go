package httpapi_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// openssl makes things as partners do. Without it a test is left out, and in CI it fails.
func openssl(t *testing.T, dir string, args ...string) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("openssl is not installed: make deps")
		}
		t.Skip("skipped: openssl is not installed (make deps)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl %s: %v\n%s", args, err, out)
	}
}

// partnerCertificate is a self-signed certificate of openssl: the pair for a client, and the file for us.
func partnerCertificate(t *testing.T, algorithm ...string) (tls.Certificate, []byte) {
	t.Helper()
	dir := t.TempDir()
	openssl(t, dir, append([]string{
		"req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30", "-subj", "/CN=registry.partner.example", "-newkey",
	}, algorithm...)...)
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return pair, file
}

// overTLS serves the edge as the gateway's own listener does: a certificate is asked for, from whomever.
func (s *systems) overTLS() *httptest.Server {
	server := httptest.NewUnstartedServer(s.edge)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS13}
	server.StartTLS()
	s.t.Cleanup(server.Close)
	return server
}

// client is one that shows a certificate; it keeps its connections, and its sessions for the next one.
func client(t *testing.T, server *httptest.Server, shows ...tls.Certificate) *http.Client {
	t.Helper()
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.Certificates = shows
	transport.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

// ask reads a request that does not exist: 404 is for who is let in. It returns the answer's status and whether its connection resumed a session.
func (s *systems) ask(c *http.Client, server *httptest.Server, key string) (status int, resumed bool) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, server.URL+requests+"/absent", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == http.StatusUnauthorized && !strings.Contains(string(text), `"unauthenticated"`) {
		s.t.Errorf("%s, %v", text, err)
	}
	return response.StatusCode, response.TLS.DidResume
}

// bind binds a certificate, which must be good now.
func (s *systems) bind(person verification.PersonID, id verification.KeyID, file []byte) access.ClientCertificate {
	s.t.Helper()
	c, err := access.ParseCertificate(file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.give(person, access.BindCertificate{Key: id, ClientCertificate: c})
	return c
}

func TestACertificateIsCheckedOnEachCallOfAConnection(t *testing.T) {
	t.Parallel()
	for name, algorithm := range map[string][]string{
		"Ed25519": {"ed25519"}, "P-256": {"ec", "-pkeyopt", "ec_paramgen_curve:P-256"}, "RSA": {"rsa:2048"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pair, file := partnerCertificate(t, algorithm...)
			s := newSystems(t)
			s.clock.set(t, time.Now().UTC().Format(time.RFC3339))
			server := s.overTLS()
			with, without := client(t, server, pair), client(t, server)
			want := func(what string, c *http.Client, key string, status int) {
				t.Helper()
				if got, _ := s.ask(c, server, key); got != status {
					t.Errorf("%s: %d, want %d", what, got, status)
				}
			}
			key := s.newKey("p_ng", access.Terms{})
			want("not bound", with, "", 401)
			want("not bound, with a key", with, key, 404)
			c := s.bind("p_ng", "0123456789abcdef", file)
			want("bound and ignored", with, "", 401)

			s.give("p_ng", access.SetCertificateUse{Use: access.CertificatesAlone})
			want("alone", with, "", 404)
			want("none", without, "", 401)
			want("a key without it", without, key, 404)

			s.give("p_ng", access.SetCertificateUse{Use: access.CertificatesRequired})
			want("alone, where both are required", with, "", 401)
			want("both", with, key, 404)
			want("a key alone, where both are required", without, key, 401)
			want("another's key", with, s.newKey("p_th", access.Terms{}), 401)

			with.CloseIdleConnections()
			if status, resumed := s.ask(with, server, key); status != 404 || !resumed {
				t.Errorf("a session that goes on: %d, resumed %t", status, resumed)
			}
			s.clock.set(t, c.NotAfter.Add(time.Second).Format(time.RFC3339))
			want("over, on a connection that stands", with, key, 401)
			s.clock.set(t, c.NotBefore.Add(-time.Second).Format(time.RFC3339))
			want("not yet good", with, key, 401)
			s.clock.set(t, c.NotAfter.Format(time.RFC3339))
			want("its last second", with, key, 404)
			s.give("p_ng", access.RevokeKey{Key: "0123456789abcdef"})
			want("revoked, on a connection that stands", with, key, 401)
		})
	}
}

// What a client writes about certificates into headers is nothing: only its own connection counts.
func TestACertificateInAHeaderIsNothing(t *testing.T) {
	t.Parallel()
	_, file := partnerCertificate(t, "ed25519")
	s := newSystems(t)
	s.clock.set(t, time.Now().UTC().Format(time.RFC3339))
	s.bind("p_ng", "0123456789abcdef", file)
	s.give("p_ng", access.SetCertificateUse{Use: access.CertificatesAlone})
	r, _ := s.post("k")
	for _, name := range []string{"X-Client-Cert", "Client-Cert", "X-Forwarded-Client-Cert", "X-SSL-Cert", "Ssl-Client-Cert"} {
		r.Header.Set(name, strings.ReplaceAll(string(file), "\n", ""))
	}
	s.mustBeStranger("a header", s.serve(r), s.end())
}
