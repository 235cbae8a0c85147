package unit

import (
	"slices"
	"strings"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

type leadView struct {
	site.Frame
	Unit     string
	Holds    []waiting
	Late     []late
	Work     []card
	People   []client.PeopleItem
	Numbers  *client.Statistics
	Months   string // that the numbers are of
	Percent  string // on time; empty: nothing was due
	More     bool   // there are more tasks than are shown
	NoNumber string // why there are no numbers
}

// waiting is a hold that waits for the lead's word.
type waiting struct {
	Task, Number, Code, Evidence string
	From, To, Review             text.Moment // To: no moment while it lasts
	Confirm, Reject              form
}

// late is a breach whose cause the unit owes.
type late struct {
	Task, Number, Clock string
	N                   int // of the breach
	Due                 text.Moment
	Owed                site.Due
}

// lead is what waits for a unit's lead.
func lead(v *site.Visit) error {
	if err := v.SignedIn(); err != nil {
		return err
	}
	view := leadView{Frame: v.Frame("unit.lead"), Unit: v.Unit(v.Session.Unit, v.Now)}
	labels, all, err := colleagues(v)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Unit == v.Session.Unit && len(p.Roles) > 0 && !p.System {
			view.People = append(view.People, p)
		}
	}
	page, err := queue(v, "", 200)
	if err != nil {
		return err
	}
	view.More = page.NextCursor != ""
	for _, item := range page.Items {
		view.Work = append(view.Work, cardOf(v, item, labels))
		if !item.Unconfirmed {
			continue
		}
		if err := view.hold(v, item.Task); err != nil {
			return err
		}
	}
	if err := view.owed(v); err != nil {
		return err
	}
	if err := view.count(v); err != nil {
		return err
	}
	return v.Show("unit/lead", view)
}

// hold adds one that waits for the lead: the contract says whether it does.
func (view *leadView) hold(v *site.Visit, id string) error {
	t, version, err := site.ReadTagged[client.Task](v.API.GetTask(v.Context(), id))
	if err != nil {
		return err
	}
	if !slices.Contains(t.Allowed, "confirm_hold") {
		return nil
	}
	w := waiting{
		Task: t.Task, Number: t.Number, Code: t.UndecidedHold.Code, Evidence: t.UndecidedHold.EvidenceReference,
		From: v.Moment(t.UndecidedHold.From), To: v.Moment(t.UndecidedHold.To), Review: v.Moment(t.UndecidedHold.ReviewAt),
	}
	for path, f := range map[string]*form{"hold-confirmation": &w.Confirm, "hold-rejection": &w.Reject} {
		c := commands()[path]
		fields, err := c.fields(v, t)
		if err != nil {
			return err
		}
		*f = form{Name: c.name, ID: c.name + "-" + t.Task, Path: "/tasks/" + t.Task + "/" + path, Fields: fields, Key: v.NewKey(), Version: version, Grave: c.grave}
	}
	view.Holds = append(view.Holds, w)
	return nil
}

// owed adds the breaches whose cause is owed.
func (view *leadView) owed(v *site.Visit) error {
	open, limit := true, 200
	page, err := site.Read[client.NoticePage](v.API.ListNotices(v.Context(), &client.ListNoticesParams{Open: &open, Limit: &limit}))
	if err != nil {
		return err
	}
	for _, n := range page.Items {
		if n.Kind == "breach" && !n.CauseDueAt.IsZero() && n.Unit == v.Session.Unit && n.Task != "" {
			view.Late = append(view.Late, late{Task: n.Task, Number: n.Number, N: n.Breach, Clock: string(n.Clock), Due: v.Moment(n.DueAt), Owed: v.Due(n.CauseDueAt)})
		}
	}
	return nil
}

// month writes 2021-09 as people here do.
func month(iso string) string {
	year, number, _ := strings.Cut(iso, "-")
	return number + "/" + year
}

// count adds the unit's numbers of the month. There are none of anybody by name.
func (view *leadView) count(v *site.Visit) error {
	unit := v.Session.Unit
	s, err := site.Read[client.Statistics](v.API.GetStatistics(v.Context(), &client.GetStatisticsParams{Unit: &unit}))
	if p, refused := site.Refused(err); refused {
		view.NoNumber = v.Trouble(p).Title
		return nil
	}
	if err != nil {
		return err
	}
	view.Numbers = &s
	view.Months = month(s.From)
	if s.To != s.From {
		view.Months += " – " + month(s.To)
	}
	if s.Tiles.OnTimePercent != nil {
		view.Percent = v.Language.Count(int(*s.Tiles.OnTimePercent)) + "\u00a0%"
	}
	return nil
}
