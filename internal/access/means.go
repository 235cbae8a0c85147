package access

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
