// Package e2e tests the whole product: the parts as they are put together, over HTTP, with the real store and, where
// it matters, a real redis-server and the real binary killed at random. In provider/ is a real OpenID provider of another
// language, at which people sign in. It has no Go code of its own.
package e2e
