package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
)

// kept is what two views of one package have in common: the bytes and what the editor sent.
type kept struct {
	Package json.RawMessage `json:"package"`
	Edit    json.RawMessage `json:"edit"`
}

func TestAPackageTellsWhoMayReleaseItAndHowItWasMade(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit}, said{"desk", "{id}/claim", `{}`},
	)
	fact := r.get(t, "desk", requests+"/"+id).text(t, "tasks.0.answers.0.questions.0.facts.0.id")
	edit := `{"kind":"final","masks":[{"fact":"` + fact + `","text":"Seen","code":"method"}],"facts":[{"fact":"` + fact + `","include":true}],"note":"without how"}`
	r.say(t, id, said{"desk", "{id}/package", edit})

	mine, theirs := r.get(t, "desk", requests+"/"+id+"/package"), r.get(t, "reviewer", requests+"/"+id+"/package")
	r.fits(t, "package", mine.body)
	r.fits(t, "package", theirs.body)
	if got := mine.text(t, "barred"); got != "same_person" {
		t.Errorf("the editor is barred by %q", got)
	}
	if theirs.field(t, "missing.0") != "reviewer" || bytes.Contains(theirs.body, []byte(`"barred"`)) {
		t.Errorf("the reviewer reads %s", theirs.body)
	}
	if mine.text(t, "package.facts.0.text") != "[…]." || mine.text(t, "edit.masks.0.text") != "Seen" || mine.text(t, "prepared_at") == "" {
		t.Errorf("the package: %s", mine.body)
	}
	var one, other kept
	if json.Unmarshal(mine.body, &one) != nil || json.Unmarshal(theirs.body, &other) != nil || !bytes.Equal(one.Package, other.Package) ||
		!bytes.Equal(one.Edit, other.Edit) {
		t.Error("two readers of a package read two")
	}
}

func TestANoteOnAReleaseIsKeptAndAReleasedPackageSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit}, said{"desk", "{id}/claim", `{}`},
		said{"desk", "{id}/package", `{"kind":"final"}`},
	)
	hash := r.get(t, "reviewer", requests+"/"+id+"/package").text(t, "hash")
	r.say(t, id, said{"reviewer", "{id}/release", `{"hash":"` + hash + `","note":"all checked"}`})
	r.wantNotes(t, id, "notes", "all checked")
	if got := r.get(t, "desk", requests+"/"+id+"/package").text(t, "void_reason"); got != "released" {
		t.Errorf("void because of %q", got)
	}
	if partner := r.get(t, "ng", requests+"/"+id); bytes.Contains(partner.body, []byte("all checked")) {
		t.Errorf("a note left: %s", partner.body)
	}
	r.call(t, ask{by: "reviewer", method: http.MethodPost, path: requests + "/" + id + "/release", body: `{"hash":"` + hash + `"}`}).
		problem(t, http.StatusConflict, "wrong_state")
}
