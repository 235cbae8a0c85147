package site

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/directory"
	"verigate/internal/web/text"
)

// files are the frame around pages, its texts and what every page loads.
//
//go:embed *.html text.*.json assets
var files embed.FS

// Parts are what a site is made of. All are safe for concurrent use.
type Parts struct {
	API           http.Handler                // the REST edge
	Glossary      []byte                      // lines of id,en,vi
	Directory     func() *directory.Directory // as of now: names of units and partners
	Demonstration bool
	Welcome       Handler // what somebody who is not signed in begins with; nil: the sign-in
	Groups        []Group
	Now           func() time.Time
	Logger        *slog.Logger
}

// Site is the pages as an http.Handler. It is safe for concurrent use.
type Site struct {
	Parts
	texts     *text.Catalogue
	assets    *assets
	templates templates
	menu      []Entry
	mux       *http.ServeMux
}

// New puts a site together. It fails on a page that cannot be parsed, a text that is given twice and a pattern that is
// taken: each would show only when somebody looks.
func New(p Parts) (*Site, error) {
	trees := []fs.FS{files}
	for _, g := range p.Groups {
		trees = append(trees, g.Files)
	}
	s := &Site{Parts: p, mux: http.NewServeMux()}
	var err error
	if s.texts, err = text.Load(p.Glossary, trees...); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(trees); err != nil {
		return nil, err
	}
	if s.templates, err = parse(s.texts, s.assets, trees); err != nil {
		return nil, err
	}
	s.mux.Handle("GET "+assetPrefix+"{hash}/{name}", s.assets)
	for _, page := range s.own() {
		s.mux.HandleFunc(page.Pattern, s.answer(page))
	}
	for _, g := range p.Groups {
		s.menu = append(s.menu, g.Menu...)
		for _, page := range g.Pages {
			s.mux.HandleFunc(page.Pattern, s.answer(page))
		}
	}
	slices.SortStableFunc(s.menu, func(a, b Entry) int { return cmp.Compare(a.Place, b.Place) })
	return s, nil
}

// Texts is the catalogue, Templates the pages: for tests that look at all of them.
func (s *Site) Texts() *text.Catalogue { return s.texts }

// policy is what a page may load and do: its own files, its own forms, nothing that stands in it.
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	s.mux.ServeHTTP(w, r)
}

// maxForm bounds what a form may send: the answers of one request with their texts. The sentence of codeFormTooLarge names it.
const maxForm = 1 << 20

// answer lets a handler answer a visit, and shows what it could not do.
func (s *Site) answer(page Page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		unread := readForm(r)
		v, err := s.visit(w, r, page)
		if err = cmp.Or(err, unread); err == nil {
			err = page.Handle(v)
		}
		if err != nil {
			v.fail(err)
		}
	}
}

// readForm reads what a form sent before anybody looks at it: one that is not read whole would be taken for an empty one.
func readForm(r *http.Request) error {
	err := r.ParseForm()
	if err == nil || r.Method != http.MethodPost {
		return nil
	}
	p := client.Problem{Status: http.StatusBadRequest, Code: codeFormUnreadable}
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		p = client.Problem{Status: http.StatusRequestEntityTooLarge, Code: codeFormTooLarge}
	}
	return fmt.Errorf("read a form: %w", &Problem{Problem: p})
}

func (s *Site) visit(w http.ResponseWriter, r *http.Request, page Page) (*Visit, error) {
	v := &Visit{Request: r, Writer: w, Now: s.Now(), Language: text.Vietnamese, site: s, secret: page.Secret || page.Device}
	var err error
	if v.API, err = newClient(s.API, r); err != nil {
		return v, err
	}
	if page.Device {
		v.Language = v.language()
		return v, nil
	}
	session, err := Read[client.Session](v.API.GetSession(r.Context()))
	p, refused := errors.AsType[*Problem](err)
	switch {
	case err == nil:
		v.Session = &session
	case !refused || p.Status != http.StatusUnauthorized:
		v.Language = v.language()
		return v, err
	}
	v.Language, v.Zone = v.language(), v.zone()
	return v, nil
}

