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

// gone is a key that is erased behind a backup.
const gone = "gone"

// later puts a key into the record, takes a backup, gives the ledger another key and has the witness told that the first one
// was erased: the backup's ledger.key knows nothing of who says so.
func (v *vault) later() (witness string) {
	v.t.Helper()
	v.data.Witness = v.t.TempDir()
	v.over(v.data, func(p *Parts) error {
		return p.Conn.Keys().Put(v.t.Context(), []seal.Wrapped{{KID: gone, Group: "group." + v.now.UTC().Format("2006-01"), Bytes: []byte("x")}})
	})
	v.take(48 * time.Hour)
	v.over(v.data, func(p *Parts) error {
		_, err := p.LedgerKeys(v.t.Context(), admin.LedgerKeysRequest{Rotate: true})
		return errors.Join(err, p.Notary.GiveErasure(ledger.Erasure{Tombstone: "t", Keys: []string{gone}}))
	})
	logs, err := filepath.Glob(filepath.Join(v.data.Witness, "verigate", "*", "[A-Z]*"))
	if err != nil || len(logs) == 0 {
		v.t.Fatal("checkpoints at the witness:", logs, err)
	}
	for _, log := range logs { // a new directory of the witness, with what is erased: it does not know more of the record than the backup
		if err := os.RemoveAll(log); err != nil {
			v.t.Fatal(err)
		}
	}
	return v.data.Witness
}

// over opens a directory as a gateway does.
func (v *vault) over(s config.Stores, do func(*Parts) error) {
	v.t.Helper()
	p, err := Open(v.t.Context(), options(s))
	if err != nil {
		v.t.Fatal(err)
	}
	if err := errors.Join(do(p), p.Close()); err != nil {
		v.t.Fatal(err)
	}
}

// is says of that key that it is there (nil) or was erased, and of health whether something is left to be destroyed.
func (v *vault) is(s config.Stores, want error, left bool) {
	v.t.Helper()
	v.over(s, func(p *Parts) error {
		if _, err := p.Conn.Keys().Get(v.t.Context(), gone); !errors.Is(err, want) {
			v.t.Errorf("the key: %v, want %v", err, want)
		}
		told := newHealth(p).erasures()
		if (len(told) == 1 && told[0].Status == "degraded" && told[0].Code == "unknown_signer") != left || len(told) > 1 {
			v.t.Errorf("health tells: %+v", told)
		}
		return nil
	})
}

// A restore that cannot tell whether an erasure is true does not end before it was given the key that signed it.
func TestARestoreWaitsForTheKeyThatSignedAnErasure(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	witness := v.later()
	into := v.elsewhere()
	into.Witness = witness
	for range 2 {
		err := v.restore(into)
		if !errors.Is(err, follow.ErrUnvouched) || !strings.Contains(err.Error(), filepath.Join(into.Data, ledgerKeyFile)) || !strings.Contains(err.Error(), "--pass-over-unknown") {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), options(into)); !errors.Is(err, ErrRestoring) {
		t.Errorf("it is served: %v", err)
	}
	v.copy(filepath.Join(into.Data, ledgerKeyFile), filepath.Join(v.data.Data, ledgerKeyFile))
	if err := v.restore(into); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	v.is(into, record.ErrErased, false)
}

// A ledger.key that came of the backup's by rotations may be there at once; one of another record may not.
func TestARestoreTakesALaterLedgerKey(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	witness := v.later()
	into := v.elsewhere()
	into.Witness = witness
	v.copy(filepath.Join(into.Data, ledgerKeyFile), filepath.Join(newVault(t).data.Data, ledgerKeyFile))
	if err := v.restore(into); err == nil || !strings.Contains(err.Error(), "ledger.key in") {
		t.Error("another record's:", err)
	}
	v.copy(filepath.Join(into.Data, ledgerKeyFile), filepath.Join(v.data.Data, ledgerKeyFile))
	if err := v.restore(into); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	v.is(into, record.ErrErased, false)
}

// Whoever can write to the witness cannot stop a restore for good; and what is passed over is not for good either.
func TestARestoreMayPassOverWhatNobodyVouchesFor(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	witness := v.later()
	into := v.elsewhere()
	into.Witness = witness
	order := config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken, PassOverUnknown: true}
	if err := BackupRestore(t.Context(), v.env(), order); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	if !strings.Contains(v.said.String(), "passed over") {
		t.Error(v.said.String())
	}
	v.is(into, nil, true)
	v.is(into, nil, true) // a start is none the wiser
	v.copy(filepath.Join(into.Data, ledgerKeyFile), filepath.Join(v.data.Data, ledgerKeyFile))
	v.is(into, record.ErrErased, false)
}

// A witness that was named is read, or the restore does not end.
func TestARestoreReadsTheWitnessThatItWasTold(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	into := v.elsewhere()
	into.Witness = filepath.Join(t.TempDir(), "not mounted")
	if err := v.restore(into); err == nil || !strings.Contains(err.Error(), "not to be served yet") || !strings.Contains(err.Error(), "--witness") {
		t.Fatal(err)
	}
	into.Witness = ""
	if err := v.restore(into); err != nil {
		t.Error(err)
	}
}
