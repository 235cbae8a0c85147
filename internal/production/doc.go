// Package production says what must hold before a gateway takes real cases. Everything it finds would let a request be
// lost, read by a stranger, released by one person alone, or be late unseen, and nothing of it shows from outside. It is
// pure: [Findings] judges [Facts], which others gather. `verigate check --production` prints them, and
// `verigate serve --production` does not open its door while there is one.
package production
