package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"verigate/internal/admin"
	"verigate/internal/backup"
	"verigate/internal/config"
	"verigate/internal/durable"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/jet"
	"verigate/internal/ledger"
)

// A restore that is not finished: while restoreFile is there nobody serves what it has left, and it begins again. The file
// has the backup's id and, once all streams were restored, a line that says so.
const (
	restoreFile  = "restore.unfinished"
	allStreams   = "all streams are restored"
	restoringDir = natsDir + ".unfinished"
)

// ErrRestoring says that a data directory holds half a restore.
var ErrRestoring = errors.New("a restore was cut off here, or is under way: call verigate backup restore again, and serve when it has ended")

// restore is one restore.
type restore struct {
	Env
	config.BackupRestore
	*backup.Backup
	began   time.Time
	resumed bool // the same one was cut off here before
	brought bool // and then all streams were restored: a gateway was opened over them, and may have written
}

// BackupRestore brings a backup back. Nothing is changed before the whole of it was looked at. Erasures are carried out
// again before the directory may be served. What came of it a verify tells.
func BackupRestore(ctx context.Context, e Env, c config.BackupRestore) error {
	r := restore{Env: e, BackupRestore: c, began: e.Now()}
	unlock, err := lock(c.Data)
	if err != nil {
		return err
	}
	if err := errors.Join(r.bring(ctx), unlock()); err != nil {
		return err
	}
	if err := r.erase(ctx); err != nil {
		return fmt.Errorf("the streams are restored, and not to be served yet: %w", err)
	}
	if err := os.Remove(filepath.Join(c.Data, restoreFile)); err != nil {
		return fmt.Errorf("end the restore: %w", err)
	}
	if err := durable.SyncDir(c.Data); err != nil {
		return fmt.Errorf("end the restore: %w", err)
	}
	fmt.Fprintf(e.Out, "backup %s is restored, in %s\n", r.ID, e.Now().Sub(r.began).Round(time.Millisecond))
	return nil
}

// bring puts the keys of the house and all streams where they belong.
func (r *restore) bring(ctx context.Context) (err error) {
	if r.Backup, err = backup.Open(r.BackupRestore.Backup, backup.Keyring{Dir: r.Keyring}, r.Now(), vouched); err != nil {
		return err
	}
	if err := r.empty(); err != nil {
		return err
	}
	if err := r.mark(); err != nil {
		return err
	}
	for _, name := range houseKeys() {
		if path := filepath.Join(r.Data, name); !exists(path) {
			if err := durable.Create(path, r.House[name]); err != nil {
				return err
			}
		}
	}
	if r.NATS == "" {
		return r.intoDirectory(ctx)
	}
	if err := r.intoServers(ctx); err != nil {
		return err
	}
	r.brought = true
	return r.mark()
}

// mark says in the directory that this restore is not finished, and how far it is.
func (r *restore) mark() error {
	said := r.ID + "\n"
	if r.brought {
		said += allStreams + "\n"
	}
	return durable.Replace(filepath.Join(r.Data, restoreFile), []byte(said))
}

// vouched is backup.Vouch: the record is that of the id key in the backup, and its ledger has signed.
func vouched(record string, house map[string][]byte, signed []byte) ([]byte, error) {
	if gateway.NewIdentity(house[idKeyFile]).Fingerprint() != record {
		return nil, errors.New("its id.key is that of another record")
	}
	keys, err := ledger.ParseKeySet(house[ledgerKeyFile])
	if err != nil {
		return nil, err
	}
	return keys.OpenBackup(record, signed)
}

