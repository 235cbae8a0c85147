package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/follow"
	"verigate/internal/ledger"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// lossy is a vault whose witness knows of three keys, erased behind the backup, and has lost the note of the second.
type lossy struct {
	*vault
	path string // of the note
	note []byte
}

func newLossy(t *testing.T) lossy {
	t.Helper()
	v := lossy{vault: newVault(t)}
	v.data.Witness = t.TempDir()
	kids := []string{"k1", "k2", "k3"}
	v.over(v.data, func(p *Parts) error {
		var keys []seal.Wrapped
		for _, kid := range kids {
			keys = append(keys, seal.Wrapped{KID: kid, Group: "group." + v.now.UTC().Format("2006-01"), Bytes: []byte("x")})
		}
		return p.Conn.Keys().Put(t.Context(), keys)
	})
	v.take(48 * time.Hour)
	v.over(v.data, func(p *Parts) error {
		var err error
		for _, kid := range kids {
			err = errors.Join(err, p.Notary.GiveErasure(ledger.Erasure{Tombstone: "t" + kid, Keys: []string{kid}}))
		}
		return err
	})
	found, err := filepath.Glob(filepath.Join(v.data.Witness, "verigate", "*", "erased", "*", "0000000000000002"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	v.path = found[0]
	v.note, err = os.ReadFile(v.path)
	if err = errors.Join(err, os.Remove(v.path)); err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Glob(filepath.Join(v.data.Witness, "verigate", "*", "[A-Z]*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range logs { // of checkpoints the witness knows no more than the backup
		if err := os.RemoveAll(log); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// has says which of the keys can still be opened, and what health tells of the witness's list.
func (v lossy) has(s config.Stores, want, code string) {
	v.t.Helper()
	v.over(s, func(p *Parts) error {
		var held []string
		for _, kid := range []string{"k1", "k2", "k3"} {
			_, err := p.Conn.Keys().Get(v.t.Context(), kid)
			if err == nil {
				held = append(held, kid)
			} else if !errors.Is(err, record.ErrErased) {
				v.t.Error(err)
			}
		}
		told := ""
		for _, c := range newHealth(p).erasures() {
			told += c.Name + " " + c.Status + " " + c.Code
		}
		if got := strings.Join(held, " "); got != want || told != code {
			v.t.Errorf("held: %q, want %q; health tells %q, want %q", got, want, told, code)
		}
		return nil
	})
}

// A restore whose witness has lost a note of what was erased names it and does not end before it is back.
func TestARestoreWaitsForANoteThatIsMissing(t *testing.T) {
	t.Parallel()
	v := newLossy(t)
	into := v.elsewhere()
	into.Witness = v.data.Witness
	for _, unknown := range []bool{false, true} { // which is another matter
		order := config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken, PassOverUnknown: unknown}
		err := BackupRestore(t.Context(), v.env(), order)
		if !errors.Is(err, follow.ErrMissing) || !strings.Contains(err.Error(), "numbers are missing: 2: ") || !strings.Contains(err.Error(), "--pass-over-missing") {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), options(into)); !errors.Is(err, ErrRestoring) {
		t.Errorf("it is served: %v", err)
	}
	if err := os.WriteFile(v.path, v.note, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.restore(into); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	v.has(into, "", "")
}

// Whoever can take a note away cannot stop a restore for good, nor bring back what another note tells to be erased; and what is
// passed over is told of until it is back.
func TestARestoreMayPassOverANoteThatIsMissing(t *testing.T) {
	t.Parallel()
	v := newLossy(t)
	into := v.elsewhere()
	into.Witness = v.data.Witness
	order := config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken, PassOverMissing: true}
	if err := BackupRestore(t.Context(), v.env(), order); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	if said := v.said.String(); !strings.Contains(said, "passed over") || !strings.Contains(said, "numbers are missing: 2\n") {
		t.Error(said)
	}
	for range 2 { // a start is none the wiser
		v.has(into, "k2", "erasure_witness degraded missing_erasure")
	}
	if err := os.WriteFile(v.path, v.note, 0o600); err != nil {
		t.Fatal(err)
	}
	v.has(into, "", "")
}

// Both at once: each is passed over by its own word, and health tells of what is worse.
func TestWhatIsMissingAndWhatNobodyVouchesForArePassedOverEachByItself(t *testing.T) {
	t.Parallel()
	v := newLossy(t)
	v.over(v.data, func(p *Parts) error {
		_, err := p.LedgerKeys(t.Context(), admin.LedgerKeysRequest{Rotate: true})
		return errors.Join(err, p.Notary.GiveErasure(ledger.Erasure{Tombstone: "t4", Keys: []string{"k4"}}))
	})
	into := v.elsewhere()
	into.Witness = v.data.Witness
	order := config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken, PassOverMissing: true}
	if err := BackupRestore(t.Context(), v.env(), order); !errors.Is(err, follow.ErrUnvouched) || !strings.Contains(err.Error(), "--pass-over-unknown") {
		t.Fatal(err)
	}
	order.PassOverUnknown = true
	if err := BackupRestore(t.Context(), v.env(), order); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	v.has(into, "k2", "erasure_witness degraded missing_erasure")
}
