package app

import (
	"time"

	"verigate/internal/httpapi"
)

// backupEvery is how old the last backup may be: one is taken each night, half an hour late at most, and tried again for an
// hour.
const backupEvery = 36 * time.Hour

// backups says whether there is a backup of last night that may be opened. It is the one that sees a timer which nobody has
// set, or whose machine is off. A backup counts from when its copy of KEYS is announced; one that was given up does not.
func (h *health) backups() httpapi.Check {
	check, now := httpapi.Check{Name: "backups", Status: "ok"}, h.parts.Now()
	last := h.parts.Registry.Custody().Last(now)
	switch {
	case h.parts.Genesis.Demonstration: // nobody misses it
	case last.IsZero() && h.parts.KeysBackups == 0: // with it copies of another kind are told of
		check.Status, check.Code = "degraded", "no_backup"
	case !last.IsZero() && now.Sub(last) > backupEvery:
		check.Status, check.Code, check.Since = "degraded", "old_backup", last
	}
	return check
}
