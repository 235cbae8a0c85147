// Package edge is the door below HTTP: who is connected, how it is encrypted and how many may be. It knows no request.
//
//	TCP ─▶ Bound (connections in total and of one source) ─▶ Proxies (PROXY v2, from named networks only) ─▶ TLS ─▶ net/http
//
// Certificates speaks TLS 1.3, and 1.2 where it is asked for, and takes a new pair of files without a restart. A pair
// that cannot be used changes nothing: the old one serves on, and State tells it.
//
// Of a client it gives the address and the certificate that it has the key of. What these are worth, others decide: a
// certificate is bound to a principal by package access on each request, an address counts for limits and evidence only.
package edge
