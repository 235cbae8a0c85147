package unit

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
)

// fields is what stands in the form of an answer, by the names of its fields:
//
//	kind, note                       final or interim, and a remark
//	q1.result … q1.role              of question 1; q1.register are ticked ones, q1.registers further ones, one a line
//	q1.f2.text … q1.f2.handling      of its second fact
//	q1.a1.name, .size, .sha256       of the first file that is declared to it
type fields map[string][]string

// fieldsOf keeps of what a form sent what belongs to the answer. Empty fields are left out.
func fieldsOf(form url.Values) fields {
	out := fields{}
	for name, values := range form {
		if name != "kind" && name != "note" && !strings.HasPrefix(name, "q") {
			continue
		}
		for _, value := range values {
			if value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n")); value != "" {
				out[name] = append(out[name], value)
			}
		}
	}
	return out
}

func (f fields) one(name string) string {
	if len(f[name]) == 0 {
		return ""
	}
	return f[name][0]
}

// lines are what stands in a field one a line.
func (f fields) lines(name string) []string {
	var out []string
	for line := range strings.Lines(f.one(name)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// count is the greatest number behind a prefix: facts are q1.f1, q1.f2 …
func (f fields) count(prefix string) int {
	most := 0
	for name := range f {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); err == nil {
			most = max(most, n)
		}
	}
	return min(most, 200)
}

// sent is an answer as the contract takes it, with the field that each part of it came from.
type sent struct {
	client.AnswerByUnit
	at         map[string]string // names of fields by JSON pointers
	unreadable []string          // fields of which nobody can say what is meant
}

// answerOf makes an answer of what was typed: of the questions that have a result.
func (f fields) answerOf(questions []client.TaskQuestion) sent {
	s := sent{at: map[string]string{}}
	s.unreadable = f.unreadable()
	s.Kind, s.Note = client.AnswerByUnitKind(f.one("kind")), f.one("note")
	s.at["/kind"], s.at["/note"] = "kind", "note"
	for _, q := range questions {
		p := prefix(q.N)
		if f.one(p+"result") == "" {
			continue
		}
		s.at[fmt.Sprintf("/questions/%d", len(s.Questions))] = p + "result"
		s.Questions = append(s.Questions, f.question(q.N, fmt.Sprintf("/questions/%d", len(s.Questions)), s.at))
	}
	return s
}

func prefix(n int) string { return "q" + strconv.Itoa(n) + "." }

func (f fields) question(n int, at string, from map[string]string) client.QuestionByUnit {
	p := prefix(n)
	q := client.QuestionByUnit{
		N: n, Result: client.Result(f.one(p + "result")), Outcome: client.Outcome(f.one(p + "outcome")), Text: f.one(p + "text"),
	}
	for _, name := range []string{"outcome", "text"} {
		from[at+"/"+name] = p + name
	}
	switch q.Result {
	case "held":
		from[at+"/facts"] = p + "f1.text"
		for i := range f.count(p + "f") {
			fp := fmt.Sprintf("%sf%d.", p, i+1)
			if f.one(fp+"text") != "" {
				q.Facts = append(q.Facts, f.fact(fp, fmt.Sprintf("%s/facts/%d", at, len(q.Facts)), from))
			}
		}
	case "verified_negative":
		q.Search = f.search(p, at+"/search", from)
	case "cannot_say", "refused":
		q.Code = client.ResultCode(f.one(p + string(q.Result)))
		from[at+"/code"] = p + string(q.Result)
	}
	q.Attachments = f.attachments(n, at+"/attachments", from)
	return q
}

func (f fields) fact(p, at string, from map[string]string) client.FactByUnit {
	fact := client.FactByUnit{
		Text: f.one(p + "text"), Language: f.one(p + "language"), Subject: f.one(p + "subject"),
		Originator: strings.ToUpper(f.one(p + "originator")), ObservedAt: f.moment(p + "observed_at"),
		Evaluation: client.Evaluation{
			Source: client.EvaluationSource(f.one(p + "source")), Information: client.EvaluationInformation(f.one(p + "information")),
		},
	}
	if code := f.one(p + "handling"); code != "" {
		fact.Handling = client.Handling{Code: client.HandlingCode(code), Codes: []client.HandlingCodes{client.HandlingCodes(code)}, MarkingVerbatim: f.one(p + "marking")}
	}
	from[at] = p + "text"
	for pointer, name := range map[string]string{
		"text": "text", "language": "language", "subject": "subject", "originator": "originator", "observed_at": "observed_at",
		"evaluation": "source", "evaluation/source": "source", "evaluation/information": "information",
		"handling": "handling", "handling/code": "handling", "handling/marking_verbatim": "marking",
	} {
		from[at+"/"+pointer] = p + name
	}
	return fact
}

func (f fields) search(p, at string, from map[string]string) client.Search {
	from[at] = p + "registers"
	for _, name := range []string{"registers", "identifiers", "from", "to", "done_at", "role"} {
		from[at+"/"+name] = p + name
	}
	return client.Search{
		Registers: append(slices.Clone(f[p+"register"]), f.lines(p+"registers")...), Identifiers: f.lines(p + "identifiers"),
		From: day(f.one(p + "from")), To: day(f.one(p + "to")), DoneAt: f.moment(p + "done_at"), Role: f.one(p + "role"),
	}
}

func (f fields) attachments(n int, at string, from map[string]string) []client.Attachment {
	p := prefix(n)
	var out []client.Attachment
	for i := range f.count(p + "a") {
		ap := fmt.Sprintf("%sa%d.", p, i+1)
		if f.one(ap+"name") == "" {
			continue
		}
		size, _ := strconv.ParseInt(f.one(ap+"size"), 10, 64) // unreadable has it where it is none
		here := fmt.Sprintf("%s/%d", at, len(out))
		for _, name := range []string{"name", "size", "sha256"} {
			from[here+"/"+name] = ap + name
		}
		out = append(out, client.Attachment{ID: fmt.Sprintf("q%d-%d", n, len(out)+1), Name: f.one(ap + "name"), Size: size, Sha256: strings.ToLower(f.one(ap + "sha256"))})
	}
	return out
}

// fieldOf is the field that a pointer of the contract is about, or the nearest above it; empty: none.
func (s sent) fieldOf(pointer string) string {
	for pointer != "" {
		if name, ok := s.at[pointer]; ok {
			return name
		}
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return ""
}

// nothingHeld is the answer that all questions were searched for in the same way and nothing is held.
func (f fields) nothingHeld(questions []client.TaskQuestion) sent {
	s := sent{at: map[string]string{}, unreadable: f.unreadable()}
	s.Kind = "final"
	for i, q := range questions {
		s.Questions = append(s.Questions, client.QuestionByUnit{
			N: q.N, Result: "verified_negative", Search: f.search(everyQuestion, fmt.Sprintf("/questions/%d/search", i), s.at),
		})
	}
	return s
}

// everyQuestion is the prefix of the fields of a search for all questions.
const everyQuestion = "qall."

// moment is one that was typed; what cannot be read is among the unreadable.
func (f fields) moment(name string) time.Time {
	at, _ := moment(f.one(name))
	return at
}

// unreadable are the fields in which a moment or a number is meant and none stands.
func (f fields) unreadable() []string {
	var out []string
	for name := range f {
		var ok bool
		switch name[strings.LastIndexByte(name, '.')+1:] {
		case "observed_at", "done_at":
			_, ok = moment(f.one(name))
		case "size":
			n, err := strconv.ParseInt(f.one(name), 10, 64)
			ok = err == nil && n >= 0
		default:
			continue
		}
		if !ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// statement is what the statement of a search begins with, as far as it follows from the task.
type statement struct {
	identifiers, registers   []string
	from, to, doneAt, byRole string
}

// suggest fills in the statement of a search where nothing stands yet: what is to be searched for, from when, until now.
// What was searched its officer says.
func (f fields) suggest(p string, s statement) {
	put := func(name string, values ...string) {
		if len(f[p+name]) == 0 && len(values) > 0 {
			f[p+name] = values
		}
	}
	if len(f[p+"registers"]) == 0 {
		put("register", s.registers...)
	}
	put("identifiers", strings.Join(s.identifiers, "\n"))
	put("from", s.from)
	put("to", s.to)
	put("done_at", s.doneAt)
	put("role", s.byRole)
}
