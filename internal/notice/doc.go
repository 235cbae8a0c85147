// Package notice says who is told what when a clock of a request runs on: of each step on record (warning, breach,
// beyond) one notice, which climbs the ladder of the policy. It is pure, and a package of its own because it is a fold
// of its own: it needs the clocks on both sides of a decision, which the board does not, and whoever tells notices
// elsewhere needs no board.
//
//	decision ─▶ Next (fold, one request) ─▶ notices ─┬─▶ kept with the rows of the request, in the sets of who is told
//	                                                 └─▶ Top: how high the request has climbed, on its row
//
// A notice names a clock, a step, a task and its unit, and no more: no content and nobody by name. It is open until
// something ends it, and then says what: its clock stopped, the promise was replaced, a later step told the same rungs,
// or the breach was explained or annulled. Who is asked for the cause of a breach hears of it too, whichever rung was
// told, and a breach stays open until its cause is given, also when its clock has stopped: a red is explained. The clock
// of that question has steps, and so notices, of its own; when its limit is used up they are told one rung higher than
// the breach was (sla.Rules.Told).
//
// What a partner or an originator owes is told nobody here: they get letters. The tasks by which information is
// circulated are called notices too (verification.TaskNotice); they are another thing.
package notice
