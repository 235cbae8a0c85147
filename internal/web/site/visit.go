package site

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/text"
)

// Visit is one call of a page. It belongs to the goroutine that answers it.
type Visit struct {
	Request  *http.Request
	Writer   http.ResponseWriter
	API      *client.Client  // the contract, as the visitor
	Session  *client.Session // who visits; nil: nobody is signed in
	Language text.Language
	Zone     *time.Location // where the visitor lives; nil: as in Hanoi
	Now      time.Time

	site    *Site
	secret  bool     // the form is not shown again
	trouble *Trouble // that the page shows; nil: none
}

// Context ends when the visitor leaves.
func (v *Visit) Context() context.Context { return v.Request.Context() }

// Param is a part of the path, Query a parameter, Form a field of what was sent.
func (v *Visit) Param(name string) string { return v.Request.PathValue(name) }

// Query is a parameter of the address.
func (v *Visit) Query(name string) string { return v.Request.URL.Query().Get(name) }

// Form is a field of what was sent, without the spaces around it.
func (v *Visit) Form(name string) string { return strings.TrimSpace(v.Request.PostFormValue(name)) }

// Forms are all values of a field.
func (v *Visit) Forms(name string) []string {
	_ = v.Request.PostFormValue(name) // reads the form
	return v.Request.PostForm[name]
}

// Has says whether the visitor has a role.
func (v *Visit) Has(roles ...verification.Role) bool {
	return v.Session != nil && slices.ContainsFunc(roles, func(r verification.Role) bool {
		return slices.Contains(v.Session.Roles, string(r))
	})
}

// Caller is who visits as far as menus ask: what may be done is asked of the gateway each time.
func (v *Visit) Caller() access.Caller {
	if v.Session == nil {
		return access.Caller{}
	}
	c := access.Caller{Label: v.Session.Label}
	c.Person = verification.PersonID(v.Session.Person)
	c.Partner, c.Unit = verification.PartnerCode(v.Session.Partner), verification.UnitCode(v.Session.Unit)
	for _, r := range v.Session.Roles {
		c.Roles = append(c.Roles, verification.Role(r))
	}
	return c
}

// May says whether the visitor may ever call an operation: what a menu or a link is shown for.
func (v *Visit) May(op access.Operation) bool { return v.Session != nil && access.Ever(v.Caller(), op) }

// T is a text in the visitor's language. One that is missing is a defect that a test finds; a page says its id.
func (v *Visit) T(id string, pairs ...any) string {
	s, err := v.site.texts.Text(v.Language, id, pairs...)
	if err != nil {
		return id
	}
	return s
}

// Word is the visitor's word for one of a closed set of codes.
func (v *Visit) Word(set, code string) string { return v.site.texts.Word(v.Language, set, code) }

// Moment writes an instant for the visitor.
func (v *Visit) Moment(at time.Time) text.Moment { return v.Language.Moment(at, v.Zone) }

// Due writes when something is due and how long that is from now.
func (v *Visit) Due(at time.Time) Due {
	if at.IsZero() {
		return Due{}
	}
	return Due{Moment: v.Moment(at), Left: v.Language.Left(at, v.Now), Late: !v.Now.Before(at), Unix: at.Unix()}
}

// Due is a due time as a page shows it.
type Due struct {
	text.Moment
	Left string
	Late bool
	Unix int64 // for the browser's timer, which runs on the server's time
}

// NewKey is the idempotency key of a form: sent twice, it does its work once.
func (v *Visit) NewKey() string { return "page-" + strings.ToLower(rand.Text()) }

// Key is the key that a form came with.
func (v *Visit) Key() *string { return Optional(v.Form("key")) }

// KeyAfter is the key of a form that is shown again: the one that it came with, where it may have been taken all the same; else a
// new one, for what is sent then is another command.
func (v *Visit) KeyAfter(p *Problem) string {
	if key := v.Form("key"); p != nil && p.Status == http.StatusServiceUnavailable && key != "" {
		return key
	}
	return v.NewKey()
}

// Version is the version on which a form was filled in, as If-Match takes it.
func (v *Visit) Version() *string { return Optional(v.Form("version")) }

// Go leads to another page of this site, after a form has done its work (303).
func (v *Visit) Go(to string) error {
	http.Redirect(v.Writer, v.Request, local(to), http.StatusSeeOther) //nolint:gosec // local keeps it on this site
	return nil
}

// GoSaying is Go to a page that says what was done: a code of the set "done".
func (v *Visit) GoSaying(to, done string) error {
	u, err := url.Parse(to)
	if err != nil {
		return fmt.Errorf("lead to a page: %w", err)
	}
	q := u.Query()
	q.Set("done", done)
	u.RawQuery = q.Encode()
	return v.Go(u.String())
}

// Within says whether only a part of the page is asked for, by the page itself.
func (v *Visit) Within() bool { return v.Request.Header.Get("HX-Request") == "true" }

// PassCookies hands cookies that the gateway set or took back on to the browser.
func (v *Visit) PassCookies(r *http.Response) {
	for _, line := range r.Header.Values("Set-Cookie") {
		v.Writer.Header().Add("Set-Cookie", line)
	}
}

// local keeps a way back on this site.
func local(path string) string {
	if u, err := url.Parse(path); err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

// Local keeps a way back, which came with a form or an address, on this site.
func (v *Visit) Local(path string) string { return local(path) }
