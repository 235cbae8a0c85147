package text

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Catalogue is every text of the pages in every language. It does not change and is safe for concurrent use.
type Catalogue struct {
	localizers map[Language]*i18n.Localizer
	plain      map[Language]map[string]string // texts without a plural
}

// GlossaryPrefix is that of the ids of the glossary's terms.
const GlossaryPrefix = "glossary."

// Load reads text.<language>.json of each tree, and the glossary: lines of id,en,vi. It fails when a file is missing or
// cannot be read, and when an id is given twice.
func Load(glossary []byte, trees ...fs.FS) (*Catalogue, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	c := &Catalogue{localizers: map[Language]*i18n.Localizer{}, plain: map[Language]map[string]string{}}
	for _, l := range Languages() {
		c.plain[l] = map[string]string{}
		c.localizers[l] = i18n.NewLocalizer(bundle, string(l))
		for _, tree := range trees {
			if err := c.read(bundle, tree, l); err != nil {
				return nil, err
			}
		}
	}
	return c, c.readGlossary(bundle, glossary)
}

func (c *Catalogue) read(bundle *i18n.Bundle, tree fs.FS, l Language) error {
	name := "text." + string(l) + ".json"
	content, err := fs.ReadFile(tree, name)
	if err != nil {
		return fmt.Errorf("read texts: %w", err)
	}
	messages, err := i18n.ParseMessageFileBytes(content, name, nil)
	if err != nil {
		return fmt.Errorf("read texts in %s: %w", l, err)
	}
	var flat map[string]json.RawMessage
	if err := json.Unmarshal(content, &flat); err != nil || len(flat) != len(messages.Messages) {
		return fmt.Errorf("texts in %s are ids with a text or with plural forms each: %w", l, errors.Join(err))
	}
	return c.add(bundle, l, messages.Messages)
}

func (c *Catalogue) add(bundle *i18n.Bundle, l Language, messages []*i18n.Message) error {
	for _, m := range messages {
		if _, twice := c.plain[l][m.ID]; twice {
			return fmt.Errorf("the text %s is given twice in %s", m.ID, l)
		}
		c.plain[l][m.ID] = m.Other
	}
	if err := bundle.AddMessages(language.Make(string(l)), messages...); err != nil {
		return fmt.Errorf("add texts in %s: %w", l, err)
	}
	return nil
}

func (c *Catalogue) readGlossary(bundle *i18n.Bundle, content []byte) error {
	lines, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
	if err != nil {
		return fmt.Errorf("read the glossary: %w", err)
	}
	for _, line := range lines[min(1, len(lines)):] {
		id := GlossaryPrefix + line[0]
		for l, term := range map[Language]string{English: line[1], Vietnamese: line[2]} {
			if err := c.add(bundle, l, []*i18n.Message{{ID: id, Other: term}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Text is the text of an id. Pairs are names and values of its placeholders; the value of n chooses the plural form.
func (c *Catalogue) Text(l Language, id string, pairs ...any) (string, error) {
	if _, ok := c.plain[l][id]; !ok {
		return "", fmt.Errorf("no text %s in %s", id, l)
	}
	data, err := named(pairs)
	if err != nil {
		return "", fmt.Errorf("text %s: %w", id, err)
	}
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: data}
	if n, counted := data["n"]; counted {
		config.PluralCount = n
	}
	text, err := c.localizers[l].Localize(config)
	if err != nil && text == "" { // a text that has no form of its own for a number is that of all others
		return "", fmt.Errorf("text %s in %s: %w", id, l, err)
	}
	return text, nil
}

// Word is the text of one of a closed set of codes, such as a state; one that has none, which only an older page can
// meet, stands for itself.
func (c *Catalogue) Word(l Language, set, code string) string {
	if code == "" {
		return ""
	}
	if text, err := c.Text(l, set+"."+code); err == nil {
		return text
	}
	return code
}

// IDs lists what there is in a language, in order.
func (c *Catalogue) IDs(l Language) []string { return slices.Sorted(maps.Keys(c.plain[l])) }

// Source is a text as it stands in its file, with its placeholders.
func (c *Catalogue) Source(l Language, id string) string { return c.plain[l][id] }

func named(pairs []any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("a placeholder has no value")
	}
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("a placeholder has no name")
		}
		data[name] = pairs[i+1]
	}
	return data, nil
}
