package site

import "encoding/json"

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
