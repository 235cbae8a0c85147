package site

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// overView is the page of a form that came when the session was over: it holds what was typed, to be sent once more.
type overView struct {
	Frame
	Fields []sentField
}

type sentField struct{ Name, Value string }

// keeps says whether a form that met no session is shown again with what it holds: never one with what proves who somebody
// is, and only one of which the browser says that a page of ours sent it, so that no other site puts its words into ours.
func (v *Visit) keeps() bool {
	return v.Request.Method == http.MethodPost && !v.secret && v.Request.Header.Get("Sec-Fetch-Site") == "same-origin"
}

// stranger says whether a problem is that nobody is signed in: from whom nobody knows a page hides as if it were not there.
func (v *Visit) stranger(p *Problem) bool {
	return p.Status == http.StatusUnauthorized || v.Session == nil && p.Status == http.StatusNotFound
}

// fromButton says whether htmx sent a form because its button was pressed, not while somebody types.
func fromButton(r *http.Request) bool {
	element, _, _ := strings.Cut(r.Header.Get("HX-Source"), "#")
	return element == "button"
}

// ofOpenPage says whether an open page reads a part of itself, or its stream.
func (v *Visit) ofOpenPage() bool {
	return v.Request.Method == http.MethodGet && (v.Within() || v.Request.Header.Get("Accept") == "text/event-stream")
}

// ended answers an open page when the session is over. The page stays, for it may hold what was typed, and says so itself
// (app.js).
func (v *Visit) ended() {
	v.Writer.Header().Set("HX-Reswap", "none")
	v.Writer.WriteHeader(http.StatusUnauthorized)
}

// over shows a form that met no session. Its key is among what it holds: sent twice, it does its work once. What a page sends
// while somebody types is not sent again, and changes nothing: what they press next says that the session is over.
func (v *Visit) over() error {
	if v.Within() {
		h := v.Writer.Header()
		if !fromButton(v.Request) {
			h.Set("HX-Reswap", "none")
			v.Writer.WriteHeader(http.StatusUnauthorized)
			return nil
		}
		h.Set("HX-Retarget", "#main")
		h.Set("HX-Reselect", "#main")
		h.Set("HX-Reswap", "outerHTML")
	}
	v.Session = nil
	view := overView{Frame: v.Frame("over.title")}
	for _, name := range slices.Sorted(maps.Keys(v.Request.PostForm)) {
		for _, value := range v.Request.PostForm[name] {
			view.Fields = append(view.Fields, sentField{name, value})
		}
	}
	return v.ShowAs(http.StatusUnauthorized, "over", view)
}
