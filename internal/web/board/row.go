package board

import (
	"fmt"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// row is a row as it is shown to everybody who reads a language: nothing in it depends on the reader.
type row struct {
	ID, Number                    string
	At                            string // where it stands: rows are in the order of this text
	Degree, State, Clock, Waiting string
	Level                         string
	Due, Received                 site.Due
	Short                         text.Moment
	Partner, Code, Campaign       string
	Units                         []site.Choice
	Flags                         []string
	Waits                         text.Since // of flag second_reviewer
	Told                          string     // the rung that was told last, empty: none
	Step                          int        // of it, per cent
	Breaches                      int
}

// never stands behind all that is due.
const never = 1<<53 - 1

func rowOf(v *site.Visit, r client.BoardRow) row {
	here := *v
	here.Zone = nil // one rendering for all
	at := int64(never)
	if !r.DueAt.IsZero() {
		at = r.DueAt.UnixMicro()
	}
	out := row{
		ID: r.ID, Number: r.Number, At: fmt.Sprintf("%016d-%s", at, r.ID), Degree: string(r.Degree), State: r.State,
		Clock: r.Clock, Waiting: waiting(v, r.WaitingOn), Level: string(r.Level), Due: here.Due(r.DueAt), Short: here.Moment(r.ReceivedAt),
		Partner: v.Partner(r.Partner), Code: r.Partner, Campaign: r.Campaign, Flags: words(r.Flags...),
		Told: string(r.EscalatedTo), Step: r.StepReached, Breaches: r.Breaches,
	}
	out.Waits = v.Language.Since(r.WaitsForReviewerSince, v.Now)
	for _, u := range r.Units {
		out.Units = append(out.Units, site.Choice{Value: u, Text: v.Unit(u, v.Now)})
	}
	return out
}

// waiting names who is waited for: desk, all, unit:03, agency:tax.
func waiting(v *site.Visit, on string) string {
	kind, code, _ := strings.Cut(on, ":")
	switch kind {
	case "":
		return ""
	case "unit":
		return v.Word("waiting_on", "unit") + " " + code
	case "agency":
		return v.Word("agency", code)
	case "all":
		return v.T("board.promise")
	}
	return v.Word("waiting_on", kind)
}

// explained is why a clock is due when it is.
type explained struct {
	site.Frame
	ID, Number string
	Clocks     []clock
}

type clock struct {
	Name, State, Charged, Said string
	Due                        site.Due
}

// explain shows the running clocks of a request in their own sentence, the most urgent first: beside its row, or as a page.
func explain(v *site.Visit) error {
	id := v.Param("id")
	clocks, err := site.Read[client.Clocks](v.API.GetClocks(v.Context(), id))
	if err != nil {
		return err
	}
	view := explained{Frame: v.Frame("board.why"), ID: id}
	for _, c := range clocks.Clocks {
		if c.State == client.ClockViewStateStopped {
			continue
		}
		said := c.Explanation.En
		if v.Language == text.Vietnamese {
			said = c.Explanation.Vi
		}
		view.Clocks = append(view.Clocks, clock{
			Name: string(c.Name), State: string(c.State), Charged: waiting(v, c.ChargedTo), Said: said, Due: v.Due(c.DueAt),
		})
	}
	sortClocks(view.Clocks)
	if v.Within() {
		return v.Show("board/why", view)
	}
	return v.Show("board/clock", view)
}

func sortClocks(all []clock) {
	due := func(c clock) time.Time {
		if c.Due.At.IsZero() {
			return time.Unix(never, 0)
		}
		return c.Due.At
	}
	for i := range all {
		for j := i; j > 0 && due(all[j]).Before(due(all[j-1])); j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
}
