package access

import (
	"strconv"
	"sync"

	"github.com/cedar-policy/cedar-go"
)

// question is all that the policies can see of who asks, what, and about which case. What they answer follows from it
// alone: they are embedded, and know no time.
type question struct {
	who    string // Caller.seen
	action cedar.EntityUID
	house  bool // about no case
	about  face
}

// decided remembers what the policies answered. Most questions are those of a moment ago: a partner's system that
// submits, a desk that reads. It is safe for concurrent use.
type decided struct {
	mu      sync.RWMutex
	answers map[question]bool // guarded by mu
}

// decidedMost bounds what is remembered: some hundred bytes each. When it is reached all is forgotten.
const decidedMost = 4096

// once returns the answer to a question, which is asked when it is not remembered. What panics is not.
func (d *decided) once(q question, ask func() bool) bool {
	d.mu.RLock()
	answer, known := d.answers[q]
	d.mu.RUnlock()
	if known {
		return answer
	}
	answer = ask()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.answers == nil || len(d.answers) >= decidedMost {
		d.answers = map[question]bool{}
	}
	d.answers[q] = answer
	return answer
}

// seen is all that principal and parents read of the caller, each name with its length before it. Two callers that are
// seen as one are one to every policy.
func (c Caller) seen() string {
	b := make([]byte, 0, 128)
	b = strconv.AppendBool(b, c.System)
	b = strconv.AppendBool(b, c.Means == BySession)
	b = appendNames(b, c.Person)
	b = appendNames(b, c.Partner)
	b = appendNames(b, c.Unit)
	b = appendNames(b, c.Roles...)
	b = appendNames(b, c.Members...)
	b = appendNames(b, c.Keeps...)
	return string(b)
}

func appendNames[S ~string](b []byte, names ...S) []byte {
	b = append(strconv.AppendInt(b, int64(len(names)), 10), ' ')
	for _, name := range names {
		b = append(strconv.AppendInt(b, int64(len(name)), 10), ':')
		b = append(b, name...)
	}
	return b
}
