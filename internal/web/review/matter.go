package review

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// matter is a request with its package, as these pages read it.
type matter struct {
	client.StaffView
	tag    string // its version, as If-Match takes it
	pack   *client.Package
	asked  asked
	people map[string]string // labels by person
}

// asked is what these pages need of the partner's own words.
type asked struct {
	Language string          `json:"language"`
	Handling client.Handling `json:"handling"`
}

// open reads a request. It is hidden from whoever may not read packages.
func open(v *site.Visit) (matter, error) {
	var m matter
	if !mayRead(v) {
		return m, hidden()
	}
	var err error
	if m.StaffView, m.tag, err = site.ReadTagged[client.StaffView](v.API.GetRequest(v.Context(), v.Param("id"))); err != nil {
		return m, err
	}
	if len(m.Request) > 0 {
		if err := json.Unmarshal(m.Request, &m.asked); err != nil {
			return m, fmt.Errorf("read a request's own words: %w", err)
		}
	}
	pack, err := site.Read[client.Package](v.API.GetPackage(v.Context(), v.Param("id")))
	switch p, refused := errors.AsType[*site.Problem](err); {
	case err == nil:
		m.pack = &pack
	case !refused || p.Status != http.StatusNotFound:
		return m, err
	}
	m.people, err = v.Labels()
	return m, err
}

// who is what is shown in place of a person's name.
func (m matter) who(person string) string { return cmp.Or(m.people[person], person) }

// allows says whether the reader may give a command on the request now.
func (m matter) allows(command string) bool { return slices.Contains(m.Allowed, command) }

// standing is a package that may still be released; nil: there is none.
func (m matter) standing() *client.Package {
	if m.pack == nil || m.pack.Void {
		return nil
	}
	return m.pack
}

// head is what stands above both pages.
type head struct {
	ID, Number, Reference string
	Partner               string
	Degree                string
	Level                 string
	State                 string
	Due                   site.Due
	Round                 int
	Marking               string // the partner's, word for word
	MayEdit               bool
}

func (m matter) head(v *site.Visit) head {
	h := head{
		ID: m.ID, Number: m.Number, Reference: m.OwnReference, Partner: v.Partner(m.Partner), Degree: string(m.Degree),
		Level: string(m.Level), State: string(m.State), Round: m.Round, Marking: site.Marking(m.Request), MayEdit: m.allows("prepare_package"),
	}
	if verification.State(m.State).Open() {
		h.Due = v.Due(m.DueAt)
	}
	return h
}

// question is one of the round with everything that was said to it.
type question struct {
	N       int
	Code    string
	Text    string
	Out     bool // the partner has its answer
	Answers []answer
	Desk    *client.StaffViewQuestion // the desk's own answer; nil: none
}

// answer is what one unit said to a question at one time.
type answer struct {
	Unit, Kind, Result, Outcome, Code, Text string
	At                                      text.Moment
	Marked                                  []mark // of Text
	Searches                                []search
	Facts                                   []fact
}

// fact is one that a unit gave.
type fact struct {
	client.FactView
	Label      string // 2.1: the first of question 2
	Observed   text.Moment
	Quantities []string
	Asks       []client.ConsentAsk // of each originator that was asked about it, the ask that counts
	Foreign    bool                // it belongs to somebody other than the partner
	Marked     []mark              // of its text
}

// search is one that was made, with when.
type search struct {
	client.Search
	Done text.Moment
}

func searches(v *site.Visit, all []client.Search) []search {
	out := make([]search, len(all))
	for i, s := range all {
		out[i] = search{s, v.Moment(s.DoneAt)}
	}
	return out
}

// questions are those of the round, each with the answers of the round's tasks.
func (m matter) questions(v *site.Visit) []question {
	var out []question
	for _, q := range m.Questions {
		one := question{N: q.N, Code: string(q.Code), Text: q.Text, Out: q.Status == "released"}
		if q.Result != "" {
			one.Desk = &q
		}
		labels := 0
		for _, t := range m.Tasks {
			if t.Round != m.Round {
				continue
			}
			for _, given := range t.Answers {
				for _, said := range given.Questions {
					if said.N == q.N {
						one.Answers = append(one.Answers, m.answer(v, t, given, said, &labels))
					}
				}
			}
		}
		out = append(out, one)
	}
	return out
}

func (m matter) answer(v *site.Visit, t client.Task, given client.UnitAnswerView, said client.UnitAnswerViewQuestion, labels *int) answer {
	a := answer{
		Unit: v.Unit(t.Unit, m.ReceivedAt), Kind: string(given.Kind), Result: string(said.Result), Outcome: string(said.Outcome), Code: said.Code,
		Text: said.Text, At: v.Moment(given.At), Marked: plain(said.Text),
	}
	if len(said.Search.Registers) > 0 {
		a.Searches = searches(v, []client.Search{said.Search})
	}
	for _, f := range said.Facts {
		*labels++
		one := fact{
			FactView: f, Label: fmt.Sprintf("%d.%d", said.N, *labels), Observed: v.Moment(f.ObservedAt), Asks: m.asks(f.ID),
			Foreign: f.Originator != "" && f.Originator != m.Partner, Quantities: quantities(v, f.Quantities), Marked: plain(f.Text),
		}
		a.Facts = append(a.Facts, one)
	}
	return a
}

// asks are, of each originator that was asked about a fact, the ask that counts: the one to which it said something last, or
// which was made since; of two at the same instant one that does not grant. So do the rules count (verification.Request.LockedAt).
func (m matter) asks(fact string) []client.ConsentAsk {
	var out []client.ConsentAsk
	for _, c := range m.Consents {
		if !slices.Contains(c.Facts, fact) {
			continue
		}
		i := slices.IndexFunc(out, func(o client.ConsentAsk) bool { return o.Originator == c.Originator })
		if i < 0 {
			out = append(out, c)
			continue
		}
		if order := saidAt(c).Compare(saidAt(out[i])); order > 0 || order == 0 && c.State != client.ConsentAskStateGranted {
			out[i] = c
		}
	}
	return out
}

// saidAt is from when on an ask says what it says. That its time ran out is no word.
func saidAt(c client.ConsentAsk) time.Time {
	if c.State == client.ConsentAskStateOpen || c.State == client.ConsentAskStateExpired {
		return c.AskedAt
	}
	return c.DecidedAt
}

// stillOpen are the other asks about a fact to the same originator that it may still answer.
func (m matter) stillOpen(fact string, counts client.ConsentAsk) []client.ConsentAsk {
	return slices.DeleteFunc(slices.Clone(m.Consents), func(c client.ConsentAsk) bool {
		return c.ID == counts.ID || c.State != client.ConsentAskStateOpen || c.Originator != counts.Originator || !slices.Contains(c.Facts, fact)
	})
}

// facts are all of the questions, in their order.
func facts(all []question) []fact {
	var out []fact
	for _, q := range all {
		for _, a := range q.Answers {
			out = append(out, a.Facts...)
		}
	}
	return out
}

// quantities are amounts in words.
func quantities(v *site.Visit, all []client.Quantity) []string {
	var out []string
	for _, q := range all {
		out = append(out, strings.TrimSpace(v.Language.Decimal(q.Value)+"\u202f"+v.Word("review_unit", string(q.Unit))+" "+q.Of))
	}
	return out
}
