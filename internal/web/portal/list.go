package portal

import (
	"errors"
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// listView is the partner's own requests in parts, each by what is to be done about them.
type listView struct {
	site.Frame
	Parts  []part
	Empty  bool
	Number string // searched for
	Next   string // cursor of the older ones
	Older  bool   // this is not the first page
	Renews bool   // what waits for the partner comes by itself
	Zones  []string
}

// part is one of the list: needs, unread, running, ended.
type part struct {
	Code string
	Rows []row
}

type row struct {
	ID, Number, OwnReference string
	Status, Degree           string
	Kind                     string
	Due                      site.Due
	Changed                  text.Moment
}

// The parts, in the order in which they stand.
const (
	needs   = "needs"
	unread  = "unread"
	running = "running"
	ended   = "ended"
)

// Rows on a page, and how many of those that wait for the partner stand on the first.
const (
	perPage = 50
	waiting = 200
)

// list shows them by last change. What needs the partner and what nobody has read stands on the first page, however long
// ago it changed; that page asks again by itself, for a clarification that nobody sees makes an answer late.
func list(v *site.Visit) error {
	if number := v.Query("number"); number != "" {
		return find(v, number)
	}
	view := listView{Frame: v.Frame("portal.title")}
	view.Scripts = []string{"portal.js"}
	rows, err := urgent(v)
	if err != nil {
		return err
	}
	page, err := ask(v, client.ListRequestsParams{Limit: site.Optional(perPage), Cursor: site.Optional(v.Query("cursor"))})
	if err != nil {
		return err
	}
	view.Next, view.Older = page.NextCursor, v.Query("cursor") != ""
	view.Parts = parts(v, append(rows, page.Items...))
	view.Empty, view.Renews = len(page.Items) == 0 && !view.Older, !view.Older
	if v.Zone == nil {
		view.Zones = zones()
	}
	return v.Show("portal/list", view)
}

// urgent is what stands before everything on the first page.
func urgent(v *site.Visit) ([]client.RequestRow, error) {
	if v.Query("cursor") != "" {
		return nil, nil
	}
	var rows []client.RequestRow
	for _, status := range []client.PartnerStatus{client.PartnerStatusWaitingForYou, client.PartnerStatusAnswered, client.PartnerStatusPartlyAnswered} {
		page, err := ask(v, client.ListRequestsParams{Limit: site.Optional(waiting), Status: &status})
		if err != nil {
			return nil, err
		}
		for _, r := range page.Items {
			if part := partOf(r); part == needs || part == unread {
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

func ask(v *site.Visit, params client.ListRequestsParams) (client.RequestPage, error) {
	return site.Read[client.RequestPage](v.API.ListRequests(v.Context(), &params))
}

// find leads to the request of a number. One that cannot be, because a sign is wrong, is said; one that there is not
// leaves an empty list.
func find(v *site.Visit, number string) error {
	page, err := ask(v, client.ListRequestsParams{Number: &number})
	if err == nil && len(page.Items) == 1 {
		return v.Go("/portal/" + page.Items[0].ID)
	}
	view := listView{Frame: v.Frame("portal.title"), Number: number}
	if problem, refused := errors.AsType[*site.Problem](err); refused && problem.Status == http.StatusBadRequest {
		view.Trouble = &site.Trouble{Code: problem.Code, Title: v.T("portal.find.wrong"), Detail: v.T("portal.find.wrong.help")}
		return v.ShowAs(http.StatusBadRequest, "portal/list", view)
	}
	if err != nil {
		return err
	}
	return v.Show("portal/list", view)
}

// parts puts each row once into the part that it belongs to.
func parts(v *site.Visit, rows []client.RequestRow) []part {
	all := []part{{Code: needs}, {Code: unread}, {Code: running}, {Code: ended}}
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		i := slices.IndexFunc(all, func(p part) bool { return p.Code == partOf(r) })
		shown := row{
			ID: r.ID, Number: r.Number, OwnReference: r.OwnReference, Status: string(r.Status), Degree: string(r.Degree),
			Kind: string(r.Kind), Changed: v.Moment(r.UpdatedAt),
		}
		if open(r.Status) {
			shown.Due = v.Due(r.DueAt)
		}
		all[i].Rows = append(all[i].Rows, shown)
	}
	for i := range all[:2] { // what waits longest first
		slices.SortStableFunc(all[i].Rows, func(a, b row) int { return a.Changed.At.Compare(b.Changed.At) })
	}
	return slices.DeleteFunc(all, func(p part) bool { return len(p.Rows) == 0 })
}

// open says whether the promise still runs.
func open(s client.PartnerStatus) bool {
	switch s {
	case client.PartnerStatusReceived, client.PartnerStatusInProgress, client.PartnerStatusPartlyAnswered, client.PartnerStatusDelayed,
		client.PartnerStatusWaitingForYou:
		return true
	default:
		return false
	}
}

// partOf is what is to be done about a request: to say something, also whether its answer will do; to read; to wait;
// nothing.
func partOf(r client.RequestRow) string {
	switch {
	case r.Status == client.PartnerStatusWaitingForYou:
		return needs
	case r.Unread:
		return unread
	case r.Status == client.PartnerStatusAnswered:
		return needs
	case open(r.Status):
		return running
	}
	return ended
}

// zones are those that are offered to who has chosen none; with scripts the device's own is offered first.
func zones() []string {
	return []string{
		"Africa/Cairo", "Africa/Dakar", "Africa/Johannesburg", "Africa/Kinshasa", "Africa/Lagos", "Africa/Luanda", "Africa/Maputo",
		"Africa/Nairobi", "America/Bogota", "America/Lima", "America/Mexico_City", "America/New_York", "America/Sao_Paulo", "Asia/Bangkok",
		"Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Kolkata", "Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Phnom_Penh", "Asia/Riyadh",
		"Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Asia/Vientiane", "Australia/Sydney", "Europe/Berlin", "Europe/Brussels",
		"Europe/Istanbul", "Europe/London", "Europe/Madrid", "Europe/Moscow", "Europe/Paris", "UTC",
	}
}
