package wall

import (
	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// screensView is the page of the screens, with what was typed into its form.
type screensView struct {
	site.Frame
	Screens           []paired
	Units             []site.Choice
	Code, Label, Unit string
	Refused           *site.Problem
}

type paired struct {
	ID, Label string
	Place     string // the department; empty: headquarters
	At        text.Moment
}

// Flaw is what is wrong with a field of the form; empty: nothing.
func (s screensView) Flaw(pointer string) string { return s.Refused.At(pointer) }

func list(v *site.Visit) error {
	view, err := screens(v)
	if err != nil {
		return err
	}
	return v.Show("wall/screens", view)
}

func screens(v *site.Visit) (screensView, error) {
	view := screensView{Frame: v.Frame("wall.screens")}
	all, err := site.Read[client.Screens](v.API.ListScreens(v.Context()))
	if err != nil {
		return view, err
	}
	for _, s := range all.Items {
		one := paired{ID: s.Screen, Label: s.Label, At: v.Moment(s.PairedAt)}
		if s.Unit != "" {
			one.Place = v.Unit(s.Unit, v.Now)
		}
		view.Screens = append(view.Screens, one)
	}
	for _, u := range v.Units() {
		if !verification.UnitCode(u.Value).OfHeadquarters() {
			view.Units = append(view.Units, u)
		}
	}
	return view, nil
}

// pair makes a screen of the device that shows the code, and shows the form again where that cannot be.
func pair(v *site.Visit) error {
	_, err := site.Read[client.Screen](v.API.PairScreen(v.Context(), client.ScreenPairing{
		Code: v.Form("code"), Label: v.Form("label"), Unit: v.Form("unit"),
	}))
	if err == nil {
		return v.GoSaying("/admin/screens", "pair_screen")
	}
	p, refused := site.Refused(err)
	if !refused {
		return err
	}
	view, failed := screens(v)
	if failed != nil {
		return failed
	}
	view.Code, view.Label, view.Unit, view.Refused, view.Trouble = v.Form("code"), v.Form("label"), v.Form("unit"), p, v.Trouble(p)
	view.Trouble.Fields = nil // they are named with their fields
	return v.ShowAs(p.Status, "wall/screens", view)
}

func remove(v *site.Visit) error {
	if err := site.Done(v.API.RemoveScreen(v.Context(), v.Param("screen"))); err != nil && !site.Gone(err) {
		return err // one that is gone was removed by somebody else
	}
	return v.GoSaying("/admin/screens", "remove_screen")
}
