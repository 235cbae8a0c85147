package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/durable"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// rootKeyOf is the file of the root key.
func rootKeyOf(s config.Stores) string {
	if s.RootKey != "" {
		return s.RootKey
	}
	return filepath.Join(s.Data, rootKeyFile)
}

// nextRootKeyOf is the file of the root key that a rotation goes to. It lies beside the other until nothing is under that
// any more.
func nextRootKeyOf(s config.Stores) string { return rootKeyOf(s) + ".next" }

// openRoot reads the root keys, and makes the first one for a record that is not begun and has none in transit. With a
// record and without its root nothing is made up: a new one would open nothing. The secret of names is made before the
// record begins: a root that does not answer leaves nothing begun.
func (p *Parts) openRoot(ctx context.Context, begun bool) (err error) {
	if p.Transit != "" {
		if p.transit, err = readTransit(p.Transit); err != nil {
			return err
		}
	}
	path := rootKeyOf(p.Stores)
	if !begun && p.transit == nil && !exists(path) {
		if _, err := seal.CreateFileRoot(path); err != nil {
			return err
		}
	}
	if p.Root, err = seal.NewRoot(p.rootKeys); err != nil {
		return err
	}
	if p.Names, err = p.Root.Names(ctx, p.Conn.Keys(), begun); err != nil {
		return fmt.Errorf("the keys of this record: %w", err)
	}
	return nil
}

// rootKeys are those that there are, oldest first. Beside a key in transit there are files until it has taken their place.
func (p *Parts) rootKeys() (all []seal.RootKey, err error) {
	first, next := rootKeyOf(p.Stores), nextRootKeyOf(p.Stores)
	for _, path := range []string{first, next} {
		file, err := seal.OpenFileRoot(path)
		switch {
		case err == nil:
			all = append(all, file)
		case path == first && p.transit == nil && errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s is missing and the record exists: restore it from the backup of the keys, or say who keeps it (--transit)", path)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	if p.transit != nil {
		all = append(all, p.transit)
	}
	return all, nil
}

// openVault opens the keys of all groups, so that from here on the root is needed once a month only.
func (p *Parts) openVault(ctx context.Context) error {
	p.Vault = seal.New(seal.Settings{Store: p.Conn.Keys(), Root: p.Root, Now: p.Now})
	if err := p.Vault.OpenGroups(ctx); err != nil {
		return fmt.Errorf("open the keys of the months: %w", err)
	}
	if err := p.fill(ctx, p.Vault); err != nil {
		return fmt.Errorf("write keys ahead: %w", err)
	}
	p.lasting = seal.New(seal.Settings{Store: p.Conn.Keys(), Root: p.Root, Now: p.Now, Group: "lasting", Slots: lastingKeys})
	if err := p.lasting.OpenGroups(ctx); err != nil {
		return fmt.Errorf("open the keys of what lasts: %w", err)
	}
	if err := p.fill(ctx, p.lasting); err != nil {
		return fmt.Errorf("write keys of what lasts ahead: %w", err)
	}
	return nil
}

// lastingKeys is how many keys of what lasts are written ahead: principals and erasures are few.
const lastingKeys = 8

// RootKeys looks after the root keys. Whoever owns the machine may: it opens no content, and what it does is evidence.
func (p *Parts) RootKeys(ctx context.Context, r admin.RootRequest) (out admin.RootResult, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		out, err = p.rootAct(ctx, r)
	}
	p.acted(act{by: by, what: "key", kind: r.Act, looked: true}, err)
	return out, err
}

