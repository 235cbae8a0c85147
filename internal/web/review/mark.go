package review

import (
	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/review/compare"
	"verigate/internal/web/review/unseen"
	"verigate/internal/web/site"
)

// mark is a piece of a text with what a reader is to look at: that it differs, or what would not be seen.
type mark struct {
	Text    string
	Differs string // of the set review_differs; empty: it does not
	Box     string // U+202E; empty: it can be seen
	Kind    string // of the set review_unseen
}

// marked cuts pieces once more at what cannot be seen.
func marked(pieces []compare.Piece) []mark {
	var out []mark
	for _, p := range pieces {
		for _, u := range unseen.Cut(p.Text) {
			out = append(out, mark{Text: u.Text, Differs: string(p.Differs), Box: u.Name, Kind: string(u.Kind)})
		}
	}
	return out
}

func plain(text string) []mark { return marked([]compare.Piece{{Text: text}}) }

// beside marks a text and its translation; a side that says nothing is held against nothing.
func beside(source, translation compare.Text) (left, right []mark) {
	if source.Text == "" || translation.Text == "" {
		return plain(source.Text), plain(translation.Text)
	}
	a, b := compare.Texts(source, translation)
	return marked(a), marked(b)
}

// noted is how many pieces of a text differ.
func noted(marks []mark) int {
	n := 0
	for _, m := range marks {
		if m.Differs != "" {
			n++
		}
	}
	return n
}

// compared is a text beside its translation, as a part of a page.
type compared struct {
	Source, Translation []mark
	Differ              int
}

func newCompared(source, translation compare.Text) compared {
	left, right := beside(source, translation)
	return compared{Source: left, Translation: right, Differ: noted(left) + noted(right)}
}

// marks answers the editor's page while somebody types: the field is named by the address, its source stands beside it in
// the form.
func marks(v *site.Visit) error {
	if !v.May(access.OpPutPackage) {
		return hidden()
	}
	at := v.Query("at")
	return v.Show("review/compared", newCompared(
		compare.Text{Language: v.Form(at + "-source-language"), Text: v.Form(at + "-source")},
		compare.Text{Language: v.Form("language"), Text: v.Form(at + "-text")},
	))
}

// languageOf is a fact's own language, Vietnamese where a unit did not say.
func languageOf(f client.FactView) string {
	if f.Language == "" {
		return "vi"
	}
	return f.Language
}
