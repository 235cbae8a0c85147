package access

// Bar is why an operation is closed to a caller by how it signed in, whatever its roles and whatever the object: so it
// tells nothing of an object, and is told before one is looked for.
type Bar string

// The bars; all but NotBarred are codes for the caller.
const (
	NotBarred       Bar = ""
	OutOfScope      Bar = "out_of_scope"     // the credential is limited to other operations
	SessionRequired Bar = "session_required" // with --production it is for persons who signed in
)

// Barred says whether the row is closed to the caller by how it signed in. May asks it too: an edge that did not would
// only answer less clearly.
func Barred(c Caller, rule Rule) Bar {
	switch {
	case rule.Object == Public:
		return NotBarred
	case !inScope(c.Scopes, rule) || !inScope(c.AlongScopes, rule):
		return OutOfScope
	case c.Production && c.Means != BySession && personsOwn(rule.Operation):
		return SessionRequired
	}
	return NotBarred
}
