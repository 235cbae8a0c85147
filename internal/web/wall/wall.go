package wall

import (
	"embed"
	"errors"
	"net/http"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	return site.Group{Files: files, Pages: []site.Page{
		{Pattern: "GET /wall", Handle: show, Device: true},
		{Pattern: "GET /admin/screens", Handle: list},
		{Pattern: "POST /admin/screens", Handle: pair},
		{Pattern: "POST /admin/screens/{screen}/removal", Handle: remove},
		// Whoever comes back to what only a form leads to begins where that form is.
		{Pattern: "GET /admin/screens/{screen}/removal", Handle: func(v *site.Visit) error { return v.Go("/admin/screens") }},
	}}
}

// wallView is the page in one of three states: the wall, a code that waits to be typed, or away.
type wallView struct {
	site.Frame
	Picture *picture
	Waits   *waiting
	Away    bool
}

type waiting struct {
	Left, Right string // halves of the code
	Until       text.Moment
}

// oldest is how old a picture may be before it is grey.
const oldest = 10 * time.Second

func show(v *site.Visit) error {
	view := wallView{Frame: v.Frame("wall.title")}
	view.Bare, view.Theme, view.Scripts = true, "wall", []string{"wall.js"}
	w, err := site.Read[client.Wall](v.API.GetWall(v.Context()))
	p, answered := errors.AsType[*site.Problem](err)
	switch {
	case err == nil:
		view.Picture = draw(v, w)
		return v.Show("wall", view)
	case !answered:
		return err
	case p.Status == http.StatusUnauthorized, p.Status == http.StatusForbidden: // it is no screen, or none any more
		return wait(v, view)
	}
	return away(v, view, p)
}

// wait shows the code of a device that is to be paired.
func wait(v *site.Visit, view wallView) error {
	r, err := v.API.BeginPairing(v.Context(), client.PairingStart{})
	shown, err := site.Read[client.Pairing](r, err)
	if p, answered := errors.AsType[*site.Problem](err); answered {
		return away(v, view, p)
	}
	if err != nil {
		return err
	}
	v.PassCookies(r)
	half := len(shown.Code) / 2 // of 7Q4K-M2XD
	view.Waits = &waiting{Left: shown.Code[:half], Right: shown.Code[half+1:], Until: v.Moment(shown.EndsAt)}
	return v.Show("wall", view)
}

// away is shown where there is no picture yet. A page that has one keeps it, for the answer is no success.
func away(v *site.Visit, view wallView, p *site.Problem) error {
	view.Away = true
	return v.ShowAs(p.Status, "wall", view)
}
