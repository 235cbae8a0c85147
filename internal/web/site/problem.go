package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"verigate/api/client"
)

// Problem is what the gateway refused, and why (RFC 9457).
type Problem struct {
	client.Problem
	Retry time.Duration // after which it may be tried again; zero: it does not say
}

// Error implements error. It holds the code alone.
func (p *Problem) Error() string {
	return "the gateway answered " + strconv.Itoa(p.Status) + " " + p.Code
}

func problemOf(r *http.Response, content []byte) error {
	p := &Problem{}
	if err := json.Unmarshal(content, &p.Problem); err != nil || p.Code == "" {
		return fmt.Errorf("read the gateway's problem %d: %w", r.StatusCode, errors.Join(err))
	}
	if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil {
		p.Retry = time.Duration(seconds) * time.Second
	}
	return p
}

// Refused is the problem that an error is, when the visitor can do something about it: a form shows it beside what was
// typed. Others, and a session that is over, go up.
func Refused(err error) (*Problem, bool) {
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		return nil, false
	}
	switch p.Status {
	case http.StatusUnprocessableEntity, http.StatusConflict, http.StatusPreconditionFailed, http.StatusForbidden,
		http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return p, p.Code != codeAccountUnfinished && p.Code != codeProofNeeded
	}
	return nil, false
}

// Unproved says whether an error is that its visitor has to prove once more who they are. It goes up, and leads to the
// proof; a page that holds more than a way back brings with it shows that itself.
func Unproved(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Code == codeProofNeeded
}

// SignedIn is for a page that is made of what the session says, before it asks the contract for anything: nobody's leads to the
// sign-in.
func (v *Visit) SignedIn() error {
	if v.Session != nil {
		return nil
	}
	return &Problem{Problem: client.Problem{Status: http.StatusUnauthorized, Code: codeUnauthenticated}}
}

// Gone says whether an error is that of an object which is not there for the visitor, or no longer: a list leaves it out.
func Gone(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && (p.Status == http.StatusNotFound || p.Status == http.StatusGone)
}

// Away says whether an error is that of something which is not to be had at present: a page may do without it.
func Away(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Status == http.StatusServiceUnavailable
}

// Codes on which a page acts by itself.
const (
	codeAccountUnfinished = "account_unfinished"
	codeProofNeeded       = "proof_needed"
	codeUnauthenticated   = "unauthenticated"
)

// Codes of what does not reach the gateway.
const (
	codeFormTooLarge   = "form_too_large"
	codeFormUnreadable = "form_unreadable"
)

// Unreadable is a form whose fields that nobody types are not as the page sent them.
func Unreadable() error {
	return &Problem{Problem: client.Problem{Status: http.StatusBadRequest, Code: codeFormUnreadable}}
}

// At says what is wrong with the field of a JSON pointer, or below it; empty: nothing.
func (p *Problem) At(pointer string) string {
	if p == nil {
		return ""
	}
	for _, e := range p.Errors {
		if e.Pointer == pointer {
			return e.Code
		}
	}
	return ""
}

// Trouble is a problem as a page shows it.
type Trouble struct {
	Code      string
	Title     string
	Detail    string
	Fields    []Flaw
	RequestID string
	Retry     string // when it may be tried again; empty: it does not say
	Kept      []Kept // what was typed into a form that the page does not show again
}

// Kept is what was typed into a field, to be copied.
type Kept struct{ Label, Text string }

// Flaw is one thing that is wrong with a field.
type Flaw struct{ Pointer, Text string }

// Trouble writes a problem in the visitor's language: what happened, what is possible instead. A page that shows it has what was
// typed, in its form or beside (ShowAs).
func (v *Visit) Trouble(p *Problem) *Trouble {
	if p == nil {
		return nil
	}
	t := &Trouble{Code: p.Code, Title: v.Word("problem", p.Code), Detail: v.Word("problem_help", p.Code), RequestID: p.RequestID}
	if t.Detail == p.Code {
		t.Detail = ""
	}
	if t.Title == p.Code {
		t.Title = p.Title
	}
	for _, e := range p.Errors {
		t.Fields = append(t.Fields, Flaw{Pointer: e.Pointer, Text: v.Word("flaw", e.Code)})
	}
	if p.Retry > 0 {
		t.Retry = v.Language.Span(p.Retry)
	}
	v.trouble = t
	return t
}
