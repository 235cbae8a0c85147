package canarytest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Spelt are words in all their spellings, for one who looks for them often: the bytes are gone through once, however many
// words there are.
type Spelt struct {
	pairs [1 << 16]bool               // the first two bytes of each spelling
	begin map[[beginning]byte][]spelt // by the first bytes
}

// spelt is one spelling of the word of a field.
type spelt struct {
	field string
	bytes []byte
}

// beginning is by how many first bytes spellings are told apart: none is shorter.
const beginning = 6

// spellings are the bytes as which a text may lie in a file or a reply: as it is, without marks, in lower and upper case,
// escaped for JSON, for HTML and for a URL, and in base64 from each of three places on.
func spellings(text string) [][]byte {
	quoted, _ := json.Marshal(text) // a string: cannot fail
	folded := strings.NewReplacer("Đ", "d", "à", "a", `"`, "").Replace(text)
	all := [][]byte{
		[]byte(text), []byte(strings.ToLower(text)), []byte(strings.ToUpper(text)), []byte(folded), []byte(strings.ToUpper(folded)),
		bytes.Trim(quoted, `"`), []byte(strings.ReplaceAll(text, `"`, "&#34;")), []byte(url.QueryEscape(text)), []byte(url.PathEscape(text)),
	}
	for shift := range 3 {
		// What the neighbours have part in is left out: the first and the last symbols.
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + text + "xx"))
		from := []int{0, 2, 3}[shift]
		all = append(all, []byte(encoded[from:4*((shift+len(text))/3)]))
	}
	return all
}

// Spelt writes the words in all spellings. A word that is too short to be looked for is a mistake of the test: it panics.
func (w Words) Spelt() *Spelt {
	s := &Spelt{begin: map[[beginning]byte][]spelt{}}
	for field, text := range w {
		for _, one := range spellings(text) {
			key := [beginning]byte(one)
			s.pairs[binary.LittleEndian.Uint16(one)] = true
			s.begin[key] = append(s.begin[key], spelt{field, one})
		}
	}
	return s
}

// Found names the fields whose words are in some bytes, in whichever spelling.
func (s *Spelt) Found(in []byte) []string {
	var fields []string
	for i := 0; i+beginning <= len(in); i++ {
		if !s.pairs[binary.LittleEndian.Uint16(in[i:])] {
			continue
		}
		for _, one := range s.begin[[beginning]byte(in[i:])] {
			if bytes.HasPrefix(in[i:], one.bytes) {
				fields = append(fields, one.field)
			}
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// Below names the files below a directory that hold a word, and the fields of those. Files that a server removes meanwhile are
// passed over.
func (s *Spelt) Below(dir string) (holding []string, err error) {
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
