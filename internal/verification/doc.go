// Package verification holds the rules of a verification request: its states, who may give which command when, and
// what follows. It is pure. It reads no clock, no network and no store; it is handed values and returns events.
//
// A request (what the partner asked) and its tasks (one for each unit that must answer some of its questions) are one
// aggregate: one fold, one guard, one message for each decision. The state of a request follows, as long as it can,
// from its questions:
//
//	                    ┌───────────────────────── ask the partner ──────────────┐
//	                    │                              ▲                         ▼
//	submit ─▶ received ─┼─ claim ─▶ triage ─ route ─▶ with_units ─▶ in_review  clarifying
//	                    │              ▲  └──── decline, 4th forward ──┘   │  ▲    │ reply
//	                    └─ by rule ────┼──────────────▶┘               13 ▼  │ 14 ▼ rest
//	                                   │                     consent_pending   (the state that the questions give)
//	                                   │ ask more, reopen                 │
//	                                   └──────── answered ◀── release ────┘
//	                                              │  ▲ correct, recall
//	                                              ▼  │
//	ends: confirmed closed refused not_competent withdrawn expired duplicate
//
// Row 20 follows the answer that is out, not the state: a wrong one is recalled also when more was asked since, or when the
// request came to another end. A part that is recalled before its round was answered has told nothing; what was answered whole
// stays so until it is corrected. From an end to which row 19 does not apply no other answer follows: the request waits on the board until
// the partner, who had read it, has read that it was recalled. A return (row 12) takes back no answer that has
// gone out. But a fact may go out while its question is pending, and a return or the unit's last word may take that back: then the
// next version tells the partner.
//
// Beside the rows of lifecycle.md there are four of our own. One is the desk's: what a unit proposes to ask (row 6) it may also
// turn down, else the wish would wait for ever and its unit never hear:
//
//	6b   triage, with_units,   turn down a clarification   coded; the unit reads why. The partner sees nothing, and no clock
//	     in_review             that a unit proposed        moves: the unit answers with what it has, or proposes another
//
// The others are the lead's. Two are for how long content is kept (package retention counts that; commands carry it):
//
//	28a  ever, not erased   place a legal hold, with a reason   nothing is erased by retention while it holds
//	28b  held               lift it, with a reason              another person than who placed it
//	29a  an end, not held   propose the erasure                 its retention has run out; the rule is recorded
//	29b  proposed           confirm it                          another person; still due; the content is erased
//	29c  proposed           drop it                             withdrawn by who proposed, or turned down by another
//
// And one for secrecy, which rises freely (intake, rows 7, 17 and 23, a unit's answer) and falls by this alone:
//
//	30   ever, not erased   lower the level                     the lead, coded, by stored words of the partner that permit it;
//	                                                            never below a floor, nor what row 23 sealed before the case has ended
//
// A hold, a further round and a correction void a proposal. Row 25 is stopped by no hold: what may not be here at all is
// not kept for a court.
//
// A package may be overtaken by what is decided after it was prepared: a unit takes back a fact that is in it, or that went out
// before. Nothing in the record says so. Request.AsOf does, for Decide and for every view: it is void from then on.
//
// How it is read, file by file:
//
//   - request.go and task.go are the state, answer by answer; the zero Request is "not submitted".
//   - command.go is what may be wanted, event.go what may have happened, wire.go the events' names for ever.
//   - permit.go is the table of lifecycle.md: which role, from which states, and which person not. Views list the
//     commands that it allows, Decide refuses the others: one table for both. guard.go is what depends on persons:
//     four eyes, conflicts of interest, kinds of request.
//   - decide.go is one switch; what each row needs beyond the table is in intake.go (rows 1-3), routing.go (4), twin.go (5),
//     ask.go (6-10), review.go (12-15b: consent, the package, its release), answered.go (16-22), anytime.go (23-27),
//     keeping.go (28, 29), lowering.go (30) and tasks.go.
//   - evolve.go is the other switch; happened.go is what the larger events do, worked.go what
//     units do with their tasks, returned.go what is sent back to them. Both work on a copy of their own.
//   - bare.go is a history without its content: what a decision that erases keeps of what was before it.
//   - rest.go is where a request rests, result.go what may be said to a question, status.go what a partner sees.
//   - refusal.go is the only error a decision returns.
//
// To add a command: its type and name, a row in permit.go, a case in Decide, its event with a kind and a case in
// Evolve. The linter names whichever is missing.
package verification
