package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sys/unix"

	"verigate/internal/config"
	"verigate/internal/jet"
	"verigate/internal/rdb/redistest"
	"verigate/internal/tooltest"
)

func options(s config.Stores) Options {
	s.Replicas = 1
	return Options{Stores: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func TestTheRootKeyMayBeKeptApart(t *testing.T) {
	t.Parallel()
	s := config.Stores{Data: filepath.Join(t.TempDir(), "data"), RootKey: filepath.Join(t.TempDir(), "root")}
	for range 2 {
		parts, err := Open(t.Context(), options(s))
		if err != nil {
			t.Fatal(err)
		}
		if err := parts.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(s.Data, rootKeyFile)); !os.IsNotExist(err) {
		t.Error("a root key lies beside the data")
	}
	if err := os.Rename(s.RootKey, s.RootKey+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), options(s)); err == nil || !strings.Contains(err.Error(), s.RootKey) {
		t.Errorf("without its root key: %v", err)
	}
	if _, err := os.Stat(s.RootKey); !os.IsNotExist(err) {
		t.Error("another key was made up")
	}
}

func TestThePasswordOfRedisComesFromItsFile(t *testing.T) {
	t.Parallel()
	addr := redistest.Start(t)
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	ctx := context.WithoutCancel(t.Context())
	if err := client.Do(ctx, "ACL", "SETUSER", "board", "on", ">hush", "~*", "&*", "+@all").Err(); err != nil {
		t.Fatal(err)
	}
	if err := client.ConfigSet(ctx, "requirepass", "other").Err(); err != nil {
		t.Fatal(err)
	}
	s := config.Stores{Data: t.TempDir(), Redis: addr, RedisUser: "board", RedisPassword: tooltest.File(t, "hush\n", 0o600)}
	pings(t, s, true)
	s.RedisPassword = tooltest.File(t, "wrong", 0o600)
	pings(t, s, false)
	s.RedisPassword = tooltest.File(t, "hush", 0o644)
	if _, err := Open(ctx, options(s)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a password that others may read: %v", err)
	}
}

func pings(t *testing.T, s config.Stores, want bool) {
	t.Helper()
	parts, err := Open(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	if err := parts.Store.Ping(t.Context()); (err == nil) != want {
		t.Errorf("ping: %v", err)
	}
}

// certificate makes one for 127.0.0.1 that signs itself; its files' names.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	form, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return tooltest.File(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), 0o600),
		tooltest.File(t, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: form})), 0o600)
}

func TestRedisIsSpokenToOverTLS(t *testing.T) {
	t.Parallel()
	certFile, keyFile := certificate(t)
	plain := redistest.Start(t, "--tls-cert-file", certFile, "--tls-key-file", keyFile, "--tls-auth-clients", "no")
	client := redis.NewClient(&redis.Options{Addr: plain})
	defer client.Close()
	port := tooltest.Port(t)
	addr := net.JoinHostPort("127.0.0.1", port)
	if err := client.ConfigSet(t.Context(), "tls-port", port).Err(); err != nil {
		t.Fatal(err)
	}
	pings(t, config.Stores{Data: t.TempDir(), Redis: addr, RedisTLS: true, RedisCA: certFile}, true)
	other, _ := certificate(t)
	pings(t, config.Stores{Data: t.TempDir(), Redis: addr, RedisTLS: true, RedisCA: other}, false)
	_, err := Open(t.Context(), options(config.Stores{Data: t.TempDir(), Redis: addr, RedisTLS: true, RedisCA: keyFile}))
	if err == nil || !strings.Contains(err.Error(), "no certificate") {
		t.Errorf("a file without certificates: %v", err)
	}
}

// nkey makes a user; its public key and its seed.
func nkey(t *testing.T) (public, seed string) {
	t.Helper()
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	private, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	if public, err = user.PublicKey(); err != nil {
		t.Fatal(err)
	}
	return public, string(private)
}

func natsServer(t *testing.T, configuration string) *server.Server {
	t.Helper()
	o, err := server.ProcessConfigFile(tooltest.File(t, configuration, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	o.Host, o.Port, o.NoSigs, o.NoLog = "127.0.0.1", server.RANDOM_PORT, true, true
	ns, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	t.Cleanup(func() { ns.Shutdown(); ns.WaitForShutdown() })
	if !ns.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	return ns
}

func TestNATSKnowsTheGatewayByItsKeyAndIsKnownByItsCertificate(t *testing.T) {
	t.Parallel()
	certFile, keyFile := certificate(t)
	user, seed := nkey(t)
	system, systemSeed := nkey(t)
	_, unknown := nkey(t)
	ns := natsServer(t, fmt.Sprintf(`
		accounts {
			VERIGATE { jetstream: enabled, users: [ { nkey: %s } ] }
			SYS { users: [ { nkey: %s } ] }
		}
		system_account: SYS
		jetstream { store_dir: %q, sync_interval: always }
		tls { cert_file: %q, key_file: %q, timeout: 5 }`, user, system, t.TempDir(), certFile, keyFile))
	s := config.Stores{Data: t.TempDir(), NATS: ns.ClientURL(), NATSKey: tooltest.File(t, seed, 0o600), NATSCA: certFile}
	for _, test := range []struct {
		key  string
		sync jet.Sync
	}{{"", jet.SyncUnknown}, {tooltest.File(t, systemSeed, 0o600), jet.SyncAlways}} {
		s.NATSSystemKey = test.key
		parts, err := Open(t.Context(), options(s))
		if err != nil {
			t.Fatal(err)
		}
		if parts.Sync != test.sync {
			t.Errorf("sync %s, want %s", parts.Sync, test.sync)
		}
		if err := parts.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(*config.Stores){
		"a key that the server does not know": func(s *config.Stores) { s.NATSKey = tooltest.File(t, unknown, 0o600) },
		"a file that holds none":              func(s *config.Stores) { s.NATSKey = tooltest.File(t, "hush", 0o600) },
		"a key that others may read":          func(s *config.Stores) { s.NATSKey = tooltest.File(t, seed, 0o640) },
		"another certificate":                 func(s *config.Stores) { s.NATSCA, _ = certificate(t) },
		"a key of no system user":             func(s *config.Stores) { s.NATSSystemKey = tooltest.File(t, unknown, 0o600) },
	} {
		wrong := s
		change(&wrong)
		parts, err := Open(t.Context(), options(wrong))
		if err == nil {
			t.Errorf("%s: it opens", name)
			parts.Close()
		} else if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), seed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoCoreIsWritten(t *testing.T) { // of this whole process
	if err := withoutCore(); err != nil {
		t.Fatal(err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil || limit.Cur != 0 || limit.Max != 0 {
		t.Errorf("limit %v: %v", limit, err)
	}
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("dumpable %d: %v", dumpable, err)
	}
}
