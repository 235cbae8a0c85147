package config

import (
	"errors"
	"time"
)

// Backup keeps copies, and brings one back.
type Backup struct {
	Acting
	Take    BackupTake    `cmd:"" help:"Copy the record, the evidence and the keys into encrypted files, while gateways serve; first destroy the keys of backups of KEYS whose time is over."`
	Expire  BackupExpire  `cmd:"" help:"Destroy the keys of the backups of KEYS whose time is over, so that nobody opens one any more."`
	Restore BackupRestore `cmd:"" help:"Bring a backup back into an empty data directory or empty servers, destroy again what was erased, and verify it. Goes on where it was cut off."`
}

// Kept is where the keys of backups are.
type Kept struct {
	Keyring string `help:"Directory of the keys of backups: apart from them, on another disk, and itself in no backup." required:"" env:"VERIGATE_KEYRING" type:"path" placeholder:"DIR"`
}

// BackupTake takes.
type BackupTake struct {
	Stores
	Kept
	Out  string        `help:"Directory below which the backup's own is made." required:"" type:"path" placeholder:"DIR"`
	Keep time.Duration `help:"How long its copy of KEYS may be opened: for as long it may hold the key of what is erased from now on. In hours." required:"" placeholder:"2160h"`
}

// Validate refuses a copy that nobody may open.
func (b BackupTake) Validate() error {
	if b.Keep < time.Hour {
		return errors.New("--keep is an hour at least: a backup that nobody may open is none")
	}
	return b.Stores.Validate()
}

// BackupExpire destroys.
type BackupExpire struct {
	Stores
	Kept
}

// BackupRestore restores.
type BackupRestore struct {
	Stores
	Kept
	Backup          string `arg:"" help:"Directory of the backup." type:"existingdir"`
	PassOverUnknown bool   `help:"End although the witness has erasures that no key in ledger.key has signed. What they erased is not destroyed before a gateway starts with that key. For when no gateway of this record can have signed them." name:"pass-over-unknown"`
	PassOverMissing bool   `help:"End although numbers are missing in the witness's list of erasures. What only they tell to be erased is not destroyed before a gateway starts with them back in their place. For when nobody has them any more." name:"pass-over-missing"`
}
