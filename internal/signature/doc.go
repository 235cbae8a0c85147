// Package signature checks that a request was signed by whoever holds a key: our profile of HTTP Message Signatures
// (RFC 9421) with Content-Digest (RFC 9530). It is for systems that reach us through somebody who ends TLS.
//
//	request ─▶ Read ─▶ Claim ─▶ By(public key) ─▶ Covers(body) ─▶ the nonce is spent, once (whoever calls this)
//
// A request of the profile has one Signature-Input and one Signature, each with the same one label, of any name:
//
//	Signature-Input: sig=("@method" "@target-uri" "content-digest" "content-type" "idempotency-key");created=1630573200;\
//	  expires=1630573260;nonce="…";keyid="…";alg="ed25519"
//
// What is covered is exactly this, in this order, each once and without parameters of its own:
//
//	@method, @target-uri           always. The target is our public origin with path and query as sent: what the sender
//	                               wrote as Host, and what somebody between us made of it, plays no part
//	content-digest, content-type   when the request has content, and not otherwise. RFC 9530 lets a message without
//	                               content do without a digest; here it must, so that each request has one form
//	idempotency-key                when it is sent
//
// So a GET covers its method and its target: no header changes what is asked. If-Match is not covered: who stands between
// may take a precondition away, or add one that fails, and can change nothing else. RFC 9421 (1.4) leaves all this to the
// application, as it does the parameters: created, expires, nonce, keyid and alg are required, tag is allowed, in any
// order, and no other. expires is after created by at most MaxLife, now is before it, and created is at most Ahead
// in front of our clock. The digest is sha-256 alone.
//
// Whatever deviates is refused. What RFC 8941 allows to be written in several ways is taken in its canonical one only,
// so that a parameter or a component that stands twice, which its parser passes over, is seen.
//
// Everything here is pure: no I/O, no clock.
package signature
