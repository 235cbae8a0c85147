package web_test

import (
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// form is one that stands on a page, with what it holds.
type form struct {
	action string
	fields []*html.Node
	sends  bool // it has a button that sends it
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// formsOf are the forms of a page that are posted, and its links.
func formsOf(t *testing.T, page string) (forms []form, links []string) {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range tree.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "a":
			links = append(links, attr(n, "href"))
		case n.Data == "form" && attr(n, "method") == "post":
			forms = append(forms, formOf(n))
		}
	}
	return forms, links
}

func formOf(n *html.Node) form {
	f := form{action: attr(n, "action")}
	for e := range n.Descendants() {
		if e.Type != html.ElementNode {
			continue
		}
		if e.Data == "button" && !has(e, "disabled") && attr(e, "type") != "button" {
			f.sends = true
		}
		if slices.Contains([]string{"input", "select", "textarea", "button"}, e.Data) && attr(e, "name") != "" {
			f.fields = append(f.fields, e)
		}
	}
	return f
}

// holds is the value of a field that is sent along.
func (f form) holds(name string) string {
	for _, e := range f.fields {
		if attr(e, "name") == name {
			return attr(e, "value")
		}
	}
	return ""
}

// fill is what somebody may have typed into it who takes no care: it can be read, and need not make sense.
func (f form) fill(r *rand.Rand) url.Values {
	out := url.Values{}
	for _, e := range f.fields {
		name, value, wanted := attr(e, "name"), attr(e, "value"), has(e, "required")
		switch kind := attr(e, "type"); {
		case e.Data == "button":
			if out.Get(name) == "" || slices.Contains([]string{"send", "save"}, value) {
				out.Set(name, value)
			}
		case e.Data == "select":
			if all := optionsOf(e); len(all) > 0 && !has(e, "multiple") && (wanted || r.IntN(2) == 0) {
				out.Add(name, all[r.IntN(len(all))])
			}
		case e.Data == "textarea":
			if wanted || r.IntN(2) == 0 {
				out.Add(name, "Nội dung thử.")
			}
		case kind == "hidden":
			out.Add(name, value)
		case kind == "checkbox", kind == "radio":
			if wanted || has(e, "checked") || r.IntN(3) == 0 {
				out.Add(name, value)
			}
		case strings.HasPrefix(kind, "datetime"):
			out.Add(name, time.Now().Add(time.Duration(48+r.IntN(400))*time.Hour).Format("2006-01-02T15:04"))
		case kind == "date":
			out.Add(name, "2020-01-01")
		case value != "":
			out.Add(name, value)
		case wanted:
			out.Add(name, "Chữ")
		}
	}
	return out
}

func optionsOf(e *html.Node) (all []string) {
	for n := range e.Descendants() {
		if n.Data == "option" && attr(n, "value") != "" {
			all = append(all, attr(n, "value"))
		}
	}
	return all
}

var refusal = regexp.MustCompile(`id="trouble" data-code="([a-z_0-9]+)"`)

// codeOf is why a page says that a form was refused; empty: it does not.
func codeOf(page string) string {
	if found := refusal.FindStringSubmatch(page); found != nil {
		return found[1]
	}
	return ""
}
