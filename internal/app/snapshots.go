package app

import (
	"context"
	"io"

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
