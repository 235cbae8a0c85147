package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"syscall"

	"verigate/internal/follow"
	"verigate/internal/ledger"
	"verigate/internal/production"
)

// remote is the admin of a gateway that runs over the directory.
type remote struct{ client *http.Client }

// running returns the admin of a gateway that answers on the directory's socket, and false when none does: there is no socket, or
// nobody listens there. That it may not be asked is an error.
func running(ctx context.Context, dir string) (Admin, bool, error) {
	path, err := socketOf(dir)
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
		return nil, false, asOwner(fmt.Errorf("look whether a gateway runs over %s: %w", dir, err))
	}
	_ = c.Close()
	return remote{client: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}, true, nil
}

// asOwner adds to what failed for want of rights who has them.
func asOwner(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: call this as the user of the gateway, or as root", err)
	}
	return err
}

func (r remote) ask(ctx context.Context, path string, body, result any) error {
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
	var reply adminReply
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
		return fmt.Errorf("answer of the running gateway: %w", err)
	}
	if reply.Error != "" {
		return errors.New(reply.Error)
	}
	return json.Unmarshal(reply.Result, result)
}

// Verify implements Admin.
func (r remote) Verify(ctx context.Context) (report follow.Report, err error) {
	err = r.ask(ctx, "/verify", nil, &report)
	return report, err
}

// Gone implements Admin.
func (r remote) Gone(ctx context.Context) (gone []Erased, err error) {
	err = r.ask(ctx, "/gone", nil, &gone)
	return gone, err
}

// Rebuild implements Admin.
func (r remote) Rebuild(ctx context.Context) (out Rebuilt, err error) {
	err = r.ask(ctx, "/rebuild", nil, &out)
	return out, err
}

// Unfit implements Admin.
func (r remote) Unfit(ctx context.Context) (found []production.Finding, err error) {
	err = r.ask(ctx, "/unfit", nil, &found)
	return found, err
}

// Key implements Admin.
func (r remote) Key(ctx context.Context, request KeyRequest) (out KeyResult, err error) {
	err = r.ask(ctx, "/key", request, &out)
	return out, err
}

// Person implements Admin.
func (r remote) Person(ctx context.Context, request PersonRequest) (out PersonResult, err error) {
	err = r.ask(ctx, "/person", request, &out)
	return out, err
}

// EvidenceRoom implements Admin.
func (r remote) EvidenceRoom(ctx context.Context, request EvidenceRequest) (out EvidenceRoom, err error) {
	err = r.ask(ctx, "/evidence", request, &out)
	return out, err
}

// RootKeys implements Admin.
func (r remote) RootKeys(ctx context.Context, request RootRequest) (out RootResult, err error) {
	err = r.ask(ctx, "/root-keys", request, &out)
	return out, err
}

// Known implements Admin.
func (r remote) Known(ctx context.Context) (out Known, err error) {
	err = r.ask(ctx, "/known", nil, &out)
	return out, err
}

// Bundle implements Admin.
func (r remote) Bundle(ctx context.Context, request BundleRequest) (out []byte, err error) {
	err = r.ask(ctx, "/bundle", request, &out)
	return out, err
}

// LedgerKeys implements Admin.
func (r remote) LedgerKeys(ctx context.Context, request LedgerKeysRequest) (out []ledger.PublicKey, err error) {
	err = r.ask(ctx, "/ledger-keys", request, &out)
	return out, err
}
