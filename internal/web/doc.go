// Package web is the pages for people: the board and triage of the desk, the inbox of a unit, review and release, the
// portal of a liaison officer, and what everybody has of an account. Each group of pages is a package below it; package
// site is what they share, and tells how a page is made.
//
//	site     who visits, templates, errors, files, the REST edge called in process
//	text     words, moments, spans and quantities in each language
//	board    the board, its explanations, what is live
//	wall     the screen on the wall, a device of its own, and who pairs it
//	words    what people read in place of codes
//	account  signing in, proving it once more, the own account
//	admin    the state of the gateway and what it works by, for operators and the lead
//	evidence who has seen a request and who did what to it, for auditors and the desk
//	request  staff's view of one request: triage, clocks, history, and the commands of the desk, the lead and a keeper
//	register what came by paper, telephone or e-mail, and stubs
//	retention what is due for erasure, proposed by one person and confirmed by another, or held
//	sealed   what a keeper keeps
//	form     forms made of the schemas of the contract
//	portal   a liaison officer's: requests, the form of a new one, answers
//	unit     the inbox of a unit, its tasks, the answer with its draft, what waits for its lead
//	consent  what an originator is asked to allow, and what the desk waits for
//	review   what goes to a partner: edited by one person, read byte for byte and approved by another
//	story    the demonstration: the first two minutes, and how anybody tries every role
package web
