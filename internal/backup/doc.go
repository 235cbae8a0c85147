// Package backup is the form of a backup: files that are encrypted apart, and keys that lie elsewhere.
//
//	OUT/<id>/                            KEYRING/
//	  manifest      signed                 <id>.record.key ── opens all but KEYS
//	  house.age     id.key, ledger.key …   <id>.keys.key ──── opens KEYS, until its date
//	  LEDGER.age  EVIDENCE.age  RECORD_1.age  RECORD_0.age
//	  KEYS.age      taken last, so that no message lacks its key; when one was destroyed
//	                since the record was copied, all is copied again
//
// [Take] writes it, into a directory whose name says that it is unfinished until all is on the disk: what was cut off
// has no manifest. [Open] refuses, by name, what is not as the manifest says, a manifest that this record's ledger has
// not signed, a key of another backup, and a KEYS whose time is over. Nothing is on the disk in clear at any time.
//
// A key in KEYS that was destroyed lives on in each backup of KEYS from before. [Keyring.Expire] ends that: it overwrites
// the key of each KEYS whose date is past, and leaves a note. Then those bytes open nothing, wherever a copy of them lies.
// On flash, and on file systems that copy on write, former bytes of a file may stay on the disk: keep the keyring on an
// encrypted disk of its own, and nowhere else.
//
// What a stream is inside, and who signs, is not known here. The files are those of age: with the key of the keyring,
// `age -d` opens them without this program.
package backup
