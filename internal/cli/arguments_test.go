package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPasswordInAnArgumentIsRefusedUnread(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"serve", "--nats", "nats://gateway:hush@127.0.0.1:4222"},
		{"serve", "--nats=nats://gateway:hush@127.0.0.1:4222"},
		{"verify", "--nats", "nats://127.0.0.1:4222,tls://hush@127.0.0.1:4223"},
		{"serve", "--nats", "nats://gateway:hush%zz@127.0.0.1:4222"},
		{"serve", "--nats", "nats://gateway:hush=@127.0.0.1:4222"},
		{"serve", "--nats=nats://gateway:hush=@127.0.0.1:4222"},
		{"serve", "--nats", "nats://gateway:hush/x@127.0.0.1:4222"},
		{"serve", "--nats", "gateway:hush@127.0.0.1:4222"},
		{"serve", "--redis=:hush@127.0.0.1:6379"},
	} {
		var out, errs bytes.Buffer
		if code := Main(t.Context(), args, &out, &errs); code != 2 {
			t.Errorf("%v: code %d", args[:1], code)
		}
		if said := out.String() + errs.String(); strings.Contains(said, "hush") || !strings.Contains(said, "VERIGATE_NATS") {
			t.Errorf("%v: %s", args[:1], said)
		}
	}
	if err := withoutSecrets([]string{"serve", "--nats", "nats://127.0.0.1:4222,nats://[::1]:4222", "--redis=127.0.0.1:6379"}); err != nil {
		t.Error(err)
	}
	if err := withoutSecrets([]string{"person", "propose-identity", "p_1", "--subject", "lan@customs.example", "--origin=https://gateway.example/@home"}); err != nil {
		t.Error(err)
	}
}

// What comes by the environment may hold a password, and is not shown when it is wrong.
func TestAnAddressThatCannotBeReadIsNotShown(t *testing.T) {
	for name, value := range map[string]string{
		"VERIGATE_NATS": "nats://gateway:wr%ong@127.0.0.1:4222", "VERIGATE_REDIS": "redis://:wr%ong@127.0.0.1:6379",
	} {
		t.Setenv(name, value)
		var out, errs bytes.Buffer
		code := Main(t.Context(), []string{"serve", "--data", filepath.Join(t.TempDir(), "data")}, &out, &errs)
		if said := out.String() + errs.String(); code != 2 || strings.Contains(said, "ong@") || !strings.Contains(said, "host:port") {
			t.Errorf("%s: code %d: %s", name, code, said)
		}
		t.Setenv(name, "")
	}
}
