package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"verigate/internal/ledger"
)

// saysAtMost is how long what a command says may be, where nothing else is said, in bytes.
const saysAtMost = 64 << 10

// reportsAtMost is how long the reports of all nodes may be, in bytes: an id of a key is 32 of them.
const reportsAtMost = 64 << 20

// counter is where commands are answered.
type counter struct {
	Service
	log *slog.Logger
	*http.ServeMux
}

// Handler has a door for each command; [Remote] speaks to it.
func Handler(s Service, log *slog.Logger) http.Handler {
	c := counter{Service: s, log: log, ServeMux: http.NewServeMux()}
	asks(c, "POST /verify", s.Verify)
	asks(c, "POST /unfit", s.Unfit)
	asks(c, "POST /gone", s.Gone)
	asks(c, "POST /rebuild", s.Rebuild)
	asks(c, "POST /known", s.Known)
	says(c, "POST /key", saysAtMost, s.Key)
	says(c, "POST /calendar", DecreeLimit, s.Calendar)
	says(c, "POST /person", saysAtMost, s.Person)
	says(c, "POST /evidence", saysAtMost, s.EvidenceRoom)
	says(c, "POST /bundle", 2*ledger.MaxBundle, s.Bundle)
	says(c, "POST /ledger-keys", saysAtMost, s.LedgerKeys)
	says(c, "POST /root-keys", saysAtMost, s.RootKeys)
	says(c, "POST /note-erasures", reportsAtMost, s.NoteErasures)
	says(c, "POST /keys-backup", saysAtMost, s.KeysBackup)
	says(c, "POST /keys-ended", saysAtMost, s.KeysEnded)
	asks(c, "POST /backup-streams", s.BackupStreams)
	c.HandleFunc("POST /snapshot/{stream}", c.snapshot)
	return c
}

// asks is a door for a command that says nothing.
func asks[R any](c counter, door string, do func(context.Context) (R, error)) {
	c.HandleFunc(door, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil { // read to its end, or nobody hears that the command left
			c.reply(w, nil, fmt.Errorf("read what a command says: %w", err))
			return
		}
		result, err := do(r.Context())
		c.reply(w, result, brokenOff(r.Context(), err))
	})
}

// says is a door for a command that says something, of so many bytes at most.
func says[Q, R any](c counter, door string, most int64, do func(context.Context, Q) (R, error)) {
	c.HandleFunc(door, func(w http.ResponseWriter, r *http.Request) {
		var request Q
		content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			c.reply(w, nil, fmt.Errorf("a request of more than %d bytes, which is what this command may say", most))
			return
		}
		if err == nil {
			err = json.Unmarshal(content, &request)
		}
		if err != nil {
			c.reply(w, nil, errors.New("a request that is no JSON of this version"))
			return
		}
		result, err := do(r.Context(), request)
		c.reply(w, result, brokenOff(r.Context(), err))
	})
}

// brokenOff is why a command failed: that the gateway stops is said in place of what came of it.
func brokenOff(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), ErrStopping) {
		return ErrStopping
	}
	return err
}

// answer is what travels back over the socket.
type answer struct {
	Error  string          `json:"error,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

func (c counter) reply(w http.ResponseWriter, result any, err error) {
	var out answer
	if err != nil {
		out.Error = err.Error()
	} else if out.Result, err = json.Marshal(result); err != nil {
		out.Error = err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		c.log.Debug("an admin command left before its answer", "error", err)
	}
}

// snapshot gives a stream over the socket. What goes wrong behind the first byte breaks the connection off, so that
// nobody takes what came for whole.
func (c counter) snapshot(w http.ResponseWriter, r *http.Request) {
	out, conn := &begun{ResponseWriter: w}, http.NewResponseController(w)
	defer context.AfterFunc(r.Context(), func() { _ = conn.SetWriteDeadline(time.Unix(1, 0)) })() // a reader who does not take it holds nothing up
	_, err := c.Snapshot(r.Context(), r.PathValue("stream"), out)
	if err == nil {
		return
	}
	err = brokenOff(r.Context(), err)
	if !out.begun {
		w.WriteHeader(http.StatusInternalServerError)
		c.reply(w, nil, err)
		return
	}
	c.log.Error("a backup was broken off", slog.Any("error", err))
	panic(http.ErrAbortHandler)
}

// begun knows whether anything was written.
type begun struct {
	http.ResponseWriter
	begun bool
}

// Write implements io.Writer.
func (b *begun) Write(content []byte) (int, error) {
	b.begun = true
	return b.ResponseWriter.Write(content)
}
