package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"

	"verigate/internal/backup"
	"verigate/internal/follow"
	"verigate/internal/jet"
	"verigate/internal/ledger"
	"verigate/internal/production"
)

// Remote asks a gateway that runs over a directory, through its socket.
type Remote struct{ client *http.Client }

// Running is the gateway that answers on the directory's socket, and false when none does: there is no socket, or nobody listens
// there. That it may not be asked is an error.
func Running(ctx context.Context, dir string) (Service, bool, error) {
	path, err := Socket(dir)
	if err != nil {
		return nil, false, nil //nolint:nilerr // where no socket can be nobody listens
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
	c, err := dial(ctx, "", "")
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOTDIR):
		return nil, false, nil
	case err != nil:
		return nil, false, AsOwner(fmt.Errorf("look whether a gateway runs over %s: %w", dir, err))
	}
	_ = c.Close()
	return Remote{client: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}, true, nil
}

// AsOwner adds to what failed for want of rights who has them.
func AsOwner(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: call this as the user of the gateway, or as root", err)
	}
	return err
}

// ask asks for one act, with what it says, and is what comes of it.
func ask[R any](ctx context.Context, r Remote, path string, says any) (result R, err error) {
	content, err := json.Marshal(says)
	if err != nil {
		return result, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://verigate"+path, bytes.NewReader(content))
	if err != nil {
		return result, err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return result, fmt.Errorf("ask the running gateway: %w", err)
	}
	defer response.Body.Close()
	var reply answer
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
		return result, fmt.Errorf("answer of the running gateway: %w", err)
	}
	if reply.Error != "" {
		return result, errors.New(reply.Error)
	}
	err = json.Unmarshal(reply.Result, &result)
	return result, err
}

// Verify implements Service.
func (r Remote) Verify(ctx context.Context) (follow.Report, error) {
	return ask[follow.Report](ctx, r, "/verify", nil)
}

// Gone implements Service.
func (r Remote) Gone(ctx context.Context) ([]Erased, error) {
	return ask[[]Erased](ctx, r, "/gone", nil)
}

// Rebuild implements Service.
func (r Remote) Rebuild(ctx context.Context) (Rebuilt, error) {
	return ask[Rebuilt](ctx, r, "/rebuild", nil)
}

// Unfit implements Service.
func (r Remote) Unfit(ctx context.Context) ([]production.Finding, error) {
	return ask[[]production.Finding](ctx, r, "/unfit", nil)
}

// Key implements Service.
func (r Remote) Key(ctx context.Context, request KeyRequest) (KeyResult, error) {
	return ask[KeyResult](ctx, r, "/key", request)
}

// Calendar implements Service.
func (r Remote) Calendar(ctx context.Context, request CalendarRequest) (CalendarResult, error) {
	return ask[CalendarResult](ctx, r, "/calendar", request)
}

// Person implements Service.
func (r Remote) Person(ctx context.Context, request PersonRequest) (PersonResult, error) {
	return ask[PersonResult](ctx, r, "/person", request)
}

// EvidenceRoom implements Service.
func (r Remote) EvidenceRoom(ctx context.Context, request EvidenceRequest) (EvidenceRoom, error) {
	return ask[EvidenceRoom](ctx, r, "/evidence", request)
}

// RootKeys implements Service.
func (r Remote) RootKeys(ctx context.Context, request RootRequest) (RootResult, error) {
	return ask[RootResult](ctx, r, "/root-keys", request)
}

// Known implements Service.
func (r Remote) Known(ctx context.Context) (Known, error) {
	return ask[Known](ctx, r, "/known", nil)
}

// Bundle implements Service.
func (r Remote) Bundle(ctx context.Context, request BundleRequest) ([]byte, error) {
	return ask[[]byte](ctx, r, "/bundle", request)
}

// LedgerKeys implements Service.
func (r Remote) LedgerKeys(ctx context.Context, request LedgerKeysRequest) ([]ledger.PublicKey, error) {
	return ask[[]ledger.PublicKey](ctx, r, "/ledger-keys", request)
}

// BackupStreams implements backup.Source.
func (r Remote) BackupStreams(ctx context.Context) ([]string, error) {
	return ask[[]string](ctx, r, "/backup-streams", nil)
}

// Snapshot implements backup.Source.
func (r Remote) Snapshot(ctx context.Context, stream string, to io.Writer) (e backup.Extent, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://verigate/snapshot/"+stream, bytes.NewReader(nil))
	if err != nil {
		return e, err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return e, fmt.Errorf("ask the running gateway: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var reply answer
		if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
			return e, fmt.Errorf("answer of the running gateway: %w", err)
		}
		return e, errors.New(reply.Error)
	}
	content := jet.HeadReader(response.Body)
	head, err := jet.ReadHead(content)
	if err != nil {
		return e, err
	}
	extent, err := head.Write(to)
	if err != nil {
		return e, err
	}
	if _, err := io.Copy(to, content); err != nil {
		return e, fmt.Errorf("the running gateway broke off, and its log says why: %w", err)
	}
	return backup.Extent(extent), nil
}

// KeysEnded implements Service.
func (r Remote) KeysEnded(ctx context.Context, copied map[string]backup.Extent) (string, error) {
	return ask[string](ctx, r, "/keys-ended", copied)
}

// NoteErasures implements Service.
func (r Remote) NoteErasures(ctx context.Context, request NoteRequest) (Noted, error) {
	return ask[Noted](ctx, r, "/note-erasures", request)
}

// KeysBackup implements Service.
func (r Remote) KeysBackup(ctx context.Context, request KeysBackupRequest) (KeysBackupResult, error) {
	return ask[KeysBackupResult](ctx, r, "/keys-backup", request)
}
