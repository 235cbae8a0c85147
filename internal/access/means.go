package access

// Means is how a caller proved who they are. The zero value is nobody's.
type Means string

// The means.
const (
	ByKey     Means = "key"     // an API key
	BySession Means = "session" // a person who signed in
)
