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

func (r Remote) ask(ctx context.Context, path string, body, result any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://verigate"+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return fmt.Errorf("ask the running gateway: %w", err)
	}
	defer response.Body.Close()
	var reply answer
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
		return fmt.Errorf("answer of the running gateway: %w", err)
	}
	if reply.Error != "" {
		return errors.New(reply.Error)
	}
	return json.Unmarshal(reply.Result, result)
}

// Verify implements Service.
func (r Remote) Verify(ctx context.Context) (report follow.Report, err error) {
	err = r.ask(ctx, "/verify", nil, &report)
	return report, err
}

// Gone implements Service.
func (r Remote) Gone(ctx context.Context) (gone []Erased, err error) {
	err = r.ask(ctx, "/gone", nil, &gone)
	return gone, err
}

// Rebuild implements Service.
func (r Remote) Rebuild(ctx context.Context) (out Rebuilt, err error) {
	err = r.ask(ctx, "/rebuild", nil, &out)
	return out, err
}

// Unfit implements Service.
func (r Remote) Unfit(ctx context.Context) (found []production.Finding, err error) {
	err = r.ask(ctx, "/unfit", nil, &found)
	return found, err
}

// Key implements Service.
func (r Remote) Key(ctx context.Context, request KeyRequest) (out KeyResult, err error) {
	err = r.ask(ctx, "/key", request, &out)
	return out, err
}

// Calendar implements Service.
func (r Remote) Calendar(ctx context.Context, request CalendarRequest) (out CalendarResult, err error) {
	err = r.ask(ctx, "/calendar", request, &out)
	return out, err
}

// Person implements Service.
func (r Remote) Person(ctx context.Context, request PersonRequest) (out PersonResult, err error) {
	err = r.ask(ctx, "/person", request, &out)
	return out, err
}

// EvidenceRoom implements Service.
func (r Remote) EvidenceRoom(ctx context.Context, request EvidenceRequest) (out EvidenceRoom, err error) {
	err = r.ask(ctx, "/evidence", request, &out)
	return out, err
}

// RootKeys implements Service.
func (r Remote) RootKeys(ctx context.Context, request RootRequest) (out RootResult, err error) {
	err = r.ask(ctx, "/root-keys", request, &out)
	return out, err
}

// Known implements Service.
func (r Remote) Known(ctx context.Context) (out Known, err error) {
	err = r.ask(ctx, "/known", nil, &out)
	return out, err
}

// Bundle implements Service.
func (r Remote) Bundle(ctx context.Context, request BundleRequest) (out []byte, err error) {
	err = r.ask(ctx, "/bundle", request, &out)
	return out, err
}

// LedgerKeys implements Service.
func (r Remote) LedgerKeys(ctx context.Context, request LedgerKeysRequest) (out []ledger.PublicKey, err error) {
	err = r.ask(ctx, "/ledger-keys", request, &out)
	return out, err
}

// BackupStreams implements backup.Source.
func (r Remote) BackupStreams(ctx context.Context) (streams []string, err error) {
	err = r.ask(ctx, "/backup-streams", nil, &streams)
	return streams, err
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
func (r Remote) KeysEnded(ctx context.Context, copied map[string]backup.Extent) (what string, err error) {
	err = r.ask(ctx, "/keys-ended", copied, &what)
	return what, err
}

// NoteErasures implements Service.
func (r Remote) NoteErasures(ctx context.Context, request NoteRequest) (out Noted, err error) {
	err = r.ask(ctx, "/note-erasures", request, &out)
	return out, err
}

// KeysBackup implements Service.
func (r Remote) KeysBackup(ctx context.Context, request KeysBackupRequest) (out KeysBackupResult, err error) {
	err = r.ask(ctx, "/keys-backup", request, &out)
	return out, err
}
