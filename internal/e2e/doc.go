// Package e2e tests the whole product: the parts as they are put together, over HTTP, with the real store and, where
// it matters, a real redis-server and the real binary killed at random. In npm/ is a partner's system in another language,
// whose libraries sign calls and verify receipts, in provider/ a real OpenID provider, at which people sign in. Neither has Go
// code of its own.
package e2e