// empty refuses a data directory that has anything of another record, or lacks the root key.
func (r *restore) empty() error {
	if r.Transit == "" && !exists(rootKeyOf(r.Stores)) {
		return fmt.Errorf("%s is missing, and without it nothing can be read: restore it from its own backup first, for it is in no other", rootKeyOf(r.Stores))
	}
	for _, name := range houseKeys() {
		have, err := os.ReadFile(filepath.Join(r.Data, name))
		if err == nil && !bytes.Equal(have, r.House[name]) && (name != ledgerKeyFile || !continues(have, r.House[name])) {
			return fmt.Errorf("%s in %s is not that of the backup: restore into a directory of its own", name, r.Data)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look at the data directory: %w", err)
		}
	}
	cut, err := os.ReadFile(filepath.Join(r.Data, restoreFile))
	if err == nil {
		id, far, _ := strings.Cut(string(bytes.TrimSpace(cut)), "\n")
		r.resumed, r.brought = true, far == allStreams
		return r.same(id)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look at the data directory: %w", err)
	}
	for _, name := range []string{natsDir, ledgerDir} {
		if exists(filepath.Join(r.Data, name)) {
			return fmt.Errorf("%s holds %s of a record: a restore goes into a directory without one", r.Data, name)
		}
	}
	return nil
}

// continues says whether the keys of a ledger came of those in a backup by rotations: then they are of the same record, and know
// who signed what the backup is older than.
func continues(have, backedUp []byte) bool {
	later, err := ledger.ParseKeySet(have)
	if err != nil {
		return false
	}
	earlier, err := ledger.ParseKeySet(backedUp)
	return err == nil && later.Continues(earlier)
}

// same refuses to go on with another backup than the one of which a part is here.
func (r *restore) same(id string) error {
	if id == r.ID {
		return nil
	}
	return fmt.Errorf("the restore of backup %s was cut off here: finish that one, or begin with a directory, and servers, that have nothing of it", id)
}

// intoDirectory makes the store of the embedded server, as a whole or not at all.
func (r *restore) intoDirectory(ctx context.Context) error {
	unfinished, finished := filepath.Join(r.Data, restoringDir), filepath.Join(r.Data, natsDir)
	for _, left := range []string{unfinished, finished, filepath.Join(r.Data, ledgerDir)} { // of a restore that was cut off
		if err := os.RemoveAll(left); err != nil {
			return fmt.Errorf("take away what a restore has left: %w", err)
		}
	}
	into, err := jet.Restore(unfinished)
	if err != nil {
		return err
	}
	if err := r.streams(ctx, into.Conn); err != nil {
		into.Close()
		return err
	}
	if err := into.Finish(ctx); err != nil {
		return err
	}
	if err := os.Rename(unfinished, finished); err != nil {
		return fmt.Errorf("put the store in its place: %w", err)
	}
	return durable.SyncDir(r.Data)
}

// intoServers makes the streams, with the credential that may.
func (r *restore) intoServers(ctx context.Context) error {
	options, err := natsOptions(r.Stores)
	if err != nil {
		return err
	}
	into, err := jet.Connect(r.NATS, options...)
	if err != nil {
		return err
	}
	defer into.Close()
	return r.streams(ctx, into)
}

// streams restores all of them, RECORD_0 last: without it no gateway begins or goes on.
func (r *restore) streams(ctx context.Context, into *jet.Conn) error {
	files := slices.Clone(r.Files)
	slices.SortStableFunc(files, func(a, b backup.File) int { return last(a) - last(b) })
	for _, f := range files {
		if f.Stream == "" {
			continue
		}
		if err := r.stream(ctx, into, f); err != nil {
			return err
		}
		fmt.Fprintf(r.Out, "%s: %d messages up to sequence %d\n", f.Stream, f.Messages, f.Extent.Last)
	}
	return nil
}

func last(f backup.File) int {
	if jet.BeginsRecord(f.Stream) {
		return 1
	}
	return 0
}

