package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"verigate/internal/backup"
	"verigate/internal/follow"
	"verigate/internal/jet"
	"verigate/internal/record"
)

// streamsOf are the streams of a connection, as backups want them.
type streamsOf struct{ *jet.Conn }

var _ backup.Source = streamsOf{}

// Snapshot implements backup.Source.
func (s streamsOf) Snapshot(ctx context.Context, stream string, to io.Writer) (backup.Extent, error) {
	e, err := s.Conn.Snapshot(ctx, stream, to)
	return backup.Extent(e), err
}

// BackupStreams implements backup.Source.
func (p *Parts) BackupStreams(ctx context.Context) ([]string, error) {
	return p.Conn.BackupStreams(ctx)
}

// Snapshot implements backup.Source: of the embedded store, or with a credential that may.
func (p *Parts) Snapshot(ctx context.Context, stream string, to io.Writer) (e backup.Extent, err error) {
	defer func() { p.looked("backup", err) }()
	return streamsOf{p.Conn}.Snapshot(ctx, stream, to)
}

// KeysEnded is backup.Order's: what has destroyed a key since copies were made that reach so far. A key is destroyed after
// its decision is in the record, but that of a group which another came in the place of: KEYS alone tells.
func (p *Parts) KeysEnded(ctx context.Context, copied map[string]backup.Extent) (what string, err error) {
	end, err := p.Journal.Last(ctx)
	if err != nil {
		return "", err
	}
	from := p.Journal.Position(func(stream string) uint64 { return copied[stream].Last })
	err = p.Journal.ReplayUntil(ctx, from, end, func(m record.Sealed) error {
		if what == "" {
			what = follow.Erases(m)
		}
		return nil
	})
	if err != nil || what != "" {
		return what, err
	}
	destroyed, err := p.Conn.Keys().ErasedSince(ctx, copied[backup.KEYS].Last)
	if destroyed {
		what = "the destruction of a key in KEYS"
	}
	return what, err
}

// serveSnapshot gives a stream over the socket. What goes wrong behind the first byte breaks the connection off, so that
// nobody takes what came for whole.
func (p *Parts) serveSnapshot(w http.ResponseWriter, r *http.Request) {
	out, conn := &begun{ResponseWriter: w}, http.NewResponseController(w)
	defer context.AfterFunc(r.Context(), func() { _ = conn.SetWriteDeadline(time.Unix(1, 0)) })() // a reader who does not take it holds nothing up
	_, err := p.Snapshot(r.Context(), r.PathValue("stream"), out)
	if err == nil {
		return
	}
	err = brokenOff(r.Context(), err)
	if !out.begun {
		w.WriteHeader(http.StatusInternalServerError)
		p.reply(w, nil, err)
		return
	}
	p.Log.Error("a backup was broken off", slog.Any("error", err))
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

// BackupStreams implements backup.Source.
func (r remote) BackupStreams(ctx context.Context) (streams []string, err error) {
	err = r.ask(ctx, "/backup-streams", nil, &streams)
	return streams, err
}

// Snapshot implements backup.Source.
func (r remote) Snapshot(ctx context.Context, stream string, to io.Writer) (e backup.Extent, err error) {
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
		var reply adminReply
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

// KeysEnded implements Admin.
func (r remote) KeysEnded(ctx context.Context, copied map[string]backup.Extent) (what string, err error) {
	err = r.ask(ctx, "/keys-ended", copied, &what)
	return what, err
}

// NoteErasures implements Admin.
func (r remote) NoteErasures(ctx context.Context, request NoteRequest) (out Noted, err error) {
	err = r.ask(ctx, "/note-erasures", request, &out)
	return out, err
}

// KeysBackup implements Admin.
func (r remote) KeysBackup(ctx context.Context, request KeysBackupRequest) (out KeysBackupResult, err error) {
	err = r.ask(ctx, "/keys-backup", request, &out)
	return out, err
}
