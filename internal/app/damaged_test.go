package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/follow"
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
	for name, command := range map[string]func() error{
		"serve": func() error {
			return Serve(t.Context(), v.env(), config.Serve{Stores: v.data, Listen: "127.0.0.1:0"})
		},
		"evidence keys": func() error {
			return Administer(t.Context(), v.env(), v.data, func(a admin.Service) error {
				_, err := a.LedgerKeys(t.Context(), admin.LedgerKeysRequest{})
				return err
			})
		},
	} {
		if err := command(); !errors.Is(err, follow.ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
		v.mustBeUnclean()
		if err := os.WriteFile(clean, []byte(`{"at":"2026-11-01T00:00:00Z","clean":true}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report := v.verified(v.data)
	if err := report.Err(); !errors.Is(err, follow.ErrBroken) {
		t.Errorf("it comes to %v", err)
	}
	for _, place := range []string{"record: ", "ledger: RECORD_0 sequence 2: ", "ledger: RECORD_0 sequence 4: "} {
		if !differs(report, place) {
			t.Errorf("%q is not in %v", place, report.Differences)
		}
	}
	if len(report.Notes) == 0 || !strings.Contains(report.Notes[0], "board, statistics and queues were not compared") {
		t.Errorf("notes %q", report.Notes)
	}
	v.mustBeUnclean()
}

// verified is what verify finds in a directory, over which a gateway may or may not run.
func (v *vault) verified(s config.Stores) (report follow.Report) {
	v.t.Helper()
	err := Inspect(v.t.Context(), v.env(), s, func(a admin.Service) (err error) {
		report, err = a.Verify(v.t.Context())
		return err
	})
	if err != nil {
		v.t.Error(err)
	}
	return report
}

// differs says whether a report has a difference that begins so.
func differs(r follow.Report, begins string) bool {
	return slices.ContainsFunc(r.Differences, func(d follow.Difference) bool {
		return strings.HasPrefix(d.Where+": "+d.What, begins)
	})
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
