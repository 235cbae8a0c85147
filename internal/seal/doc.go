// Package seal keeps content unreadable without its key, and makes one key's
// end the end of what it sealed.
//
//	root key ─ wraps ─▶ group key of a month ─ wraps ─▶ data key (kid) ─ seals ─▶ one request
//	   │                   KEYS key.group.2026-11          KEYS key.<kid>
//	   └───── wraps ─▶ secret of blind index names and cursors
//	                       KEYS key.names
//
// The root key is a [RootKey]: a file, or a key that another machine keeps. Of
// it nothing is derived, so that it can be changed while gateways serve:
// [Root.Rotate] wraps the few keys under it anew. Each names the version that
// it is under, and the one of key.names is in use.
//
// A group's key keeps its id for life; [Vault.ReplaceGroup] puts group.2026-11-2
// in its place when somebody else may have it, and moves the data keys. Data
// keys are added, and refiled, only while the key of their group stands as it
// was read, so that none comes under one that is going. [Vault.EndMonth]
// destroys it for good, when two persons have so decided (package month).
//
// Data keys are on stable storage before anything is sealed under them: the
// vault keeps a pool of them, written ahead in one batch, so that sealing
// costs no write. A crash wastes the slots that were left, never content.
// An erased request keeps a tombstone in the record under a key of its own;
// what destroys the others is follow.Eraser.
// Every wrapping is bound to the id of the key inside, so that none can be
// put in another's place. Tink's envelope AEAD is not used: it puts the
// wrapped key beside the content, where it outlives its erasure.
//
// What is kept for another time than content has months of its own, which end
// by themselves: key.evidence.2026-11 is the group of that month's evidence,
// and key.lasting.2026-11 that of the principals, the directory and the
// tombstones that began then, which outlive the content of their month. What
// is under a month's key all the same [Vault.Refile] moves.
package seal
