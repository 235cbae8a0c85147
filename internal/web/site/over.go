package site

import (
	"cmp"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// overView is the page of a form that was not taken: it holds what was typed, to be sent once more.
type overView struct {
	Frame
	Action    string // where the form goes once more
	Kept      string // what became of it, and what to do
	Way, Door string // where that is done, in another tab, and what the link says; empty: nowhere
	Fields    []sentField
}

type sentField struct{ Name, Value string }

// keeps says whether a form that was not taken is shown again with what it holds: never one with what proves who somebody
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
	if v.Within() && !fromButton(v.Request) {
		v.ended()
		return nil
	}
	v.Session = nil
	return v.keep(http.StatusUnauthorized, overView{Frame: v.Frame("over.title"), Kept: v.T("over.kept"), Way: "/sign-in", Door: v.T("over.sign_in")})
}

// undone says whether a form is kept whose problem no form shows beside what was typed (Refused), or whose own page cannot be had
// either: the record is away, a limit is reached, or who sends it has to prove who they are, or to put their account in order, first. Whoever typed
// nothing is led there instead.
func (v *Visit) undone(p *Problem) bool {
	if !v.keeps() || v.Within() && !fromButton(v.Request) {
		return false
	}
	typed := slices.ContainsFunc(slices.Collect(maps.Keys(v.Request.PostForm)), func(name string) bool {
		return !slices.Contains([]string{"key", "version", "from"}, name)
	})
	return p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests || typed && (p.Code == codeProofNeeded || p.Code == codeAccountUnfinished)
}

// hold shows such a form, with why it was not taken. One that met a record which was away may have been taken all the same.
func (v *Visit) hold(p *Problem) error {
	view := overView{Frame: v.Frame("problem.title")}
	view.Trouble = v.Trouble(p)
	switch {
	case p.Code == codeProofNeeded:
		view.Kept, view.Way, view.Door = v.T("over.unproved"), "/account/proof?to="+url.QueryEscape(cmp.Or(local(v.Form("from")), "/")), v.T("over.prove")
	case p.Code == codeAccountUnfinished:
		view.Kept, view.Way, view.Door = v.T("over.unfinished"), "/account", v.T("over.account")
	case p.Status == http.StatusTooManyRequests:
		view.Kept = v.T("over.limited")
	case v.Form("key") != "":
		view.Kept = v.T("over.away_once")
	default:
		view.Kept = v.T("over.away")
	}
	return v.keep(p.Status, view)
}

// keep shows a form that was not taken, in place of all that a page holds.
func (v *Visit) keep(status int, view overView) error {
	if v.Within() {
		h := v.Writer.Header()
		h.Set("HX-Retarget", "#main")
		h.Set("HX-Reselect", "#main")
		h.Set("HX-Reswap", "outerHTML")
	}
	view.Action = v.Request.URL.RequestURI()
	for _, name := range slices.Sorted(maps.Keys(v.Request.PostForm)) {
		for _, value := range v.Request.PostForm[name] {
			view.Fields = append(view.Fields, sentField{name, value})
		}
	}
	return v.ShowAs(status, "over", view)
}

// keepWords holds those words of a refused form that the page which says so does not show: its form is not offered any more, or is
// on no page. What is one code, id or date of many is left out. It says whether there are any.
func (v *Visit) keepWords(page []byte) bool {
	t := v.trouble
	if t == nil || v.Within() || !v.keeps() {
		return false
	}
	shown := plainly(html.UnescapeString(string(page)))
	for _, name := range slices.Sorted(maps.Keys(v.Request.PostForm)) {
		for _, value := range v.Request.PostForm[name] {
			value = strings.TrimSpace(value)
			words := strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || r > unicode.MaxASCII })
			if words && !strings.Contains(shown, plainly(value)) {
				t.Kept = append(t.Kept, Kept{v.T("problem.kept.n", "n", len(t.Kept)+1), value})
			}
		}
	}
	return len(t.Kept) > 0
}

// plainly is a text with its lines ended in one way, whoever sent it.
func plainly(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
