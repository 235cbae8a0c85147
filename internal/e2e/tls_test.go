package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pires/go-proxyproto"

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

// seen is what a client sees of an answer besides its body.
type seen struct {
	status int
	proto  string
	tls    uint16 // version; 0: none
}

func get(ctx context.Context, client *http.Client, url string) (seen, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return seen{}, err
	}
	response, err := client.Do(r)
	if err != nil {
		return seen{}, err
	}
	defer response.Body.Close()
	s := seen{status: response.StatusCode, proto: response.Proto}
	if response.TLS != nil {
		s.tls = response.TLS.Version
	}
	return s, nil
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
	if answer != (seen{http.StatusOK, "HTTP/2.0", tls.VersionTLS13}) {
		t.Errorf("answered %+v", answer)
	}
	if plain, err := get(t.Context(), http.DefaultClient, "http"+strings.TrimPrefix(g.url, "https")+"/health/ready"); err == nil && plain.status == http.StatusOK {
		t.Error("it answers without TLS")
	}
	second, key := edgetest.Good(t, "second")
	edgetest.Write(t, files.Cert, second)
	edgetest.Write(t, files.Key, key)
	client := overTLS(t, second)
	eventually(t, 20*time.Second, func() error {
		answer, err := get(t.Context(), client, g.url+"/health/live")
		if err == nil && answer.status != http.StatusOK {
			err = fmt.Errorf("answered %+v", answer)
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

// A proxy that passes bytes on speaks before the client's TLS does.
func TestTLSPassesThroughAProxyThatNamesItsClient(t *testing.T) {
	t.Parallel()
	cert, key := edgetest.Good(t, "door")
	files := edgetest.Files(t, cert, key)
	g := serve(t, filepath.Join(t.TempDir(), "data"), "--tls-cert", files.Cert, "--tls-key", files.Key, "--proxy-cidr", "127.0.0.1/32,192.0.2.0/28")
	through := overTLS(t, cert)
	through.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		header := proxyproto.HeaderProxyFromAddrs(2, &net.TCPAddr{IP: net.ParseIP("203.0.113.7"), Port: 4711}, c.RemoteAddr())
		_, err = header.WriteTo(c)
		return c, err
	}
	if answer, err := get(t.Context(), through, g.url+"/health/live"); err != nil || answer.status != http.StatusOK {
		t.Errorf("through the proxy: %+v, %v", answer, err)
	}
	if answer, err := get(t.Context(), overTLS(t, cert), g.url+"/health/live"); err == nil {
		t.Errorf("without its header: %+v", answer)
	}
}

func TestAStartWithLimitsOrProxiesThatAreNoneIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	limits := filepath.Join(dir, "limits.json")
	edgetest.Write(t, limits, []byte(`{"version":"own","connections":{"total":0,"of_one_source":0}}`))
	data := filepath.Join(dir, "data")
	refusedStart(t, "/connections/total is 0", "--demo", "--listen", "127.0.0.1:0", "--data", data, "--limits", limits)
	refusedStart(t, "--proxy-cidr 127.0.0.1 is no network", "--demo", "--listen", "127.0.0.1:0", "--data", data, "--proxy-cidr", "127.0.0.1")
}

// The gateway's own listener asks for certificates, and the one that comes is the caller's.
func TestASystemSignsInByItsCertificate(t *testing.T) {
	t.Parallel()
	cert, key := edgetest.Good(t, "gateway")
	files := edgetest.Files(t, cert, key)
	dir := filepath.Join(t.TempDir(), "data")
	g := serve(t, dir, "--tls-cert", files.Cert, "--tls-key", files.Key)
	own, ownKey := edgetest.Good(t, "registry")
	file := edgetest.Files(t, own, ownKey).Cert
	pair, err := tls.X509KeyPair(own, ownKey)
	if err != nil {
		t.Fatal(err)
	}
	with, without := overTLS(t, cert), overTLS(t, cert)
	with.Transport.(*http.Transport).TLSClientConfig.Certificates = []tls.Certificate{pair}
	list := func(client *http.Client, want int) {
		t.Helper()
		if answer, err := get(t.Context(), client, g.url+requests); err != nil || answer.status != want {
			t.Errorf("%+v, %v, want %d", answer, err, want)
		}
	}
	list(with, 401)
	person, _, _ := shownKey(t, keyOver(t, dir, 0, "create", "--label", "Registry", "--role", "PARTNER", "--partner", "NG", "--system"))
	id := strings.TrimSpace(strings.TrimPrefix(keyOver(t, dir, 0, "certificate", person, file), person))
	list(with, 401)
	keyOver(t, dir, 0, "tls", person, "alone")
	list(with, 200)
	list(without, 401)
	keyOver(t, dir, 0, "revoke", person, id)
	list(with, 401)
}
