// Package month says where the key of a month of content stands on its way to its end. It is pure: what is stored and what
// the record says come in.
//
//	data keys of the month ─ wrapped under ─▶ group.2026-11 (group.2026-11-2 when it was replaced)
//	destroy that, and no copy of any of them opens anything, in whatever log, file or free block it lies
//
// A month may be ended when nothing that is to be read is under its key: it is over for a whole month, each request of it is
// erased, and what outlives its month was moved under a key that lasts. So the end of a month takes nothing that somebody may
// still read, hold or be kept from seeing: each request went by itself, in sight of who may see it. It makes sure of it.
//
// Once a month may be ended it always may: nothing comes under the key of a month that is over, for gateways drop the keys
// that they wrote ahead when the month is over, and a gateway whose clock is behind its record does not start.
package month
