package request

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// input reads a form that was sent, and keeps what could not be read.
type input struct {
	visit *site.Visit
	flaws []client.ProblemError
}

// once is what every command is sent with: the form's key, and the version that it was filled in on. The parameters of all
// calls have its shape.
type once struct {
	IdempotencyKey *string
	IfMatch        *string
}

func (in *input) once() *once { return &once{in.visit.Key(), in.visit.Version()} }

func (in *input) id() string { return in.visit.Param("id") }

func (in *input) context() context.Context { return in.visit.Context() }

// text is a field as it was typed; browsers send lines with CRLF.
func (in *input) text(name string) string {
	return strings.ReplaceAll(in.visit.Form(name), "\r\n", "\n")
}

// number reads a whole number.
func (in *input) number(name string) int {
	n, err := strconv.Atoi(in.visit.Form(name))
	if err != nil {
		in.flaw(name, "malformed")
	}
	return n
}

// numbers reads what was ticked.
func (in *input) numbers(name string) []int {
	var all []int
	for _, text := range in.visit.Forms(name) {
		n, err := strconv.Atoi(text)
		if err != nil {
			in.flaw(name, "malformed")
			continue
		}
		all = append(all, n)
	}
	return all
}

// local is how a browser writes a time of day with its date.
const local = "2006-01-02T15:04"

// moment reads a time of Hanoi; zero: none was given.
func (in *input) moment(name string) time.Time {
	typed := in.visit.Form(name)
	if typed == "" {
		return time.Time{}
	}
	for _, layout := range []string{local, local + ":05"} {
		if at, err := time.ParseInLocation(layout, typed, text.Hanoi()); err == nil {
			return at
		}
	}
	in.flaw(name, "malformed")
	return time.Time{}
}

func (in *input) flaw(name, code string) {
	in.flaws = append(in.flaws, client.ProblemError{Pointer: "/" + name, Code: code})
}

// read tries every field that has a form of its own, before anything is sent, and says what could not be read.
func (in *input) read(fields []field) error {
	for _, f := range fields {
		switch f.kind {
		case moment:
			in.moment(f.name)
		case version, proposal, statement:
			in.number(f.name)
		case questions:
			in.numbers(f.name)
		case choice, line, area, person, degree, level, fixed:
		}
	}
	return in.problem()
}

// problem is what could not be read, as the gateway would have said it; nil: nothing.
func (in *input) problem() error {
	if len(in.flaws) == 0 {
		return nil
	}
	return &site.Problem{Problem: client.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid_body", Errors: in.flaws}}
}

// breach is the number of the breach in the address; one that is none is answered as absent.
func (in *input) breach() int {
	n, _ := strconv.Atoi(in.visit.Param("n"))
	return n
}
