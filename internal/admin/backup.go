package admin

import "verigate/internal/backup"

// What is said of copies of KEYS, and of searches for what was erased.
const (
	BackupTaken  = "backup-taken"
	BackupEnded  = "backup-ended"
	ErasureNoted = "erasure-noted"
)

// KeysBackupRequest says something of one copy of KEYS.
type KeysBackupRequest struct {
	Act string `json:"act"`
	backup.Held
	By Credential `json:"by"`
}

// KeysBackupResult says whether the record had it already: nothing was said then.
type KeysBackupResult struct {
	Known bool `json:"known,omitempty"`
}
