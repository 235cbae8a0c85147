package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/backup"
	"verigate/internal/config"
	"verigate/internal/jet"
	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/tooltest"
	"verigate/internal/verification"
)

// house of a test: a record with somebody in it, where it may be backed up to, and a clock.
type vault struct {
	t         *testing.T
	data      config.Stores
	out, ring string
	now       time.Time
	said      bytes.Buffer
	taken     string // directory of the last backup
}

func newVault(t *testing.T) *vault {
	t.Helper()
	v := &vault{
		t: t, data: config.Stores{Data: filepath.Join(t.TempDir(), "data"), Replicas: 1}, out: filepath.Join(t.TempDir(), "out"),
		ring: filepath.Join(t.TempDir(), "ring"), now: time.Now(),
	}
	v.add("X1")
	return v
}

func (v *vault) env() Env {
	v.said.Reset()
	return Env{Out: &v.said, Log: options(config.Stores{}).Log, Now: func() time.Time { return v.now }}
}

// add puts a partner into the record.
func (v *vault) add(code string) {
	v.t.Helper()
	o := options(v.data)
	o.Now = func() time.Time { return v.now }
	p, err := Open(v.t.Context(), o)
	if err != nil {
		v.t.Fatal(err)
	}
	add := access.AddPartner{Code: verification.PartnerCode(code), Name: "Partner " + code, Kind: "customs"}
	if err := errors.Join(p.Registry.AddPartner(v.t.Context(), verification.System(), add), p.Close()); err != nil {
		v.t.Fatal(err)
	}
}

func (v *vault) take(keep time.Duration) {
	v.t.Helper()
	err := BackupTake(v.t.Context(), v.env(), config.BackupTake{Stores: v.data, Kept: config.Kept{Keyring: v.ring}, Out: v.out, Keep: keep})
	if err != nil {
		v.t.Fatalf("%v\n%s", err, v.said.String())
	}
	v.taken = regexp.MustCompile(`(?m)^(/\S+): taken in`).FindStringSubmatch(v.said.String())[1]
}

// elsewhere is a data directory that has the root key alone.
func (v *vault) elsewhere() config.Stores {
	v.t.Helper()
	dir := filepath.Join(v.t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		v.t.Fatal(err)
	}
	v.copy(filepath.Join(dir, rootKeyFile), filepath.Join(v.data.Data, rootKeyFile))
	return config.Stores{Data: dir, Replicas: 1}
}

func (v *vault) copy(to, from string) {
	v.t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *vault) restore(into config.Stores) error {
	return v.restoreContext(v.t.Context(), into)
}

func (v *vault) restoreContext(ctx context.Context, into config.Stores) error {
	return BackupRestore(ctx, v.env(), config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken})
}

// knows says which partners the record of a directory has, and opens it as a gateway does.
func (v *vault) knows(s config.Stores, code string) bool {
	v.t.Helper()
	p, err := Open(v.t.Context(), options(s))
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	_, known := p.Registry.Directory().Partner(code)
	return known
}

func TestABackupComesBackIntoAnEmptyDirectory(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	v.add("X2") // after it
	into := v.elsewhere()
	if err := v.restore(into); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	if !strings.Contains(v.said.String(), "is restored, in") {
		t.Error(v.said.String())
	}
	if err := v.verified(into).Err(); err != nil {
		t.Error(err)
	}
	if !v.knows(into, "X1") || v.knows(into, "X2") {
		t.Error("it is not the record of then")
	}
	if err := v.restore(into); err == nil || !strings.Contains(err.Error(), "holds nats of a record") {
		t.Error("a second restore over it:", err)
	}
}

// The record of a restore learns of the backups that its keyring has, for it is older than the last of them.
func TestARestoredRecordKnowsTheCopiesOfItsKeys(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	first := v.taken
	v.now = v.now.Add(time.Hour)
	v.take(72 * time.Hour)
	end := v.now.Add(72 * time.Hour)
	v.taken = first
	into := v.elsewhere()
	if err := v.restore(into); err != nil {
		t.Fatal(err)
	}
	p, err := Open(t.Context(), options(into))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	if until := p.Registry.Custody().Until(v.now.Add(time.Hour)); !until.Equal(end.Truncate(time.Second)) {
		t.Errorf("until %v, want %v", until, end)
	}
	if until := p.Registry.Custody().Until(v.now.Add(-30 * time.Minute)); !until.Equal(v.now.Add(47 * time.Hour).Truncate(time.Second)) {
		t.Errorf("of what was destroyed before the second: until %v", until)
	}
}

