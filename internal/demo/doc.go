// Package demo plays the stories of deploy/data/samples.json against a running gateway, as its partners, units, desk,
// lead and keeper would: through the public API alone, each with a key of their own. It trusts nothing that it is told:
// every step says which answer it expects, receipts and releases are verified against the published keys, and hashes
// are computed again from the bytes that came.
//
// A story is a list of steps (story.go) told in s01.go to s20.go; what is said in it comes from schemas/examples, with
// its dates moved to today and its references marked by the run (body.go). play.go walks the steps, client.go makes the
// calls, proof.go checks signatures and hashes, print.go tells it on a terminal.
//
// A page tells one story more, step by step: minutes.go is that story, telling.go who sees how much of it. seed.go is the
// twelve requests that a fresh demonstration begins with, board.go what its first page shows of them.
package demo
