// Package outbound is the one way out of the gateway. Whoever calls another host (the provider that people sign in with, the keeper of the root key)
// gets an http.Client from here, and it goes nowhere but to hosts that the operator has named:
//
//	name     exactly one of Options.Hosts, over TLS; no address in any notation is a name
//	address  looked at when the connection is made, not when the name is resolved, so that a name which means one thing
//	         and then another gains nothing: public, or of Options.Networks; never of this machine, a private network, a
//	         link, a carrier, a group, a tunnel, or where clouds keep their credentials
//	answer   no redirect is followed, nothing unpacked, its size and its time bounded
//
// A proxy of the environment is not asked: it would make the connection, and look at nothing. Without TLS it calls this
// machine only, where a test's or a demonstration's provider stands.
package outbound
