package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"

	"verigate/internal/web/text"
)

// templates are the parsed pages, once for each language: texts are bound to them.
type templates map[text.Language]*template.Template

func parse(texts *text.Catalogue, assets *assets, trees []fs.FS) (templates, error) {
	all := templates{}
	for _, l := range text.Languages() {
		root := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
			"t":       func(id string, pairs ...any) (string, error) { return texts.Text(l, id, pairs...) },
			"word":    func(set string, code any) string { return texts.Word(l, set, fmt.Sprint(code)) },
			"count":   l.Count,
			"decimal": l.Decimal,
			"asset":   assets.path,
			"list":    func(all ...any) []any { return all },
			"pair":    pairs,
			"add":     func(a, b int) int { return a + b },
		})
		for _, tree := range trees {
			if found, err := fs.Glob(tree, "*.html"); err != nil || len(found) == 0 { // words have no page
				continue
			}
			if _, err := root.ParseFS(tree, "*.html"); err != nil {
				return nil, fmt.Errorf("parse pages: %w", err)
			}
		}
		all[l] = root
	}
	return all, nil
}

// pairs hands several values to a template that is called by name.
func pairs(namesAndValues ...any) (map[string]any, error) {
	if len(namesAndValues)%2 != 0 {
		return nil, errors.New("a name has no value")
	}
	m := make(map[string]any, len(namesAndValues)/2)
	for i := 0; i < len(namesAndValues); i += 2 {
		name, ok := namesAndValues[i].(string)
		if !ok {
			return nil, errors.New("a value has no name")
		}
		m[name] = namesAndValues[i+1]
	}
	return m, nil
}

// Show answers with a template.
func (v *Visit) Show(name string, view any) error { return v.ShowAs(http.StatusOK, name, view) }

// ShowAs is Show with another status. Nothing is sent of a page that cannot be made whole. One that says why a form was refused
// is made once more where it lacks what was typed: its Trouble has it then.
func (v *Visit) ShowAs(status int, name string, view any) error {
	page, err := v.Render(name, view)
	if err == nil && status >= http.StatusBadRequest && v.keepWords(page) {
		page, err = v.Render(name, view)
	}
	if err != nil {
		return err
	}
	v.Writer.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.Writer.WriteHeader(status)
	_, _ = v.Writer.Write(page) //nolint:gosec // made by html/template; a reader who left is no error of ours
	return nil
}

// Render makes a template in the visitor's language.
func (v *Visit) Render(name string, view any) ([]byte, error) {
	return v.site.Render(v.Language, name, view)
}

// Render makes a template in a language.
func (s *Site) Render(l text.Language, name string, view any) ([]byte, error) {
	var page bytes.Buffer
	if err := s.templates[l].ExecuteTemplate(&page, name, view); err != nil {
		return nil, fmt.Errorf("make the page %s: %w", name, err)
	}
	return page.Bytes(), nil
}
