package draft

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"verigate/internal/verification"
)

// Lives is how long a draft stays after it was saved last.
const Lives = 30 * 24 * time.Hour

// Errors of this package.
var (
	// ErrChanged is a Store's word that the draft is no longer as it was read.
	ErrChanged = errors.New("the draft was changed meanwhile")
	// ErrUnavailable says that the store gave no certain answer in time.
	ErrUnavailable = errors.New("the drafts are not available")
)

// Fields is what stands in the fields of a form, by their names.
type Fields map[string][]string

// Mark says whose a draft is and since when; nothing of what it holds.
type Mark struct {
	Person       verification.PersonID
	Began, Saved time.Time
}

// Draft is an answer that is being written.
type Draft struct {
	Mark
	Fields Fields
}

// Key names a draft: everybody has one for each task.
type Key struct {
	Task   verification.TaskID
	Person verification.PersonID
}

// bound is what a sealed draft is bound to: its own place and the key of its request. Each part is preceded by its
// length, so that no two places give the same bytes.
func (k Key) bound(kid string) []byte {
	var b []byte
	for _, part := range []string{"verigate draft 1", string(k.Task), string(k.Person), kid} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part))) //nolint:gosec // ids
		b = append(b, part...)
	}
	return b
}

// kept is the form of a draft before it is sealed. What was written stays readable for as long as drafts live.
type kept struct {
	Began  time.Time `json:"began"`
	Saved  time.Time `json:"saved"`
	Fields Fields    `json:"fields"`
}

// write makes the bytes that are sealed.
func (d Draft) write() ([]byte, error) {
	plain, err := json.Marshal(kept{Began: d.Began.UTC(), Saved: d.Saved.UTC(), Fields: d.Fields})
	if err != nil {
		return nil, fmt.Errorf("write a draft: %w", err)
	}
	return plain, nil
}

// read is the inverse. Its error never holds what was written.
func read(person verification.PersonID, plain []byte) (Draft, error) {
	var k kept
	if json.Unmarshal(plain, &k) != nil {
		return Draft{}, errors.New("a draft has another form than this program writes")
	}
	return Draft{Mark: Mark{Person: person, Began: k.Began, Saved: k.Saved}, Fields: k.Fields}, nil
}

// Drafts are those of one task as one officer may see them.
type Drafts struct {
	Own    Draft // zero: there is none
	Others []Mark
}

// Has says whether the officer has a draft.
func (d Drafts) Has() bool { return !d.Own.Saved.IsZero() }

// as tells the own draft from those of others, of which it keeps the marks, the first who began first.
func as(person verification.PersonID, all []Draft) Drafts {
	var out Drafts
	for _, d := range all {
		if d.Person == person {
			out.Own = d
			continue
		}
		out.Others = append(out.Others, d.Mark)
	}
	slices.SortFunc(out.Others, func(a, b Mark) int { return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.Person, b.Person)) })
	return out
}
