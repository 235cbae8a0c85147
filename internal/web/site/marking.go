package site

import (
	"encoding/json"
	"slices"
	"strings"

	"verigate/api/client"
)

// Marking is how the partner marked a matter, word for word, as its accepted body says: what the template "marking" puts
// on each page that shows content of it (fields.md, `marking_verbatim`). Empty: it used no words of its own, or the body is
// not there.
func Marking(body json.RawMessage) string {
	var said struct {
		Handling struct {
			Verbatim string `json:"marking_verbatim"`
		} `json:"handling"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	return said.Handling.Verbatim
}

// Marked are the words of a marking, its own first and verbatim.
func (v *Visit) Marked(h client.Handling) []string {
	var words []string
	if h.MarkingVerbatim != "" {
		words = append(words, h.MarkingVerbatim)
	}
	codes := []string{string(h.Code), string(h.TLP), string(h.InterpolLevel)}
	for _, c := range h.Codes {
		codes = append(codes, string(c))
	}
	for _, code := range codes {
		if word := v.Word("marking", code); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if h.DoNotAlert {
		words = append(words, v.Word("field", "do_not_alert"))
	}
	words = append(words, h.Caveats...)
	if h.Text != "" {
		words = append(words, h.Text)
	}
	if to := strings.Join(h.Onward.AllowedTo, ", "); to != "" {
		words = append(words, v.Word("field", "allowed_to")+": "+to)
	}
	return words
}
