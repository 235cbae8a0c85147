package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Canaries are words that stand in one field each of a sealed case and nowhere else.
type canaries map[string]string // by the field

// canary is the word of a field; the Đ and the quotation mark make each encoding of it another.
func (c canaries) canary(field string) string {
	c[field] = fmt.Sprintf(`Đo"vàng%02dqzxw`, len(c))
	return c[field]
}

// spellings are the bytes as which a text may lie in a file or a reply: as it is, without marks, in lower case, escaped for
// JSON, for HTML and for a URL, and in base64 from each of three places on.
func spellings(text string) [][]byte {
	quoted, _ := json.Marshal(text)
	folded := strings.NewReplacer("Đ", "d", "à", "a", `"`, "").Replace(text)
	all := [][]byte{
		[]byte(text), []byte(strings.ToLower(text)), []byte(folded), bytes.Trim(quoted, `"`), []byte(strings.ReplaceAll(text, `"`, "&#34;")),
		[]byte(url.QueryEscape(text)), []byte(url.PathEscape(text)),
	}
	for shift := range 3 {
		// What the neighbours have part in is left out: the first and the last symbols.
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + text + "xx"))
		from := []int{0, 2, 3}[shift]
		all = append(all, []byte(encoded[from:4*((shift+len(text))/3)]))
	}
	return all
}

// found names the fields whose words are in some bytes.
func (c canaries) found(in []byte) []string { return c.spelt().found(in) }

// spelt are words in all their spellings, for one who looks for them often.
type spelt map[string][][]byte // by the field

func (c canaries) spelt() spelt {
	all := spelt{}
	for field, text := range c {
		all[field] = spellings(text)
	}
	return all
}

func (s spelt) found(in []byte) []string {
	var fields []string
	for field, spellings := range s {
		if slices.ContainsFunc(spellings, func(one []byte) bool { return bytes.Contains(in, one) }) {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// secret is a body of what may be known to named persons only, with a canary in every field that takes a text.
func (c canaries) secret() map[string]any {
	body := c.open()
	body["handling"] = map[string]any{"code": "H2", "text": c.canary("handling"), "marking_verbatim": c.canary("marking"), "compartment_hint": "drugs", "do_not_alert": true}
	return body
}

// open is a body of the same without a marking that seals it.
func (c canaries) open() map[string]any {
	return map[string]any{
		"own_reference": c.canary("own_reference"), "language": "en",
		"purpose":  map[string]any{"statement": c.canary("statement"), "legal_basis": c.canary("legal_basis")},
		"handling": map[string]any{"code": "H1", "text": c.canary("handling"), "marking_verbatim": c.canary("marking")},
		"subjects": []any{
			map[string]any{"id": "s1", "kind": "person", "names": []any{map[string]any{"text": c.canary("name")}}, "documents": []any{map[string]any{"type": "passport", "number": "QZ7731905", "country": "NL"}}},
			map[string]any{"id": "s2", "kind": "company", "names": []any{map[string]any{"text": c.canary("company")}}, "address": c.canary("address")},
			map[string]any{"id": "s3", "kind": "vessel", "name": c.canary("vessel"), "imo": "9074729"},
		},
		"questions":   []any{map[string]any{"n": 1, "code": "COM", "text": c.canary("question"), "subjects": []string{"s2"}}},
		"attachments": []any{map[string]any{"id": "a1", "name": c.canary("attachment"), "media_type": "application/pdf", "size": 10, "sha256": strings.Repeat("ab", 32)}},
	}
}
