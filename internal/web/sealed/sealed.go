// Package sealed is the keeper's page: the matters of the compartments that are kept, and the stubs, each with its clock and
// who holds it.
//
// It is the board as its reader sees it, less what is not sealed, and below it each compartment that the reader sees to, with
// who is on duty, the last test of its alarm, its members and why they are. Above all stands what waits to be claimed and
// alarms the reader.
package sealed

import (
	"cmp"
	"embed"
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET /sealed", Handle: show},
			{Pattern: "POST /sealed/duty", Handle: setDuty},
			{Pattern: "POST /sealed/keeper", Handle: appoint},
			{Pattern: "POST /sealed/alarm-test", Handle: try},
			{Pattern: "GET /sealed/alarm-tests", Handle: showTrials},
		},
		Menu: []site.Entry{
			{Text: "sealed.menu", Path: "/sealed", Operation: access.OpGetBoard, Role: verification.RoleKeeper, Place: 50},
			{Text: "sealed.menu", Path: "/sealed", Operation: access.OpAppointAlarmed, Place: 50},
		},
	}
}

type page struct {
	site.Frame
	Rows    []row
	More    bool // the board goes on beyond what was read
	Stale   bool
	Pending int // that nobody has claimed
	Alarms  []alarm
	Rooms   []room
}

// row is a sealed matter.
type row struct {
	client.BoardRow
	Partner string
	Holder  string
	Due     site.Due
	Stub    bool
	Away    []string // who must not know of it: units and persons by name
}

// deep is how many pages of the board are read: a keeper's own board is short, who is of the desk as well has all of it.
const deep = 5

func show(v *site.Visit) error { return showAs(v, nil, nil) }

// showAs shows the page, with a form that was refused as it was typed: one of a turn, or an appointment.
func showAs(v *site.Visit, refused *refusedTurn, named *refusedKeeper) error {
	p, status := page{Frame: v.Frame("sealed.title")}, http.StatusOK
	var problem *site.Problem
	switch {
	case refused != nil:
		problem = refused.problem
	case named != nil:
		problem = named.problem
	}
	if problem != nil {
		p.Trouble, status = v.Trouble(problem), problem.Status
		p.Path = "/sealed"
	}
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	limit := 200
	var cursor string
	for range deep {
		board, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: &limit, Cursor: site.Optional(cursor)}))
		if err != nil {
			return err
		}
		p.Stale = p.Stale || board.Stale
		for _, r := range board.Items {
			if r.Row == client.BoardRowRowRequest && sealed(r) {
				p.add(v, r, labels)
			}
		}
		if cursor = board.NextCursor; cursor == "" {
			break
		}
	}
	p.More = cursor != ""
	if p.Alarms, err = alarms(v, labels, p.Rows, named); err != nil {
		return err
	}
	if p.Rooms, err = rooms(v, labels, refused); err != nil {
		return err
	}
	return v.ShowAs(status, "sealed", &p)
}

func (p *page) add(v *site.Visit, r client.BoardRow, labels map[string]string) {
	one := row{BoardRow: r, Partner: v.Partner(r.Partner), Holder: labels[r.Holder], Due: v.Due(r.DueAt), Stub: slices.Contains(r.Flags, client.BoardFlagStub)}
	for _, unit := range r.Excluded.Units {
		one.Away = append(one.Away, v.Unit(unit, v.Now))
	}
	for _, person := range r.Excluded.Persons {
		one.Away = append(one.Away, cmp.Or(labels[person], person))
	}
	if r.Holder == "" && verification.State(r.State).Open() { // what was answered nobody can claim
		p.Pending++
	}
	p.Rows = append(p.Rows, one)
}

// sealed says whether a row lies in a compartment or is a stub: what the marking's level says.
func sealed(r client.BoardRow) bool {
	return r.Level == client.LevelL3 || r.Level == client.LevelL4 || slices.Contains(r.Flags, client.BoardFlagStub)
}
