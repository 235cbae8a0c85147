// Package statistics is what supervision reads of many requests: how many came and were answered, how many clocks were
// held, how long each stage took, who was waited for, why it was late. It is pure.
//
//	request, clocks ─▶ Of ─▶ Contribution: what one request adds to which cells
//	cells of a Query ─▶ Sum ─▶ Row ─▶ Counts.Figures: percentages, median and p90
//
// Everything is a sum of what each request contributes. So a store keeps counters by adding the difference between a
// request's new and old contribution, counters of months and places can be added up, and a recount of the record gives
// the same numbers.
//
// A Cell is one month (of receipt, in Hanoi), one place and one partner, campaign or degree, or all of them. At
// headquarters requests are counted, with all their clocks; in a department its tasks, with theirs; in a
// sub-department those that the unit has assigned to it, until the request is erased: what the unit typed as its name goes
// with the content. The tasks of headquarters' own units and those towards outside
// agencies count at headquarters alone. What is sealed contributes nothing. No person is ever a cell.
//
// Who is excluded from a request for a conflict of interest is told sums without it: a store takes away what it contributes
// when the cells are read.
//
// Only the record speaks: late is what it holds a breach of that nobody annulled, whenever one looks. What takes time is
// counted when it is over and was done: what was withdrawn, declined or passed on is neither in time nor late, nor what an
// end of the request cut off before anybody took it up. What is late and still open counts as late.
package statistics
