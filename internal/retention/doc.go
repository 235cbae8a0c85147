// Package retention says how long the content of a request is kept after it closed, and why. It is pure: the rules are
// data, times come in.
//
// # The rules
//
// They are a table, a line for each (deploy/data/retention.csv, or the file at --retention):
//
//	rule        its name, as it is shown and recorded
//	campaign    of which campaign's requests; empty: of any and of none
//	kind        request or information; empty: both
//	months      how many calendar months the content is kept behind the day on which the request closed
//	valid_from  the first day of the rule, in Viet Nam; empty: it always was
//	valid_to    the first day without it; empty: it has no end
//	source      who set the period, and by what
//
// # How they are counted
//
// A rule counts for a request when it was in force on any day since the request was received; of all that count the
// longest decides. So a change of the rules never makes anything due that a longer rule keeps: not the rule of its day,
// which a shorter one followed, nor that of today, which followed a shorter one. A rule for one campaign can only keep its
// requests longer than the rules for all do. Where no rule counts nothing falls due.
//
// Days are those of the desk, in Viet Nam. A period of months is counted as the Civil Code of Viet Nam counts it (2015,
// articles 147 and 148): the day of closing is not counted, it ends with the day of the same number in the last month, or
// with that month's last day when it has none. Holidays do not move it: it is no deadline for anybody. The content is due
// from the midnight behind.
//
// # What never falls due
//
// What is open, which a correction and a further round are, and what is under legal hold. A hold shortens nothing: lifted,
// the content is due when it would have been.
package retention
