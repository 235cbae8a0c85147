// Package remnant looks into the files of a node's store for keys that were erased.
//
//	key.<kid> … Vg-Group  … wrapped key     a message that puts a key: in the stream KEYS, in a Raft log, in a file that was left
//	key.<kid> … Vg-Erased                   its tombstone, which proves that the search reads the right store
//
// It knows how a message is stored no further than that: subject, header and bytes stand together, in clear, in that order,
// and nats-server overwrites or drops all three at once. A subject without a header is a list of subjects (index.db).
// It needs no key, opens nothing, and changes nothing. A store that nats-server encrypts shows neither the one nor the
// other: there the search does not say that a key is gone, it says that it cannot tell.
package remnant
