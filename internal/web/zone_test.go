package web_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"verigate/internal/web/webtest"
)

// A short time says by whose clock it is where it stands (ui.md, Time): beside it, at the end of the span that it begins, or
// on a wide screen in the head of its column. What is said only while a mouse rests on it is told to no finger and no print.
func TestNoShortTimeLacksItsZone(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it reads every page of everyone in both languages, 3 s")
	}
	t.Parallel()
	w := webtest.StartSeeded(t)
	short := 0
	for _, who := range []string{"", "desk:1", "desk:2", "lead", "keeper", "auditor", "unit:03", "unit_lead:03", "partner:NG"} {
		for language, zone := range map[string]string{"vi": "giờ Hà Nội", "en": "Hanoi"} {
			v := &visitor{t: t, world: w, who: who, cookie: "verigate-language=" + language, seen: map[string]bool{}}
			if who != "" {
				v.cookie += "; " + w.Cookie(t, who)
			}
			v.look = func(at, body string) {
				tree, err := html.Parse(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				for n := range tree.Descendants() {
					if n.Data != "time" || styled(n, "due") {
						continue
					}
					short++
					if !strings.Contains(said(n), zone) && !styled(n, "from") {
						t.Errorf("%q reads %q on %s: of what zone?", who, said(n), at)
					}
					if cell := within(n, "td"); cell != nil && styled(cell, "when") && !strings.Contains(said(headOf(cell)), zone) {
						t.Errorf("%q reads %q on %s: the head of its column is %q", who, said(n), at, said(headOf(cell)))
					}
				}
			}
			v.visit("/", "the beginning")
		}
	}
	if short < 100 {
		t.Errorf("%d times were read", short)
	}
}

func styled(n *html.Node, class string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
		return a.Key == "class" && slices.Contains(strings.Fields(a.Val), class)
	})
}

func said(n *html.Node) string {
	if n == nil {
		return ""
	}
	var all strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			all.WriteString(d.Data)
		}
	}
	return all.String()
}

func within(n *html.Node, tag string) *html.Node {
	for a := range n.Ancestors() {
		if a.Data == tag {
			return a
		}
	}
	return nil
}

// headOf is the head of the column that a cell is in.
func headOf(cell *html.Node) *html.Node {
	column := 0
	for before := cell.PrevSibling; before != nil; before = before.PrevSibling {
		if before.Type == html.ElementNode {
			column++
		}
	}
	for n := range within(cell, "table").Descendants() {
		if n.Data != "th" {
			continue
		}
		if column == 0 {
			return n
		}
		column--
	}
	return nil
}
