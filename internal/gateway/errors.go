package gateway

import "errors"

// The ways a use case ends beside success and a *verification.Refusal.
var (
	// ErrHidden is what the caller may not see and what does not exist: the same, always.
	ErrHidden = errors.New("not found")
	// ErrForbidden says that the caller sees the object and may not do this to it.
	ErrForbidden = errors.New("not permitted")
	// ErrKeyReused says that the idempotency key was used with another body.
	ErrKeyReused = errors.New("idempotency key used with another body")
	// ErrGone says that the key's request was erased.
	ErrGone = errors.New("erased")
	// ErrStale says that If-Match named another version than the current one.
	ErrStale = errors.New("changed since it was read")
	// ErrUnavailable says that the record gave no certain answer in time: the same key may be sent again.
	ErrUnavailable = errors.New("record unavailable")
	// ErrIntakeStopped says that no new request is taken, for the record's disk is nearly full. All else goes on.
	ErrIntakeStopped = errors.New("intake is stopped")
	// ErrCatchingUp says that the end of the record was not confirmed lately, or that the board has followed nothing of it yet:
	// no list is served.
	ErrCatchingUp = errors.New("catching up with the record")
	// ErrBoardUnavailable says that Redis does not answer: lists and board wait, work goes on.
	ErrBoardUnavailable = errors.New("board unavailable")
	// ErrEvidenceUnavailable says that the evidence of who read what does not answer.
	ErrEvidenceUnavailable = errors.New("evidence unavailable")
	// ErrTooManyRows says that an export would be longer than MostRows: nothing of it is given.
	ErrTooManyRows = errors.New("too many rows for an export")
	// ErrTooManyConflicts says that the caller is excluded from more than MostConflicts requests: what is left when each of
	// them is left out is not counted, and numbers that count them are not given.
	ErrTooManyConflicts = errors.New("excluded from too many requests to count the others")
	// ErrBadCursor says that a cursor is not one of ours, or another reader's, or another list's.
	ErrBadCursor = errors.New("cursor not valid here")
)

// Violation is one thing wrong with a body: where, as an RFC 6901 pointer, and what, as a stable code. It never holds
// the value. Limit is the one that was passed, where there is one.
type Violation struct {
	Pointer string
	Code    string
	Limit   int
}

// InvalidError is a body that the schema could not refuse and the reference data does.
type InvalidError struct{ Violations []Violation }

// Error implements error.
func (e *InvalidError) Error() string { return "invalid body" }

func invalid(pointer, code string) error {
	return &InvalidError{Violations: []Violation{{Pointer: pointer, Code: code}}}
}
