package access

import (
	"time"

	"verigate/internal/verification"
)

// use remembers when a credential was used last, to the second. Of calls at the same moment any may be the one.
func (k *Keyring) use(id verification.KeyID, at time.Time) {
	k.mu.RLock()
	last := k.used[id]
	k.mu.RUnlock()
	last.Store(at.Unix())
}

// Used says when each credential was used last through this keyring, to the second; one that is missing was not. It is
// known in memory alone: another gateway's use and that of before the start are not in it.
func (k *Keyring) Used() map[verification.KeyID]time.Time {
	k.mu.RLock()
	defer k.mu.RUnlock()
	used := map[verification.KeyID]time.Time{}
	for id, last := range k.used {
		if at := last.Load(); at != 0 {
			used[id] = time.Unix(at, 0).UTC()
		}
	}
	return used
}
