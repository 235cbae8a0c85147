// Package screen is how a screen on a wall becomes one: a device without keyboard or person is given the right to read the
// wall, and nothing else, in the manner of RFC 8628.
//
//	device ──▶ Desk.Begin ─▶ a key, kept by the device alone   its code, shown by the device
//	                      └▶ Store: code ─▶ the key's hash, for ten minutes
//	person, reading the code ──▶ Desk.Pair ─▶ record: a principal with that key (access.PairScreen)
//	device, asking with its key ──▶ the wall
//
// The code says which device is meant and opens nothing: it follows from the key and does not lead back to it, so that the
// gateway keeps neither, and what shows the code may lie for days beside what reads it. A code is good for ten minutes and
// once; whoever types wrong ones is slowed down. A device that was removed is told so by its next question, and shows another
// code, under another key.
package screen