func (p *Parts) rootAct(ctx context.Context, r admin.RootRequest) (out admin.RootResult, err error) {
	switch r.Act {
	case admin.RootStatus:
	case admin.RootPrepare:
		out.Did, err = p.prepareRoot()
	case admin.RootRotate:
		out.Did = "everything is under the newest root key"
		err = p.Root.Rotate(ctx, p.Conn.Keys())
	case admin.RootRetire:
		out.Did, err = p.retireRoot(ctx)
	case admin.ReceiptRotate:
		return admin.RootResult{Did: receiptsAnew}, p.Receipts.Rotate()
	case admin.GroupList:
		out.Months, err = p.months(ctx)
		return out, err
	case admin.GroupRefile:
		out.Did, err = p.refile(ctx)
		return out, err
	case admin.GroupReplace:
		out.Did, err = p.replaceGroup(ctx, r.Group)
	default:
		err = fmt.Errorf("%q is no act on root keys", r.Act)
	}
	if err != nil {
		return out, err
	}
	out.RootStatus, err = p.Root.Status(ctx, p.Conn.Keys())
	return out, err
}

// prepareRoot makes the root key that a rotation goes to. Nothing is under it until then.
func (p *Parts) prepareRoot() (string, error) {
	if p.transit != nil {
		return "", errors.New("the root key is kept in transit: make its next version there (vault write -f MOUNT/keys/KEY/rotate), then rotate here")
	}
	next := nextRootKeyOf(p.Stores)
	if _, err := seal.CreateFileRoot(next); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("%s is there already: rotate to it, or take it away when nothing is under it (verigate key root status)", next)
		}
		return "", err
	}
	return "made " + next + ": copy it into the backup of the keys and to every gateway of this record, then rotate", nil
}

// retireRoot takes away the files of root keys under which nothing is any more. With a root in files the one in use is
// root.key afterwards, and a crash leaves both, or that; with one in transit there is none.
func (p *Parts) retireRoot(ctx context.Context) (string, error) {
	s, err := p.Root.Status(ctx, p.Conn.Keys())
	if err != nil {
		return "", err
	}
	if !s.Rotated() {
		return "", errors.New("something is still under another root key than the newest: rotate first (verigate key root status)")
	}
	first, next := rootKeyOf(p.Stores), nextRootKeyOf(p.Stores)
	inTransit := p.transit != nil && p.transit.Has(s.InUse)
	switch {
	case !exists(next) && (!inTransit || !exists(first)):
		return "", errors.New("there is no root key beside the one in use: nothing to take away")
	case inTransit:
		for _, path := range []string{next, first} {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("take the former root key away: %w", err)
			}
		}
	default:
		if err := os.Rename(next, first); err != nil {
			return "", fmt.Errorf("take the former root key away: %w", err)
		}
	}
	return "the root key in use now is " + s.InUse + ", and the former one is gone here: do the same at the other gateways and, when the last backup of KEYS from before is gone, in the backup of the keys",
		errors.Join(durable.Clear(first), durable.Clear(next), durable.SyncDir(filepath.Dir(first))) // a crash may have left the former one beside its file too
}

// aMonth is the id of a month's group as it begins; what came in its place is found.
var aMonth = regexp.MustCompile(`^[a-z]+\.[0-9]{4}-(0[1-9]|1[0-2])$`)

// replaceGroup puts another key in the place of a month's.
func (p *Parts) replaceGroup(ctx context.Context, group string) (string, error) {
	if !aMonth.MatchString(group) {
		return "", errors.New("name a month's group as verigate key root status lists it, such as group.2026-11")
	}
	moved, next, err := p.Vault.ReplaceGroup(ctx, group)
	switch {
	case errors.Is(err, record.ErrKeyMissing):
		return "", fmt.Errorf("%s has no key: nothing was sealed in that month", group)
	case err != nil:
		return "", fmt.Errorf("%w: nothing is lost, call it again to go on", err)
	}
	return fmt.Sprintf("%d keys are under %s now, and the key in whose place it came is destroyed", moved, next), nil
}

// rootFiles are the files of root keys that there have to be, or are.
func rootFiles(s config.Stores) (files []string) {
	if first := rootKeyOf(s); s.Transit == "" || exists(first) {
		files = append(files, first)
	}
	if next := nextRootKeyOf(s); exists(next) {
		files = append(files, next)
	}
	return files
}
