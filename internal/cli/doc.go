// Package cli is the command line: it reads what was typed, asks who answers for the data directory (package admin), and
// prints what came of it. Main is all of it, with its surroundings handed in.
//
// main.go says which command is which function. Those that need the parts themselves are app's: serve, check, and what
// takes a backup or brings one back.
package cli
