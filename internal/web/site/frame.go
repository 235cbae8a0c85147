package site

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"verigate/internal/verification"
	"verigate/internal/web/text"
)

// Frame is what stands around every page. Views embed it.
type Frame struct {
	Title     string
	Language  text.Language
	Direction string
	Theme     string // auto, light, dark, contrast or wall
	Keys      bool   // single letters are commands
	Menu      []MenuItem
	Person    string // who is signed in; empty: nobody
	Visitor   string // the id of who that is, by which an open page knows them again
	Roles     []string
	Place     string // the visitor's unit or partner
	Path      string // of this page, for what leads back to it
	Said      string // what was done just now
	Trouble   *Trouble
	Sent      bool // it answers a form: of a Trouble it begins there
	Demo      bool
	Server    int64    // the server's time in milliseconds, by which timers run
	Scripts   []string // of this page, besides the site's own
	Bare      bool     // no menu around it: a screen on a wall
	Alarm     *Alarm   // for who may be on call; nil: for nobody else
}

// MenuItem is an entry of the menu.
type MenuItem struct {
	Text, Path string
	Here       bool
}

// Frame begins the view of a page; title is an id.
func (v *Visit) Frame(title string, pairs ...any) Frame {
	f := Frame{
		Title: v.T(title, pairs...), Language: v.Language, Direction: v.Language.Direction(), Theme: v.theme(), Keys: v.cookie(cookieKeys) != "off",
		Path: v.page(), Demo: v.site.Demonstration, Server: v.Now.UnixMilli(),
		Sent: v.Request.Method == http.MethodPost,
	}
	switch done := v.Query("done"); done {
	case "":
	case SignedIn:
		f.Said = v.lastSignIn()
	default:
		f.Said = v.said(done)
	}
	if v.Session == nil {
		return f
	}
	f.Person, f.Visitor, f.Place = v.Session.Label, v.Session.Person, cmp.Or(v.Session.Unit, v.Session.Partner)
	for _, r := range v.Session.Roles {
		f.Roles = append(f.Roles, v.Word("role", r))
	}
	f.Alarm = v.alarm()
	if len(v.Session.Needs) == 0 {
		f.Menu = v.menu()
	}
	return f
}

// page is the address of this page: of what answers a form it is that of the nearest page above the form's.
func (v *Visit) page() string {
	if v.Request.Method == http.MethodGet {
		return v.Request.URL.RequestURI()
	}
	return v.above()
}

// above is the address of the nearest page at or above that of the visit; the first page: there is none.
func (v *Visit) above() string {
	for at := v.Request.URL.Path; strings.LastIndexByte(at, '/') >= 0 && at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		q := &http.Request{Method: http.MethodGet, Host: v.Request.Host, URL: &url.URL{Path: at}}
		if _, pattern := v.site.mux.Handler(q); strings.HasPrefix(pattern, http.MethodGet+" ") {
			return at
		}
	}
	return "/"
}

// said is the sentence of what was done; what is none says nothing, for an address is anybody's to make.
func (v *Visit) said(done string) string {
	if s := v.Word("done", done); s != done {
		return s
	}
	return ""
}

// SignedIn is what GoSaying says after a sign-in: the page tells when its person signed in before.
const SignedIn = "sign_in"

// lastSignIn says when the visitor signed in before this session and from where; empty for nobody.
func (v *Visit) lastSignIn() string {
	if v.Session == nil {
		return ""
	}
	last := v.Session.Before
	if last.At.IsZero() {
		return v.T("frame.first_sign_in")
	}
	return v.T("frame.last_sign_in", "at", v.Moment(last.At).Main, "from", last.From)
}

func (v *Visit) menu() []MenuItem {
	var items []MenuItem
	for _, e := range v.site.menu {
		twice := slices.ContainsFunc(items, func(i MenuItem) bool { return i.Path == e.Path })
		if v.May(e.Operation) && (e.Role == "" || v.Has(e.Role)) && !twice {
			path := v.Request.URL.Path
			items = append(items, MenuItem{Text: v.T(e.Text), Path: e.Path, Here: path == e.Path || strings.HasPrefix(path, e.Path+"/")})
		}
	}
	return items
}

// Home is where a visitor begins.
func (v *Visit) Home() string {
	if items := v.menu(); len(items) > 0 {
		return items[0].Path
	}
	return "/account"
}

// What a browser remembers of how its owner reads; it says nothing of who that is.
const (
	cookieLanguage = "verigate-language"
	cookieTheme    = "verigate-theme"
	cookieKeys     = "verigate-keys"
	cookieZone     = "verigate-zone"
)

func (v *Visit) cookie(name string) string {
	c, err := v.Request.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Themes are those that a reader may choose.
func Themes() []string { return []string{"auto", "light", "dark", "contrast"} }

func (v *Visit) theme() string {
	if t := v.cookie(cookieTheme); slices.Contains(Themes(), t) {
		return t
	}
	return "auto"
}

// language is the reader's choice, else what their browser asks for, else that of their work: staff read Vietnamese.
func (v *Visit) language() text.Language {
	if l, ok := text.Known(v.cookie(cookieLanguage)); ok {
		return l
	}
	otherwise := text.Vietnamese
	if v.Has(verification.RolePartner) {
		otherwise = text.English
	}
	return text.Preferred(v.Request.Header.Get("Accept-Language"), otherwise)
}

func (v *Visit) zone() *time.Location {
	name := v.cookie(cookieZone)
	if name == "" {
		return nil
	}
	zone, err := time.LoadLocation(strings.ReplaceAll(name, ".", "/"))
	if err != nil || zone == time.Local {
		return nil
	}
	return zone
}