// Behind its date a backup does not come back, and the next one that is taken destroys its key and says so.
func TestABackupPastItsDateIsRefusedAndItsKeyDestroyed(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	old := v.taken
	v.now = v.now.Add(48 * time.Hour)
	if err := v.restore(v.elsewhere()); !errors.Is(err, backup.ErrOver) {
		t.Error("its date is past:", err)
	}
	v.take(48 * time.Hour)
	if !strings.Contains(v.said.String(), "backup "+filepath.Base(old)+": the key of its KEYS was destroyed") {
		t.Error(v.said.String())
	}
	if v.take(48 * time.Hour); strings.Contains(v.said.String(), "was destroyed") {
		t.Error("it is said again:", v.said.String())
	}
	v.taken, v.now = old, v.now.Add(-48*time.Hour) // a clock that was put back
	into := v.elsewhere()
	if err := v.restore(into); !errors.Is(err, backup.ErrDestroyed) {
		t.Error("its key was destroyed:", err)
	}
	if exists(filepath.Join(into.Data, natsDir)) || exists(filepath.Join(into.Data, idKeyFile)) {
		t.Error("something of it was restored")
	}
	p, err := Open(t.Context(), options(v.data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	if b, known := p.Registry.Custody().Backup(filepath.Base(old)); !known || b.Destroyed.IsZero() {
		t.Errorf("the record says %+v", b)
	}
}

func TestARestoreWithoutWhatItNeedsChangesNothing(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	for name, test := range map[string]struct {
		spoil func(dir string) error
		says  string
	}{
		"no root key":    {func(dir string) error { return os.Remove(filepath.Join(dir, rootKeyFile)) }, "root.key is missing"},
		"another id key": {func(dir string) error { return os.WriteFile(filepath.Join(dir, idKeyFile), make([]byte, 32), 0o600) }, "id.key in"},
		"a ledger":       {func(dir string) error { return os.Mkdir(filepath.Join(dir, ledgerDir), 0o700) }, "holds ledger of a record"},
		"another restore": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, restoreFile), []byte("20261129T120000Z-abcdefgh\n"), 0o600)
		}, "the restore of backup 20261129T120000Z-abcdefgh was cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			into := v.elsewhere()
			if err := test.spoil(into.Data); err != nil {
				t.Fatal(err)
			}
			if err := v.restore(into); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Error(err)
			}
			if exists(filepath.Join(into.Data, natsDir)) || exists(filepath.Join(into.Data, restoringDir)) {
				t.Error("streams were restored")
			}
		})
	}
}

// A restore that is cut off is served by nobody, and is finished by the same call.
func TestARestoreThatIsCutOffIsNotServed(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: five restores, each cut off and then done, 3 s")
	}
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	for cut := 1; cut <= 5; cut++ {
		t.Run(fmt.Sprint("behind stream ", cut), func(t *testing.T) {
			into := v.elsewhere()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			e := v.env()
			e.Out = &tooltest.Dying{After: cut, End: cancel}
			err := BackupRestore(ctx, e, config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken})
			if err == nil {
				t.Fatal("it was not cut off")
			}
			if _, err := Open(t.Context(), options(into)); !errors.Is(err, ErrRestoring) {
				t.Fatalf("it is served: %v", err)
			}
			if err := v.restore(into); err != nil {
				t.Fatalf("%v\n%s", err, v.said.String())
			}
			if !v.knows(into, "X1") {
				t.Error("something is missing")
			}
		})
	}
}

// storeServer is a server that everybody may use.
func storeServer(t *testing.T) string {
	t.Helper()
	return natsServer(t, fmt.Sprintf("jetstream { store_dir: %q, sync_interval: always }", t.TempDir())).ClientURL()
}

