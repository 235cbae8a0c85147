// Package oidc is an OpenID provider as package signin wants it: the authorisation code flow with PKCE, state and nonce
// over coreos/go-oidc, refreshed while a session is open, ended by back-channel logout.
//
// Discovery waits for the first use, so that a provider that is away keeps no gateway from starting. What the provider
// says is believed only if its token is signed with an asymmetric algorithm by a key that it publishes, issued by that
// very issuer for this client alone, of now, with the nonce of this browser and the hash of the access token beside it.
package oidc
