package web_test

import (
	"regexp"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// Who has to write a code of a language chooses it by the language's name, in the language of the page.
func TestCodesOfLanguagesAreOfferedByName(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	task := w.Submit(t, "S01", "codes") + "-01"
	w.Must(t, "unit:03", "POST", "/v1/tasks/"+task+"/acceptance", map[string]any{})
	for _, page := range []struct{ who, path, field string }{
		{"desk:1", "/register", "language"}, {"unit:03", "/tasks/" + task + "/answer", "q1.f1.language"}, {"partner:NG", "/portal/new", "/language"},
	} {
		for language, name := range map[string]string{"vi": "Tiếng Pháp", "en": "French"} {
			v := &visitor{t: t, world: w, who: page.who, cookie: "verigate-language=" + language + "; " + w.Cookie(t, page.who)}
			_, body := v.get(page.path)
			list := regexp.MustCompile(`<input[^>]* name="` + regexp.QuoteMeta(page.field) + `"[^>]* list="([^"]+)"`).FindStringSubmatch(body)
			if list == nil {
				t.Errorf("%s of %s: a code is typed, and nothing is offered", page.field, page.path)
				continue
			}
			_, offered, _ := strings.Cut(body, `<datalist id="`+list[1]+`">`)
			offered, _, _ = strings.Cut(offered, "</datalist>")
			if !strings.Contains(strings.ToLower(offered), `<option value="fr">`+strings.ToLower(name)+"</option>") {
				t.Errorf("%s of %s offers in %s: %s", page.field, page.path, language, offered)
			}
		}
	}
}