// With servers, what is there and not of the same restore is not touched.
func TestARestoreIntoServersThatHaveARecordIsRefused(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	url := storeServer(t)
	into := v.elsewhere()
	into.NATS = url
	conn, err := jet.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := v.restore(into); !errors.Is(err, jet.ErrStreamExists) {
		t.Error(err)
	}
	if _, there, err := conn.Extent(t.Context(), "LEDGER"); !there || err != nil {
		t.Error("a stream of somebody's is gone", err)
	}
}

func TestABackupOfServersIsTakenAndComesBack(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.data = config.Stores{Data: filepath.Join(t.TempDir(), "data"), Replicas: 1, NATS: storeServer(t)}
	v.add("X1")
	v.take(48 * time.Hour)
	into := v.elsewhere()
	into.NATS = storeServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	e := v.env()
	e.Out = &tooltest.Dying{After: 3, End: cancel}
	order := config.BackupRestore{Stores: into, Kept: config.Kept{Keyring: v.ring}, Backup: v.taken}
	if err := BackupRestore(ctx, e, order); err == nil {
		t.Fatal("it was not cut off")
	}
	if err := v.restore(into); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	if !v.knows(into, "X1") {
		t.Error("something is missing")
	}
}

// What failed behind the streams is gone on with at servers too, though the gateway that was opened has written there.
func TestARestoreIntoServersGoesOnBehindItsStreams(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.take(48 * time.Hour)
	into := v.elsewhere()
	into.NATS, into.Redis = storeServer(t), "127.0.0.1:1" // nobody's
	if err := v.restore(into); err == nil || !strings.Contains(err.Error(), "the streams are restored, and not to be served yet: rebuild the board") {
		t.Fatal(err)
	}
	into.Redis = ""
	if err := v.restore(into); err != nil {
		t.Fatalf("%v\n%s", err, v.said.String())
	}
	if !v.knows(into, "X1") {
		t.Error("something is missing")
	}
}

// What destroys a key behind a copy is seen: by its decision, though nothing was carried out yet, or in KEYS alone.
func TestWhatDestroysAKeySinceACopyIsSeen(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	p, err := Open(t.Context(), options(v.data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	decides := func(s record.Subject, kind string) func() error {
		return func() error {
			m := record.Sealed{Subject: s, Header: record.Header{KID: "k", Command: kind, Kinds: []string{kind}, Wire: 1}, Data: []byte("x")}
			_, err := p.Journal.Append(t.Context(), m, 0)
			return err
		}
	}
	month := "group." + v.now.UTC().Format("2006-01")
	for _, test := range []struct {
		name, want string
		do         func() error
	}{
		{"a request", "", decides(record.Request("vr_0"), "submitted.v1")},
		{"its erasure", "the erasure of a request", decides(record.Request("vr_1"), "above_ceiling_found.v1")},
		{"in the other partition", "the erasure of a request", decides(record.Request("vr_2"), "erased.v1")},
		{"the end of a month", "the end of a month", decides(record.Subject{Kind: record.KindDirectory, ID: access.MonthEntry("2019-01")}, "month_ended.v1")},
		{"keys are written ahead", "", func() error {
			return p.Conn.Keys().Put(t.Context(), []seal.Wrapped{{KID: "unused", Group: month, Bytes: []byte("x")}})
		}},
		{"a key of nobody", "the destruction of a key in KEYS", func() error { return p.Conn.Keys().Erase(t.Context(), "unused") }},
		{"a month's key that another came in the place of", "the destruction of a key in KEYS", func() error {
			_, err := p.RootKeys(t.Context(), admin.RootRequest{Act: admin.GroupReplace, Group: month})
			return err
		}},
	} {
		copied := map[string]backup.Extent{}
		streams, err := p.BackupStreams(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, stream := range streams {
			e, _, err := p.Conn.Extent(t.Context(), stream)
			if err != nil {
				t.Fatal(err)
			}
			copied[stream] = backup.Extent(e)
		}
		if err := test.do(); err != nil {
			t.Fatal(test.name, err)
		}
		if what, err := p.KeysEnded(t.Context(), copied); what != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", test.name, what, err, test.want)
		}
	}
}
