package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"verigate/internal/ledger"
)

// socketAtMost is how long the path of a unix socket may be on Linux, in bytes: unix(7), less the byte that ends it.
const socketAtMost = 107

// socketOf is the path of the socket of a data directory. One that is too long for a socket is refused before anything is begun.
func socketOf(data string) (string, error) {
	path := filepath.Join(data, adminSocket)
	if len(path) > socketAtMost {
		return "", fmt.Errorf("the path of the data directory is too long: its socket %s would have %d bytes, and a socket's path has %d at most: name a directory with --data whose path is %d bytes shorter",
			adminSocket, len(path), socketAtMost, len(path)-socketAtMost)
	}
	return path, nil
}

// listenAdmin opens the socket in the data directory, whose lock this process has.
func (p *Parts) listenAdmin(ctx context.Context) (net.Listener, error) {
	path, err := socketOf(p.Data)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("clear the admin socket: %w", err)
	}
	// The directory is 0700, so that nobody else can reach the socket before its own mode is set.
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("open the admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("guard the admin socket: %w", err), l.Close())
	}
	return ownOnly{l}, nil
}

// errStopping is why a command is broken off that the gateway still worked on when it was told to stop.
var errStopping = errors.New("the gateway was told to stop and broke this command off: it may be done or not: look whether it was done, and call it again when the gateway runs, or while none does")

// serveAdmin answers on the socket until ctx ends. What is under way then has half of the time for requests under way to end; what
// takes longer, as a verify or a backup may, is broken off, and the other half is there to say so. A service is killed that takes
// longer to stop than its manager waits (deploy/systemd).
func (p *Parts) serveAdmin(ctx context.Context, l net.Listener, drain time.Duration) error {
	work, breakOff := context.WithCancelCause(context.WithoutCancel(ctx))
	defer breakOff(nil)
	defer context.AfterFunc(ctx, func() {
		select {
		case <-time.After(drain / 2):
			breakOff(errStopping)
		case <-work.Done():
		}
	})()
	s := p.server(p.adminHandler())
	s.ReadTimeout = 0 // it would end the context of a command that works for longer; what one says is short, and it is this user's own
	s.BaseContext = func(net.Listener) context.Context { return work }
	return p.serve(ctx, l, s, drain)
}

// ownOnly hands over connections of this user and of root, and closes all others.
type ownOnly struct{ net.Listener }

// Accept implements net.Listener.
func (l ownOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, err := peer(c)
		if err == nil && (uid == uint32(os.Getuid()) || uid == 0) { //nolint:gosec // a uid is not negative here
			return c, nil
		}
		_ = c.Close()
	}
}

func peer(c net.Conn) (uint32, error) {
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		cred, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err = errors.Join(err, failed); err != nil {
		return 0, err
	}
	return cred.Uid, nil
}

// saysAtMost is how long what a command says may be, where nothing else is said, in bytes.
const saysAtMost = 64 << 10

// reportsAtMost is how long the reports of all nodes may be, in bytes: an id of a key is 32 of them.
const reportsAtMost = 64 << 20

// adminHandler has a door for each command; remote speaks to it.
func (p *Parts) adminHandler() http.Handler {
	mux := http.NewServeMux()
	asks(p, mux, "POST /verify", p.Verify)
	asks(p, mux, "POST /unfit", p.Unfit)
	asks(p, mux, "POST /gone", p.Gone)
	asks(p, mux, "POST /rebuild", p.Rebuild)
	asks(p, mux, "POST /known", p.Known)
	says(p, mux, "POST /key", saysAtMost, p.Key)
	says(p, mux, "POST /calendar", decreeLimit, p.Calendar)
	says(p, mux, "POST /person", saysAtMost, p.Person)
	says(p, mux, "POST /evidence", saysAtMost, p.EvidenceRoom)
	says(p, mux, "POST /bundle", 2*ledger.MaxBundle, p.Bundle)
	says(p, mux, "POST /ledger-keys", saysAtMost, p.LedgerKeys)
	says(p, mux, "POST /root-keys", saysAtMost, p.RootKeys)
	says(p, mux, "POST /note-erasures", reportsAtMost, p.NoteErasures)
	says(p, mux, "POST /keys-backup", saysAtMost, p.KeysBackup)
	says(p, mux, "POST /keys-ended", saysAtMost, p.KeysEnded)
	asks(p, mux, "POST /backup-streams", p.BackupStreams)
	mux.HandleFunc("POST /snapshot/{stream}", p.serveSnapshot)
	return mux
}

// asks is a door for a command that says nothing.
func asks[R any](p *Parts, mux *http.ServeMux, door string, do func(context.Context) (R, error)) {
	mux.HandleFunc(door, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil { // read to its end, or nobody hears that the command left
			p.reply(w, nil, fmt.Errorf("read what a command says: %w", err))
			return
		}
		result, err := do(r.Context())
		p.reply(w, result, brokenOff(r.Context(), err))
	})
}

// says is a door for a command that says something, of so many bytes at most.
func says[Q, R any](p *Parts, mux *http.ServeMux, door string, most int64, do func(context.Context, Q) (R, error)) {
	mux.HandleFunc(door, func(w http.ResponseWriter, r *http.Request) {
		var request Q
		content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			p.reply(w, nil, fmt.Errorf("a request of more than %d bytes, which is what this command may say", most))
			return
		}
		if err == nil {
			err = json.Unmarshal(content, &request)
		}
		if err != nil {
			p.reply(w, nil, errors.New("a request that is no JSON of this version"))
			return
		}
		result, err := do(r.Context(), request)
		p.reply(w, result, brokenOff(r.Context(), err))
	})
}

// brokenOff is why a command failed: that the gateway stops is said in place of what came of it.
func brokenOff(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errStopping) {
		return errStopping
	}
	return err
}

// adminReply is what travels over the socket.
type adminReply struct {
	Error  string          `json:"error,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

func (p *Parts) reply(w http.ResponseWriter, result any, err error) {
	var out adminReply
	if err != nil {
		out.Error = err.Error()
	} else if out.Result, err = json.Marshal(result); err != nil {
		out.Error = err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		p.Log.Debug("an admin command left before its answer", "error", err)
	}
}