// stream restores one. A stream that is there is one that this restore has made before it was cut off, or a part of it, or
// one that the restored gateway has added to while it destroyed again what was erased; anything else is somebody's.
func (r *restore) stream(ctx context.Context, into *jet.Conn, f backup.File) error {
	have, there, err := into.Extent(ctx, f.Stream)
	switch {
	case err != nil:
		return err
	case there && r.resumed && have == jet.Extent(f.Extent), there && r.brought && have.Last >= f.Last:
		return nil
	case there && (!r.resumed || have.Last > f.Last || have.Messages > f.Messages):
		return fmt.Errorf("restore %s: %w, and not by this restore: one goes into servers without a record", f.Stream, jet.ErrStreamExists)
	case there:
		if err := into.DropStream(ctx, f.Stream); err != nil {
			return err
		}
	}
	content, err := r.Stream(f.Stream)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // read only
	if err := into.RestoreStream(ctx, f.Stream, r.Replicas, content); err != nil {
		return err
	}
	if have, _, err = into.Extent(ctx, f.Stream); err == nil && have != jet.Extent(f.Extent) {
		err = fmt.Errorf("restore %s: %d messages up to sequence %d are there, and %d up to %d in the backup", f.Stream, have.Messages, have.Last, f.Messages, f.Extent.Last)
	}
	return err
}

// erase opens the record and destroys again all that it, and the witness, say is erased, and makes the board of what is
// there: a Redis may be full of what came after the backup. Servers may have a QUEUE that was left there, which is in no
// backup: it is emptied with its position, and whoever follows the record makes it again. Then it keeps in the record what
// the keyring knows of backups: the record is older than the latest of them.
func (r *restore) erase(ctx context.Context) (err error) {
	p, err := Open(ctx, Options{Stores: r.Stores, Recorded: true, restoring: true, Now: r.Now, Log: r.Log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := r.heard(p.unheard); err != nil {
		return err
	}
	if err := p.Eraser().Again(ctx); err != nil {
		return err
	}
	if err := p.Conn.Queue().Clear(ctx); err != nil {
		return fmt.Errorf("empty the queues, which are another record's or of after the backup: %w", err)
	}
	if !p.Store.Embedded() {
		if err := p.Boarder.Rebuild(ctx); err != nil {
			return fmt.Errorf("rebuild the board: %w", err)
		}
	}
	if err := expire(ctx, r.Env, p, r.Keyring); err != nil {
		return err
	}
	known, err := backup.Keyring{Dir: r.Keyring}.All()
	for _, h := range known {
		if err != nil || !h.Destroyed.IsZero() {
			continue
		}
		err = tellBackup(ctx, r.Env, p, admin.BackupTaken, h)
	}
	return err
}

// heard ends a restore behind which something could still be read though the witness knows, or knew, that it was erased. What
// a key has signed that is not known here is most likely true: the backup's ledger.key is as old as the backup, and a later one
// is in other hands than the witness. What is missing in its list was true. But whoever can write to the witness's directory can
// put there what nobody's key has signed, and take notes away, and must not stop a restore by it for good: so either may be
// passed over by whoever has looked into it, each by a word of its own. That gives nothing up. It keeps its place in the list,
// health tells of it, and a start with the right ledger.key, or behind which the note is back, carries it out.
func (r *restore) heard(unheard error) error {
	unvouched, missing := errors.Is(unheard, follow.ErrUnvouched), errors.Is(unheard, follow.ErrMissing)
	switch {
	case unheard == nil:
		return nil
	case !unvouched && !missing:
		return fmt.Errorf("%w: call this again when the witness is there, or without --witness: then nothing that it alone knows to be erased is destroyed", unheard)
	case missing && !r.PassOverMissing:
		return fmt.Errorf("%w: what only these notes tell to be erased could be read again. Bring them back from a copy of the witness's directory and call this again; when there is none, find out who took them away, and add --pass-over-missing",
			unheard)
	case unvouched && !r.PassOverUnknown:
		return fmt.Errorf("%w: put the newest ledger.key of this record in place of %s and call this again; when no gateway of this record can have signed them, find out who did, and add --pass-over-unknown",
			unheard, filepath.Join(r.Data, ledgerKeyFile))
	}
	fmt.Fprintf(r.Out, "passed over, and not destroyed before a gateway starts with the right ledger.key, and with all notes at the witness: %v\n", unheard)
	return nil
}
