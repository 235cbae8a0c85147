// Package duty is what somebody on duty begins with and ends with.
//
//	/now       the next ten things that the visitor can do, by time left, each with what can be done and a key; what has
//	           moved since their last look; a flash that nobody has opened sounds until somebody does; who is on call
//	/shift     hand-over of the desk: open claims with their last note, promised calls, packages that wait for a second person. Who goes
//	           signs with a note on each request, who comes by taking each over: both stand in the record under their names.
//	           The lead says here who is on call as second reviewer; the alarm itself is on every page (package site)
//	/briefing  for the lead and for supervision, on one sheet: since the reader's last one what came, was answered and broke
//	           its promise, with the cause; who is waited for, what waits for the reader, what comes due within a day. Each
//	           number opens its list and is made of it (milestones), so that it counts what the reader may see. A reader signs
//	           up to where they have read, and the next one begins there. It ranks nobody
//
// What can be done is what the contract says of each request (allowed); this package only chooses which of it to offer.
package duty
