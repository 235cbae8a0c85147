package admin

import (
	"context"
	"time"

	"verigate/internal/backup"
	"verigate/internal/directory"
	"verigate/internal/follow"
	"verigate/internal/ledger"
	"verigate/internal/production"
)

// Service is what commands ask of a data directory, whether a gateway runs over it or not.
type Service interface {
	Verify(ctx context.Context) (follow.Report, error)
	Rebuild(ctx context.Context) (Rebuilt, error)
	Gone(ctx context.Context) ([]Erased, error)
	Key(ctx context.Context, r KeyRequest) (KeyResult, error)
	Calendar(ctx context.Context, r CalendarRequest) (CalendarResult, error)
	Unfit(ctx context.Context) ([]production.Finding, error)
	Person(ctx context.Context, r PersonRequest) (PersonResult, error)
	Known(ctx context.Context) (Known, error)
	Bundle(ctx context.Context, r BundleRequest) ([]byte, error)
	LedgerKeys(ctx context.Context, r LedgerKeysRequest) ([]ledger.PublicKey, error)
	EvidenceRoom(ctx context.Context, r EvidenceRequest) (EvidenceRoom, error)
	RootKeys(ctx context.Context, r RootRequest) (RootResult, error)
	NoteErasures(ctx context.Context, r NoteRequest) (Noted, error)
	KeysBackup(ctx context.Context, r KeysBackupRequest) (KeysBackupResult, error)
	KeysEnded(ctx context.Context, copied map[string]backup.Extent) (what string, err error)
	backup.Source
}

// Rebuilt says what was made again, and how long it took.
type Rebuilt struct {
	Messages uint64        `json:"messages"` // of the record
	Took     time.Duration `json:"took"`
}

// Known is what the directory knows today.
type Known struct {
	Partners []directory.Partner `json:"partners"`
	Units    []directory.Unit    `json:"units"`
}
