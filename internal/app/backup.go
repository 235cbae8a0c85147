package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/backup"
	"verigate/internal/config"
	"verigate/internal/gateway"
	"verigate/internal/jet"
	"verigate/internal/ledger"
	"verigate/internal/receipt"
)

// KeysBackup keeps in the record what there is of copies of KEYS: until when they may hold the key of what is erased.
func (p *Parts) KeysBackup(ctx context.Context, r admin.KeysBackupRequest) (out admin.KeysBackupResult, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		var change access.Change = access.TakeKeysBackup{Backup: r.ID, Taken: r.Taken, End: r.End}
		if r.Act == admin.BackupEnded {
			change = access.EndKeysBackup{Backup: r.ID, Destroyed: r.Destroyed}
		}
		out.Known = !p.Registry.Custody().News(change)
		err = p.Registry.Keep(ctx, by, change)
	}
	p.acted(act{by: by, what: "backup", kind: r.Act}, err)
	return out, err
}

// houseKeys are the files that come with a backup: without them a restored record makes second requests of repeats, and
// signs with keys that nobody knows. The root key never does: whoever had both would need nothing else.
func houseKeys() []string { return []string{idKeyFile, receipt.FileName, ledgerKeyFile} }

// house reads them.
func house(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range houseKeys() {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is not in %s: name the directory of a gateway with --data", name, dir)
		}
		if err != nil {
			return nil, fmt.Errorf("read the keys of the house: %w", err)
		}
		files[name] = content
	}
	return files, nil
}

// BackupTake takes a backup, after the keys of those whose time is over were destroyed.
func BackupTake(ctx context.Context, e Env, c config.BackupTake) error {
	if err := lieApart(map[string]string{"--keyring": c.Keyring, "--out": c.Out, "--data": c.Data}); err != nil {
		return err
	}
	return Administer(ctx, e, c.Stores, func(a admin.Service) error {
		if err := expire(ctx, e, a, c.Keyring); err != nil && !errors.Is(err, backup.ErrNoKeyring) { // the first one makes it
			return err
		}
		source, end, err := sourceOf(a, c.Stores)
		if err != nil {
			return err
		}
		defer end()
		files, err := house(c.Data)
		if err != nil {
			return err
		}
		keys, err := ledger.ParseKeySet(files[ledgerKeyFile])
		if err != nil {
			return fmt.Errorf("%s: %w", ledgerKeyFile, err)
		}
		record := gateway.NewIdentity(files[idKeyFile]).Fingerprint()
		dir, m, err := backup.Take(ctx, backup.Order{
			Source: source, Out: c.Out, Keyring: backup.Keyring{Dir: c.Keyring}, Keep: c.Keep, Record: record, House: files, Now: e.Now,
			Sign:     func(text []byte) ([]byte, error) { return keys.Current().SignBackup(record, text) },
			Ended:    a.KeysEnded,
			Announce: func(ctx context.Context, h backup.Held) error { return tellBackup(ctx, e, a, admin.BackupTaken, h) },
			Withdraw: func(ctx context.Context, h backup.Held) error { return tellBackup(ctx, e, a, admin.BackupEnded, h) },
		})
		if err != nil {
			return err
		}
		for _, f := range m.Files {
			fmt.Fprintf(e.Out, "%s: %d messages up to sequence %d, %d bytes\n", f.Name, f.Messages, f.Last, f.Bytes)
		}
		fmt.Fprintf(e.Out, "%s: taken in %s; its KEYS may be opened until %s\n", dir, m.Ended.Sub(m.Began).Round(time.Millisecond), admin.Moment(m.KeysEnd))
		return nil
	})
}

// lieApart refuses directories of which one lies in another: whoever copies that one has both, and what was to be safe by their
// being apart is not.
func lieApart(named map[string]string) error {
	for inner, in := range named {
		for outer, out := range named {
			if inner == outer {
				continue
			}
			where, err := filepath.Rel(resolved(out), resolved(in))
			if err == nil && filepath.IsLocal(where) {
				return fmt.Errorf("%s lies in %s: whoever copies that has both. Keep the data, the backups and the keyring apart, each on a disk of its own", inner, outer)
			}
		}
	}
	return nil
}

// resolved is a path without symbolic links, also of what is not there yet.
func resolved(path string) string {
	for left, rest := filepath.Clean(path), ""; ; left, rest = filepath.Dir(left), filepath.Join(filepath.Base(left), rest) {
		if found, err := filepath.EvalSymlinks(left); err == nil {
			return filepath.Join(found, rest)
		}
		if left == filepath.Dir(left) {
			return filepath.Clean(path)
		}
	}
}

// sourceOf is where the streams are copied from: the servers themselves where they are named, for no gateway's credential
// may; else the store inside the gateway.
func sourceOf(a admin.Service, s config.Stores) (backup.Source, func(), error) {
	if _, asked := a.(admin.Remote); !asked || s.NATS == "" {
		return a, func() {}, nil
	}
	options, err := natsOptions(s)
	if err != nil {
		return nil, nil, err
	}
	conn, err := jet.Connect(s.NATS, options...)
	if err != nil {
		return nil, nil, err
	}
	return streamsOf{conn}, conn.Close, nil
}

func tellBackup(ctx context.Context, e Env, a admin.Service, what string, h backup.Held) error {
	_, err := a.KeysBackup(ctx, admin.KeysBackupRequest{Act: what, Held: h, By: e.By})
	return err
}

// BackupExpire destroys keys.
func BackupExpire(ctx context.Context, e Env, c config.BackupExpire) error {
	return Administer(ctx, e, c.Stores, func(a admin.Service) error { return expire(ctx, e, a, c.Keyring) })
}

// expire destroys the keys whose time is over, and then says so to the record and to whoever asks: also of those whose
// destruction nobody has said yet, once.
func expire(ctx context.Context, e Env, a admin.Service, keyring string) error {
	destroyed, err := backup.Keyring{Dir: keyring}.Expire(e.Now())
	for _, h := range destroyed {
		said, err := a.KeysBackup(ctx, admin.KeysBackupRequest{Act: admin.BackupEnded, Held: h, By: e.By})
		if err != nil {
			return fmt.Errorf("the key of the KEYS of backup %s is destroyed, and the record could not be told: %w", h.ID, err)
		}
		if said.Known {
			continue
		}
		fmt.Fprintf(e.Out, "backup %s: the key of its KEYS was destroyed %s\n", h.ID, admin.Moment(h.Destroyed))
	}
	return err
}
