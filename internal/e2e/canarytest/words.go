package canarytest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Words are the words of a case, by the field.
type Words map[string]string

// Of is the word of a field, made when it is asked for first. The Đ and the quotation mark make each encoding of it another.
func (w Words) Of(field string) string {
	if _, made := w[field]; !made {
		w[field] = fmt.Sprintf(`Đo"vàng%02dqzxw`, len(w))
	}
	return w[field]
}

// spellings are the bytes as which a text may lie in a file or a reply: as it is, without marks, in lower case, escaped for
// JSON, for HTML and for a URL, and in base64 from each of three places on.
func spellings(text string) [][]byte {
	quoted, _ := json.Marshal(text) // a string: cannot fail
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

// Found names the fields whose words are in some bytes.
func (w Words) Found(in []byte) []string { return w.Spelt().Found(in) }

// Spelt are words in all their spellings, by the field, for one who looks for them often.
type Spelt map[string][][]byte

// Spelt writes the words in all spellings.
func (w Words) Spelt() Spelt {
	all := Spelt{}
	for field, text := range w {
		all[field] = spellings(text)
	}
	return all
}

// Found names the fields whose words are in some bytes, in whichever spelling.
func (s Spelt) Found(in []byte) []string {
	var fields []string
	for field, spellings := range s {
		if slices.ContainsFunc(spellings, func(one []byte) bool { return bytes.Contains(in, one) }) {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// Below names the files below a directory that hold a word, and the fields of those. Files that a server removes meanwhile are
// passed over.
func (s Spelt) Below(dir string) (holding []string, err error) {
	root := os.DirFS(dir)
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, unseen error) error {
		if unseen != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // as said
		}
		content, unread := fs.ReadFile(root, path)
		if unread != nil {
			return nil //nolint:nilerr // as said
		}
		if fields := s.Found(content); len(fields) > 0 {
			holding = append(holding, fmt.Sprintf("%s holds %v", filepath.Join(dir, path), fields))
		}
		return nil
	})
	return holding, err
}
