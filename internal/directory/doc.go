// Package directory knows who and where: units, customs offices, places,
// provinces, campaigns, partners, focal points and types of request, each with
// the days on which it holds; and which units a request's evidence points to.
//
// Who answers for a place depends on the day. Until 28 February 2025 it is the
// department of its province, from then on the region that took the province over;
// departments were divided, so what worked for a whole one may be several regions'.
// Since July 2025 the name of a province may mean another that joined it. Units,
// places and exceptions carry days, names and codes are bound to provinces, and
// competence.go makes one meaning for each span; a meaning never outlives its unit.
//
// A place name is a guess. "Thanh Thủy" is two border gates, "Tân Thanh" and
// "Tân Thành" are one word once diacritics are gone, and a street in Hải Phòng
// is called Điện Biên Phủ. So evidence comes in two sorts:
//
//   - Evidence proper stands in a field made for a place and points to exactly
//     one unit: a LOCODE, the code of a customs office or of a province, the
//     airport where a flight lands, a place's address of which a whole part
//     between commas is the name of one place.
//   - Everything else is a hint: names inside free text, in a company's name or
//     address, points of transit, ambiguous names.
//
// [Directory.Candidates] shows both, with reasons. [Directory.Route] lets a rule
// decide (row 2 of the life cycle) only on evidence proper, and only while no
// hint speaks against it: what is doubtful goes to a person.
//
// A Directory never changes; With… methods return a changed copy. All methods
// are pure and safe for concurrent use. Reasons carry names from this reference
// data only, never a word of the request.
package directory