// fail shows an error. Who is not signed in is led to the sign-in, or keeps the page and what they sent (over.go); whose account is not
// finished or who has to prove once more who they are keeps what they sent as well, or is led to where that is done, and from
// there back. What is sent while the record is away is kept too. Of a form whose page is gone the words are there to be copied.
func (v *Visit) fail(err error) {
	s := v.site
	p, known := errors.AsType[*Problem](err)
	if !known {
		s.Logger.ErrorContext(v.Context(), "page", slog.String("route", v.Request.Pattern), slog.Any("error", err))
		p = &Problem{Problem: client.Problem{Status: http.StatusInternalServerError, Code: "internal"}}
	}
	back := "/"
	if v.Request.Method == http.MethodGet && !v.Within() {
		back = v.Request.URL.RequestURI()
	}
	switch {
	case v.stranger(p) && v.keeps():
		v.instead(p, v.over())
		return
	case v.undone(p):
		v.instead(p, v.hold(p))
		return
	case v.stranger(p) && v.ofOpenPage():
		v.ended()
		return
	case p.Status == http.StatusUnauthorized:
		_ = v.leave("/sign-in?to=" + url.QueryEscape(back))
		return
	case p.Code == codeAccountUnfinished:
		_ = v.leave("/account")
		return
	case p.Code == codeProofNeeded:
		_ = v.leave("/account/proof?to=" + url.QueryEscape(cmp.Or(v.Form("from"), back)))
		return
	}
	view := problemView{Frame: v.Frame("problem.title")}
	view.Trouble = v.Trouble(p)
	if p.Status == http.StatusServiceUnavailable && v.Request.Method == http.MethodGet {
		view.Again = int(p.Retry.Seconds())
	}
	if err := v.ShowAs(p.Status, "problem", view); err != nil {
		s.Logger.ErrorContext(v.Context(), "page of a problem", slog.Any("error", err))
		http.Error(v.Writer, view.Title, http.StatusInternalServerError)
	}
}

// instead ends a call whose form was to be kept; err says why it could not be.
func (v *Visit) instead(p *Problem, err error) {
	if err != nil {
		v.site.Logger.ErrorContext(v.Context(), "page of a form that is kept", slog.Any("error", err))
		http.Error(v.Writer, http.StatusText(p.Status), p.Status)
	}
}

// leave goes to another page as a whole, also when only a part was asked for.
func (v *Visit) leave(to string) error {
	if v.Within() {
		v.Writer.Header().Set("HX-Redirect", to)
		v.Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
	return v.Go(to)
}

// problemView is the page of a problem. One that passes by itself is asked for again every so many seconds; 0: it is not.
type problemView struct {
	Frame
	Again int
}

// own are the pages that every site has.
func (s *Site) own() []Page {
	return []Page{
		{Pattern: "GET /{$}", Handle: func(v *Visit) error {
			switch {
			case v.Session != nil && v.Query("done") == SignedIn:
				return v.GoSaying(v.Home(), SignedIn)
			case v.Session != nil:
				return v.Go(v.Home())
			case s.Welcome != nil:
				return s.Welcome(v)
			}
			return v.Go("/sign-in")
		}},
		{Pattern: "POST /settings", Handle: settings},
		{Pattern: "GET /alarm", Handle: showAlarm},
		{Pattern: "POST /alarm", Handle: openAlarm},
		{Pattern: "/", Handle: elsewhere}, // whatever the method: a page that is not there is not there for forms either
	}
}

// elsewhere is what has no page: the address of a form leads to its page, all else is not there.
func elsewhere(v *Visit) error {
	q := &http.Request{Method: http.MethodPost, Host: v.Request.Host, URL: &url.URL{Path: v.Request.URL.Path}}
	_, pattern := v.site.mux.Handler(q)
	if to := v.above(); v.Request.Method == http.MethodGet && !v.Within() && strings.HasPrefix(pattern, http.MethodPost+" ") && to != "/" {
		return v.Go(to)
	}
	return notThere()
}

func notThere() error {
	return fmt.Errorf("no such page: %w", &Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}})
}
