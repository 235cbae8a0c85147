// Package httpapi is the REST edge: the operations of api/openapi.yaml on Echo, with the generated strict server. It
// decides nothing. A handler turns a body into a call of package gateway and the answer into the reader's view; who may
// do what is asked of package access, what the state allows of package verification.
//
// A call passes, in this order:
//
//	trace      gives it an id, so that whatever happens next can be found again
//	strict     the headers that every answer has
//	log        one line when it is over, whatever the answer; never a path's values, a query or a body
//	refusals   evidence of who was refused what, of those whom nobody knows as far as their source has an allowance
//	recover    a panic is answered as any defect, below the log so that it is logged
//	host       refuses names that are not ours before anything is looked up (a page elsewhere cannot rebind to us)
//	spelled    a path that is not spelled as the contract does is a path that nobody serves (404)
//	sameSite   what a page of another site makes a browser send is refused, unless it only reads (403)
//	admit      the operation's row of access.Table, then whether it is known what was revoked (503), then the credential, a
//	           key or a session's cookie (401), then the role (403), then what a session lacks: a finished account, a fresh proof (403). Nobody without an identity makes
//	           us read a body, but to sign in
//	           A path that the contract does not have is a page's, if there are pages (package web): nothing below is asked
//	           of it, for a page asks this edge in its turn, in the name of whoever visits
//	allowance  what the caller may have (429), before its body is read; a call that ends above is counted where it
//	           ends, for its caller or, where nobody is known, for its source
//	hide       what is hidden and what does not exist are answered on one beat, so that no watch tells them apart, and on it
//	           leave lists of which their reader may not see all: their time tells not how much that is
//	within     the time that a call may take in all, unless it is a stream
//	headers    Idempotency-Key and If-Match by their syntax (400)
//	body       size (413), media type (415)
//	work       a place among the calls at work (503), once the body is there
//	once       a signed call: its content is what was signed, its nonce is used up (401), or nothing happens (503)
//	schema     the body as its schema has it (422), and as it was declared (400)
//	validate   what a schema cannot say, by the tags of the generated types (422)
//	handler    the gateway: reference data (422), the object (404, 403), the version (412), the rules (409)
//	witnessed  evidence of what the answer shows, by access.Shown: no content of L2 or above and no file leaves before it is
//	           on the disk (503)
//	sifted     a list waits for the beat of hide
//
// Everything before the handler is without effect, but that a signed call is used up and that a call by a session counts as
// its activity; a stream's does not, nor does what says that a page reads it by itself (Verigate-Unattended). A stream asks
// for its credential again before each event and each second, and ends after 15 minutes. In this process the board's may be
// handed over instead of written (hear.go).
//
// A cookie is sent by the browser whoever wrote the page: SameSite=Strict keeps other sites' pages from it, and what
// changes state has passed sameSite before anybody looks at a cookie.
//
// Errors become problems in one place (problem.go). What somebody may read is written out field by field in view_*.go:
// types of the generated package, never of the domain, so that a new field of the rules stays inside until somebody adds
// it there.
package httpapi
