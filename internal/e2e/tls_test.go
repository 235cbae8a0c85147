package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/edge/edgetest"
)

// overTLS is a client that believes one certificate and keeps no connection.
func overTLS(t *testing.T, cert []byte) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	return &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true},
	}
}

// get reads a path and returns the whole answer, its body read.
func get(ctx context.Context, client *http.Client, url string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	return response, response.Body.Close()
}

func TestTheGatewaySpeaksTLSAndTakesANewCertificateAsItRuns(t *testing.T) {
	t.Parallel()
	first, key := edgetest.Good(t, "first")
	files := edgetest.Files(t, first, key)
	g := serve(t, filepath.Join(t.TempDir(), "data"), "--tls-cert", files.Cert, "--tls-key", files.Key)
	if !strings.HasPrefix(g.url, "https://") {
		t.Fatalf("it listens on %s", g.url)
	}
	answer, err := get(t.Context(), overTLS(t, first), g.url+"/health/ready")
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.TLS.Version != tls.VersionTLS13 || answer.Proto != "HTTP/2.0" {
		t.Errorf("%d over %s, TLS %x", answer.StatusCode, answer.Proto, answer.TLS.Version)
	}
	if plain, err := get(t.Context(), http.DefaultClient, "http"+strings.TrimPrefix(g.url, "https")+"/health/ready"); err == nil && plain.StatusCode == http.StatusOK {
		t.Error("it answers without TLS")
	}
	second, key := edgetest.Good(t, "second")
	edgetest.Write(t, files.Cert, second)
	edgetest.Write(t, files.Key, key)
	client := overTLS(t, second)
	eventually(t, 20*time.Second, func() error {
		answer, err := get(t.Context(), client, g.url+"/health/live")
		if err == nil && answer.StatusCode != http.StatusOK {
			err = errors.New(answer.Status)
		}
		return err
	})
}

func TestADoorWithABrokenCertificateDoesNotOpen(t *testing.T) {
	t.Parallel()
	cert, _ := edgetest.Good(t, "one")
	_, key := edgetest.Good(t, "other")
	files := edgetest.Files(t, cert, key)
	dir := filepath.Join(t.TempDir(), "data")
	refusedStart(t, "private key does not match public key", "--demo", "--listen", "127.0.0.1:0", "--data", dir, "--tls-cert", files.Cert, "--tls-key", files.Key)
}
