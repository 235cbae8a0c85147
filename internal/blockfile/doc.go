// Package blockfile finishes, in the files of a stream that no server has open, the overwriting of what was deleted.
//
// nats-server deletes a message for good in two writes: it notes the deletion at the end of the newest block, and then
// writes the message's block anew with random bytes in its place. Killed between them, it takes the note for the whole at
// its next start, and the message stays in its file. Finish is the second write, made late.
//
// And it makes durable what a server wrote and could not sync: WriteLastAgain.
//
// It knows the block files of nats-server 2.15 as far as that takes (server/filestore.go: writeMsgRecordLocked, eraseMsg,
// rebuildStateFromBufLocked). Blocks that are encrypted, compressed, or damaged it leaves as they are from where it no
// longer understands them: the server that opens them says what they are.
package blockfile
