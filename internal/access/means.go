package access

// Means is how a caller proved who they are. The zero value is nobody's.
type Means string

// The means.
const (
	ByKey     Means = "key"     // an API key
	BySession Means = "session" // a person who signed in
)

// NeedsProof says of which operations a person in a session must have proved who they are within the last minutes: what
// leaves the house, what calls it back, and what changes how somebody signs in.
func NeedsProof(op Operation) bool {
	switch op {
	case OpReleasePackage, OpRecallVersion, OpBeginSecondFactor:
		return true
	default:
		return false
	}
}
