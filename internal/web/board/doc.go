// Package board is the SLA board and what is live: one row a request with the clock that runs out first, the tiles above
// it, and the explanation of each clock.
//
//	page    ask the contract for a page of rows ─▶ rows ─▶ template      place: where the stream stood before that
//	stream  streamBoard in this process ─▶ Event ─▶ one rendering for (language, request, version) ─▶ every viewer
//	browser board.js: what is on the page changes at once, what would move waits under cursor and focus
//
// A row has nothing in it that depends on who reads it, so that it is rendered once, however many watch; whether somebody
// may be told of it is asked for each of them, by the gateway, before. A viewer who takes nothing for ten seconds is left.
//
// What is chosen stands in the address as codes and a number. Words that somebody types are sent, read as codes of
// partners, units and campaigns or as what a partner calls its request, and kept for a while under an opaque name for that
// person alone. The choices that a
// person has given a name are kept in their browser: they are codes and a name, open nothing, and go with the person.
package board
