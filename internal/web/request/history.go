package request

import (
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

func itoa(n int) string { return strconv.Itoa(n) }

// decision is one of a request's: who did what, when; no content.
type decision struct {
	At      text.Moment
	Who     string // empty: the gateway itself
	Role    string
	Unit    string
	Task    string
	Command string // its id
	Events  []string
	version int
}

// decisions are all of a request, the oldest first.
func (b base) decisions() ([]decision, error) {
	all, err := site.Read[client.History](b.visit.API.GetHistory(b.visit.Context(), b.ID))
	if err != nil {
		return nil, err
	}
	out := make([]decision, len(all.Items))
	for i, h := range all.Items {
		out[i] = b.decision(h)
	}
	return out, nil
}

func (b base) decision(h client.HistoryItem) decision {
	d := decision{At: b.Moment(h.At), Unit: h.Unit, Task: h.Task, Command: h.Command, version: h.Version}
	if h.Who != "" {
		d.Who = b.Who(h.Who)
	}
	d.Role = b.roles(h.Role)
	for _, e := range h.Events {
		d.Events = append(d.Events, b.visit.Word("event", e))
	}
	return d
}

// roles are the words for roles that the contract joins with commas.
func (b base) roles(joined string) string {
	var words []string
	for role := range strings.SplitSeq(joined, ",") {
		if role != "" {
			words = append(words, b.visit.Word("role", strings.ToUpper(role)))
		}
	}
	return strings.Join(words, ", ")
}

// changed is what was done since a form was filled in.
type changed struct {
	Decisions []decision
}

// codeStale is the problem of a form that was filled in on an older version.
const codeStale = "stale"

// since is what was done after the version that a refused form was filled in on; nil: that is not why it was refused.
func (a asked) since(all []decision) *changed {
	if a.sent == nil || a.sent.problem.Code != codeStale {
		return nil
	}
	known, err := strconv.Atoi(strings.Trim(a.visit.Form("version"), `"`))
	if err != nil || known < 0 || known >= len(all) {
		return nil
	}
	return &changed{Decisions: all[known:]}
}

// historyPage is all decisions in their order.
type historyPage struct {
	base
	Decisions []decision
}

func showHistory(v *site.Visit) error {
	b, err := begin(v, "request.history.title")
	if err != nil {
		return err
	}
	p := historyPage{base: b}
	if p.Decisions, err = b.decisions(); err != nil {
		return err
	}
	return v.Show("request/history", &p)
}

// readersPage is who pulled which version (row 15b), who read the request otherwise, and who was refused it.
type readersPage struct {
	base
	Readers []reader
}

type reader struct {
	At      text.Moment
	Last    text.Moment // of several times
	Who     string      // empty: a colleague, of whom this reader is told the role
	Of      string      // partner or unit
	Role    string
	What    string
	Version int
	Times   int
}

func showReaders(v *site.Visit) error {
	b, err := begin(v, "request.readers.title")
	if err != nil {
		return err
	}
	all, err := site.Read[client.Readers](v.API.GetReaders(v.Context(), b.ID))
	if err != nil {
		return err
	}
	p := readersPage{base: b}
	for _, r := range all.Items {
		one := reader{
			At: b.Moment(r.At), Of: r.Unit, Role: b.roles(r.Role), Version: r.Version, Times: r.Times, What: v.Word("reading", r.Action),
		}
		if r.Who != "" {
			one.Who = b.Who(r.Who)
		}
		if r.Partner != "" {
			one.Of = r.Partner
		}
		if r.Times > 1 {
			one.Last = b.Moment(r.LastAt)
		}
		p.Readers = append(p.Readers, one)
	}
	return v.Show("request/readers", &p)
}
