package request

import (
	"strings"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// clocksPage is every clock of a request, those that run first.
type clocksPage struct {
	base
	Number string
	Clocks []clock
}

// clock is one, with the sentence that says how its due came to be.
type clock struct {
	client.ClockView
	Sentence string
	Charged  string
	Began    text.Moment
	Stopped  text.Moment
	Due      site.Due
	Pauses   []pause
	Waits    []pause // who was waited for while it counted
	Steps    []step
	Unsure   []string // days that are not decreed for good
}

type pause struct {
	From, To       text.Moment
	Cause, Charged string
	Counted        string
}

type step struct {
	Percent int
	At      text.Moment
	Reached bool
	Told    string
}

func showClocks(v *site.Visit) error {
	b, err := begin(v, "request.clocks.title")
	if err != nil {
		return err
	}
	r, _, err := view(v)
	if err != nil {
		return err
	}
	all, err := site.Read[client.Clocks](v.API.GetClocks(v.Context(), b.ID))
	if err != nil {
		return err
	}
	p := clocksPage{base: b, Number: r.Number}
	for _, running := range []bool{true, false} {
		for _, c := range all.Clocks {
			if (c.State != client.ClockViewStateStopped) == running {
				p.Clocks = append(p.Clocks, b.clock(c))
			}
		}
	}
	return v.Show("request/clocks", &p)
}

func (b base) clock(c client.ClockView) clock {
	x := c.Explanation
	out := clock{
		ClockView: c, Sentence: x.Vi, Charged: b.Charged(c.ChargedTo), Began: b.Moment(c.StartedAt), Stopped: b.Moment(c.StoppedAt),
	}
	if b.Language == text.English {
		out.Sentence = x.En
	}
	due := c.DueAt
	if !x.DueAt.IsZero() {
		due = x.DueAt
	}
	out.Due = b.Due(due)
	for _, p := range x.Pauses {
		out.Pauses = append(out.Pauses, pause{
			From: b.Moment(p.From), To: b.Moment(p.To), Cause: b.causes(p.Cause), Charged: b.Charged(p.ChargedTo), Counted: b.Span(p.Counted),
		})
	}
	for _, s := range c.Segments {
		if s.Counts && s.Cause != "running" {
			out.Waits = append(out.Waits, pause{From: b.Moment(s.From), To: b.Moment(s.To), Cause: b.causes(s.Cause), Charged: b.Charged(s.ChargedTo)})
		}
	}
	for _, s := range x.Steps {
		out.Steps = append(out.Steps, step{Percent: s.Percent, At: b.Moment(s.At), Reached: s.Reached, Told: b.told(s.Told)})
	}
	for _, d := range x.Provisional {
		name := d.Name.Vi
		if b.Language == text.English {
			name = d.Name.En
		}
		out.Unsure = append(out.Unsure, d.Date+" "+name)
	}
	return out
}

func (b base) told(rungs []client.Rung) string {
	words := make([]string, len(rungs))
	for i, r := range rungs {
		words[i] = b.visit.Word("rung", string(r))
	}
	return strings.Join(words, ", ")
}

// causes writes why a clock rested or waited: clarifying, consent_pending, running, hold:laboratory, several with commas.
func (b base) causes(joined string) string {
	var words []string
	for cause := range strings.SplitSeq(joined, ",") {
		if code, held := strings.CutPrefix(cause, "hold:"); held {
			words = append(words, b.visit.T("request.cause.hold", "code", b.visit.Word("hold", code)))
			continue
		}
		words = append(words, b.visit.Word("request.cause", cause))
	}
	return strings.Join(words, "; ")
}

// Charged writes whose time it is: desk, partner, originator, all, unit:03, agency:tax, several with commas.
func (b base) Charged(joined string) string {
	var words []string
	for party := range strings.SplitSeq(joined, ",") {
		side, code, _ := strings.Cut(party, ":")
		switch side {
		case "unit":
			words = append(words, b.Unit(code))
		case "agency":
			words = append(words, b.visit.Word("agency", code))
		case "all":
			words = append(words, b.visit.T("request.charged.all"))
		case "":
		default:
			words = append(words, b.visit.Word("waiting_on", side))
		}
	}
	return strings.Join(words, "; ")
}
