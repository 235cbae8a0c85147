package board

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"verigate/internal/web/site"
)

// namedView is a choice that somebody has given a name.
type namedView struct {
	Name  string `json:"n"`
	Query string `json:"q"` // of closed filters alone
}

// What one browser keeps for a person: a cookie holds 4 KiB.
const (
	mostViews    = 10
	longestName  = 40
	viewsFor     = 365 * 24 * time.Hour
	cookiePrefix = "verigate-views-"
)

// cookieName is the person's own, so that two who share a machine do not share names.
func cookieName(v *site.Visit) string {
	sum := sha256.Sum256([]byte(v.Session.Person))
	return cookiePrefix + hex.EncodeToString(sum[:6])
}

// named are the visitor's views. What a browser sends is read as choices of closed sets and nothing else.
func named(v *site.Visit) []namedView {
	if v.Session == nil {
		return nil
	}
	cookie, err := v.Request.Cookie(cookieName(v))
	if err != nil {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var all []namedView
	if json.Unmarshal(text, &all) != nil {
		return nil
	}
	for i := range all {
		q, _ := url.ParseQuery(all[i].Query) // what cannot be read chooses all
		all[i].Query = chosen(q).query().Encode()
	}
	return all[:min(len(all), mostViews)]
}

// keep gives the choice that a form came with a name, or forgets one.
func keep(v *site.Visit) error {
	if v.Session == nil {
		return v.Go("/board")
	}
	q, _ := url.ParseQuery(v.Form("query")) // what cannot be read chooses all
	view := namedView{Name: shortened(v.Form("name")), Query: chosen(q).query().Encode()}
	all := slices.DeleteFunc(named(v), func(other namedView) bool { return other.Name == view.Name || other.Name == v.Form("forget") })
	if view.Name != "" && len(all) < mostViews {
		all = append(all, view)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	http.SetCookie(v.Writer, &http.Cookie{ //nolint:gosec // Secure where there is TLS: a demonstration on loopback has none
		Name: cookieName(v), Value: base64.RawURLEncoding.EncodeToString(text), Path: "/board", MaxAge: int(viewsFor / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.Request.TLS != nil,
	})
	return v.Go("/board" + after("?", view.Query))
}

func shortened(name string) string {
	runes := []rune(strings.ToValidUTF8(name, ""))
	return string(runes[:min(len(runes), longestName)])
}
