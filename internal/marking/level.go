package marking

import "fmt"

// Level is a place in the lattice. The zero value is "not marked", which hides:
// a forgotten level must never read as open.
type Level int

// The levels, lowest first. They compare with < and >.
const (
	Unmarked Level = iota
	L0
	L1
	L2
	L3
	L4
)

// String is the level's name on the wire, empty for Unmarked.
func (l Level) String() string {
	if l < L0 || l > L4 {
		return ""
	}
	return fmt.Sprintf("L%d", int(l-L0))
}

// ParseLevel reads what String writes, and the empty string as Unmarked.
func ParseLevel(s string) (Level, error) {
	for l := Unmarked; l <= L4; l++ {
		if l.String() == s {
			return l, nil
		}
	}
	return Unmarked, fmt.Errorf("marking: unknown level of %d characters", len(s))
}

// MarshalText writes "L0" to "L4"; an unmarked level is the empty string.
func (l Level) MarshalText() ([]byte, error) {
	if l < Unmarked || l > L4 {
		return nil, fmt.Errorf("marking: level %d does not exist", int(l))
	}
	return []byte(l.String()), nil
}

// UnmarshalText is the inverse of MarshalText.
func (l *Level) UnmarshalText(text []byte) error {
	parsed, err := ParseLevel(string(text))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}

// Sealed reports whether only the named members of a compartment may know that
// the matter exists. An unmarked matter is sealed too.
func (l Level) Sealed() bool { return l <= Unmarked || l >= L3 }

// Quiet reports whether no subject name, text or identifier may appear in a log,
// metric, push, e-mail, URL or file name: from L2 up.
func (l Level) Quiet() bool { return l <= Unmarked || l >= L2 }

// Join is the highest of the levels: an answer inherits by it from everything
// that it quotes (taint). Without any marked level it is Unmarked.
func Join(levels ...Level) Level {
	highest := Unmarked
	for _, l := range levels {
		highest = max(highest, l)
	}
	return highest
}
