package board

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/identifier"
	"verigate/internal/web/site"
)

// found is what somebody looked for, and the choices that it may mean.
type found struct {
	Text    string
	Choices []site.Choice // address and words
}

// typed keeps what people typed, under names that tell nothing. It is safe for concurrent use.
type typed struct {
	now func() time.Time

	mu   sync.Mutex
	kept map[string]typing // by name
}

type typing struct {
	person, text string
	until        time.Time
}

// A name is good for a while; of a person who types on and on the memory is bounded with all others'.
const (
	remembered = 10 * time.Minute
	mostTyped  = 1000
	longest    = 120 // of a reference in the contract
)

func newTyped(now func() time.Time) *typed { return &typed{now: now, kept: map[string]typing{}} }

func (t *typed) keep(person, text string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for name, k := range t.kept {
		if !now.Before(k.until) {
			delete(t.kept, name)
		}
	}
	if len(t.kept) >= mostTyped {
		clear(t.kept)
	}
	name := strings.ToLower(rand.Text())
	t.kept[name] = typing{person, text, now.Add(remembered)}
	return name
}

// text is what was typed, for whoever typed it.
func (t *typed) text(name, person string) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.kept[name]
	return k.text, ok && k.person == person && t.now().Before(k.until)
}

// search leads to what was typed: to the one choice that it names, or to the page that lists what it may mean.
func (p pages) search(v *site.Visit) error {
	text := v.Form("text")
	if len(text) > longest {
		text = text[:longest]
	}
	text = strings.ToValidUTF8(text, "")
	if text == "" || v.Session == nil {
		return v.Go("/board")
	}
	means, err := meant(v, text)
	if err != nil {
		return err
	}
	if len(means) == 1 {
		return v.Go(means[0].Value)
	}
	return v.Go("/board?found=" + p.typed.keep(v.Session.Person, text))
}

// found is what the visitor looked for, when the address says so; nil when it does not, or not any more.
func (t *typed) found(v *site.Visit) (*found, error) {
	name := v.Query("found")
	if name == "" || v.Session == nil {
		return nil, nil
	}
	text, ok := t.text(name, v.Session.Person)
	if !ok {
		return nil, nil
	}
	means, err := meant(v, text)
	return &found{Text: text, Choices: means}, err
}

// meant are the choices that words may mean: the number, the partners, units and campaigns whose code they are or whose
// name has them, whatever the marks on the letters, and the requests that a partner calls so.
func meant(v *site.Visit, text string) ([]site.Choice, error) {
	if number, ok := numbered(text); ok {
		return []site.Choice{{Value: "/board?number=" + number, Text: number}}, nil
	}
	shared, only := chosenBy(v, text)
	if only {
		return shared, nil
	}
	requests, err := called(v, text)
	return append(requests, shared...), err
}

// called are the requests that a partner calls so.
func called(v *site.Visit, text string) ([]site.Choice, error) {
	if !v.May(access.OpFindByReference) {
		return nil, nil
	}
	list, err := site.Read[client.FoundRequests](v.API.FindByReference(v.Context(), client.ReferenceSearch{OwnReference: text}))
	if err != nil {
		return nil, err
	}
	var all []site.Choice
	for _, r := range list.Items {
		all = append(all, site.Choice{Value: "/requests/" + r.ID, Text: v.T("board.found_request", "number", r.Number, "partner", v.Partner(r.Partner), "state", v.Word("state", r.State))})
	}
	return all, nil
}

// chosenBy are the choices of closed sets; only: the words are a code, which means nothing else.
func chosenBy(v *site.Visit, text string) (all []site.Choice, only bool) {
	sought := identifier.Fold(text)
	for _, of := range []struct {
		name    string
		choices []site.Choice
	}{{"partner", v.Partners()}, {"unit", v.Units()}, {"campaign", v.Campaigns()}} {
		for _, c := range of.choices {
			to := site.Choice{Value: "/board?" + of.name + "=" + c.Value, Text: v.T("board."+of.name) + ": " + c.Text}
			if strings.EqualFold(c.Value, text) {
				return []site.Choice{to}, true
			}
			if sought != "" && strings.Contains(" "+identifier.Fold(c.Text), " "+sought) {
				all = append(all, to)
			}
		}
	}
	return all, false
}

// numbered reads a number as people type it, with or without dashes. Whether it is one says the contract.
func numbered(text string) (string, bool) {
	bare := strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(text))
	const signs = 12
	if len(bare) > signs { // one in a thousand begins with VR itself
		bare = strings.TrimPrefix(bare, "VR")
	}
	if len(bare) != signs || code(bare) == "" {
		return "", false
	}
	return "VR-" + bare[:4] + "-" + bare[4:8] + "-" + bare[8:], true
}
