package app

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// signed is the record of a vault with more in it, whose ledger has signed all of it. It is stopped when this returns.
func (v *vault) signed(codes ...string) {
	v.t.Helper()
	for _, code := range codes {
		v.add(code)
	}
	p, err := Open(v.t.Context(), options(v.data))
	if err != nil {
		v.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(v.t.Context())
	followers := p.follow(ctx, newHealth(p))
	for _, log := range p.Notary.Logs() {
		if _, err := log.Checkpoint(ctx); err != nil {
			v.t.Fatal(err)
		}
	}
	stop()
	if err := followers.Wait(); err != nil {
		v.t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		v.t.Fatal(err)
	}
}

// rots flips a bit in each of these sequences of the first partition of the record, as its blocks hold them.
func (v *vault) rots(sequences ...int) {
	v.t.Helper()
	pattern := filepath.Join(v.data.Data, natsDir, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams", "RECORD_0", "msgs", "*.blk")
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) != 1 {
		v.t.Fatalf("%q, %v", files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		v.t.Fatal(err)
	}
	at := 0
	for sequence := 1; at < len(content); sequence++ { // each begins with its length; the first bit of that says that headers follow
		length := int(uint32(content[at])|uint32(content[at+1])<<8|uint32(content[at+2])<<16|uint32(content[at+3])<<24) & 0x7fffffff
		for _, wanted := range sequences {
			if wanted == sequence {
				content[at+length-20] ^= 1 // of the sealed content: behind it are 8 bytes of checksum
			}
		}
		at += length
	}
	if err := os.WriteFile(files[0], content, 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// Whoever finds that a gateway does not start over a rotten record is to learn what is rotten, and what to do, by the command that
// the guide names, though no gateway can run.
func TestARottenRecordIsVerifiedThoughNoGatewayStartsOverIt(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.signed("X2", "X3", "X4")
	clean := filepath.Join(v.data.Data, verdictFile)
	if err := os.WriteFile(clean, []byte(`{"at":"2026-11-01T00:00:00Z","clean":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	v.rots(2, 4)
	for _, command := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"evidence", "keys"}} {
		var out, errs bytes.Buffer
		if code := Main(t.Context(), append(command, "--data", v.data.Data), &out, &errs); code != 1 || !strings.Contains(errs.String(), "keep all files as they are") {
			t.Errorf("%s: code %d: %s", command[0], code, &errs)
		}
		v.mustBeUnclean()
		if err := os.WriteFile(clean, []byte(`{"at":"2026-11-01T00:00:00Z","clean":true}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	if code := Main(t.Context(), []string{"verify", "--data", v.data.Data}, &out, &errs); code != 1 {
		t.Errorf("code %d", code)
	}
	if !strings.Contains(errs.String(), ErrBroken.Error()) {
		t.Errorf("says %s", &errs)
	}
	for _, place := range []string{"record: ", "ledger: RECORD_0 sequence 2: ", "ledger: RECORD_0 sequence 4: ", "note: board, statistics and queues were not compared"} {
		if !strings.Contains(out.String(), place) {
			t.Errorf("%q is not in %s", place, &out)
		}
	}
	v.mustBeUnclean()
}

func (v *vault) mustBeUnclean() {
	v.t.Helper()
	content, err := os.ReadFile(filepath.Join(v.data.Data, verdictFile))
	var said verdict
	if err == nil {
		err = json.Unmarshal(content, &said)
	}
	if err != nil || said.Clean {
		v.t.Errorf("the verdict is %s, %v", content, err)
	}
}
