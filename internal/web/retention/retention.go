// Package retention is the register of what is kept, for the head of the desk: what is due for erasure, what was proposed
// and waits for a second person, and what is under legal hold. Several are proposed or confirmed at once; each is answered by
// itself, and of what was refused the reason stands beside it. A page beside it has the months of which all is erased: the key
// of such a month is destroyed by two persons likewise.
//
// Proposing is taken back on the page of the request. Confirming is for good, so a page of its own asks once: how many, what
// goes, what stays. The page has no rule: a row has a box when the register says that this reader may do it now.
package retention

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

//go:embed *.html text.*.json assets
var files embed.FS

// path is the page's address.
const path = "/retention"

// Group is what it serves.
func Group() site.Group {
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET " + path, Handle: func(v *site.Visit) error { return show(v, missed{status: http.StatusOK}) }},
			{Pattern: "POST " + path, Handle: act},
			{Pattern: "GET " + monthsPath, Handle: func(v *site.Visit) error { return showMonths(v, refusedMonth{}) }},
			{Pattern: "POST " + monthsPath, Handle: endMonth},
		},
		Menu: []site.Entry{{Text: "retention.menu", Path: path, Operation: access.OpListRetention, Place: 75}},
	}
}

// most is how many rows a page has: as many as are proposed or confirmed at once.
const most = 100

// register is a page of one of the three lists.
type register struct {
	site.Frame
	Tabs   []tab
	List   string
	Here   string // this page of the list
	Do     string // what is done with the chosen rows, a value of the form's field do; empty: nothing
	Key    string
	Rows   []row
	Boxes  int    // rows that may be chosen
	All    bool   // all of them are
	None   bool   // a form came in which none was
	Choose string // address of this page with all chosen
	Next   string // address of the page behind; empty: it is the last
}

type tab struct {
	List, Path string
	Here       bool
}

// row is a request without its content.
type row struct {
	client.RetentionRow
	Partner, Campaign, Rule string // in words
	Closed, Due             day
	Held, Proposed          day
	HeldBy, ProposedBy      string
	Box, Chosen             bool
}

// day is an instant by its date: what is kept for years is told with the year.
type day struct {
	text.Moment
	Said string
}

func dayOf(v *site.Visit, at time.Time) day { return day{v.Moment(at), v.Language.Day(at)} }

// Value is the row in a form: the answer to it is shown by its number.
func (r row) Value() string { return r.Request + " " + r.Number }

// missed is why the list is shown again.
type missed struct {
	status  int
	none    bool // nothing was chosen
	problem *site.Problem
	picked  []chosen // what the form had chosen
}

// list is the one that the address names, or a form came from; any other is refused by the gateway.
func list(v *site.Visit) string {
	if l := v.Query("list"); l != "" {
		return l
	}
	return string(client.RetentionListDue)
}

func show(v *site.Visit, m missed) error {
	limit, which := most, client.QueryRetentionList(list(v))
	found, err := site.Read[client.RetentionPage](v.API.ListRetention(v.Context(), &client.ListRetentionParams{
		List: &which, Limit: &limit, Cursor: site.Optional(v.Query("cursor")),
	}))
	if err != nil {
		return err
	}
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	page := register{
		Frame: v.Frame("retention.title"), List: list(v), Here: address(list(v), v.Query("cursor")), Key: v.KeyAfter(m.problem), All: v.Query("all") != "", None: m.none,
	}
	page.Choose = page.Here + "&all=yes"
	var allows string
	switch which {
	case client.RetentionListDue:
		page.Do, allows = doPropose, "propose_erasure"
	case client.RetentionListProposed:
		page.Do, allows = doAsk, "confirm_erasure"
	case client.RetentionListHeld: // a hold is lifted on the page of its request
	}
	page.Tabs = tabs(string(which))
	for _, r := range found.Items {
		one := rowOf(v, labels, r)
		one.Box = allows != "" && slices.Contains(r.Allowed, allows)
		one.Chosen = page.All || slices.ContainsFunc(m.picked, func(c chosen) bool { return c.ID == r.Request })
		if one.Box {
			page.Boxes++
		}
		page.Rows = append(page.Rows, one)
	}
	if found.NextCursor != "" {
		page.Next = address(page.List, found.NextCursor)
	}
	page.Trouble = v.Trouble(m.problem)
	return v.ShowAs(m.status, "retention", page)
}

// monthsTab is the tab of the months.
const monthsTab = "months"

// tabs are those of the lists, and of the months.
func tabs(here string) (all []tab) {
	for _, l := range []client.RetentionList{client.RetentionListDue, client.RetentionListProposed, client.RetentionListHeld} {
		all = append(all, tab{List: string(l), Path: address(string(l), ""), Here: string(l) == here})
	}
	return append(all, tab{List: monthsTab, Path: monthsPath, Here: here == monthsTab})
}

// address is a page of a list.
func address(list, cursor string) string {
	q := url.Values{"list": {list}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return path + "?" + q.Encode()
}

func rowOf(v *site.Visit, labels map[string]string, r client.RetentionRow) row {
	one := row{
		RetentionRow: r, Rule: r.Retention.En, Closed: dayOf(v, r.ClosedAt), Due: dayOf(v, r.Retention.DueAt), Held: dayOf(v, r.HeldAt),
		Proposed: dayOf(v, r.ProposedAt), HeldBy: named(labels, r.HeldBy), ProposedBy: named(labels, r.ProposedBy), Campaign: r.Campaign,
	}
	if r.Partner != "" {
		one.Partner = v.Partner(r.Partner)
	}
	if v.Language == text.Vietnamese {
		one.Rule = r.Retention.Vi
	}
	for _, c := range v.Campaigns() {
		if c.Value == r.Campaign {
			one.Campaign = c.Text
		}
	}
	return one
}

// named is what is shown of a person: the label of those whom the visitor may name, the id of others.
func named(labels map[string]string, person string) string {
	if label := labels[person]; label != "" {
		return label
	}
	return person
}
