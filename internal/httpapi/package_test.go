package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
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
	if theirs.text(t, "waits_since") != theirs.text(t, "prepared_at") {
		t.Errorf("it waits since another moment than it was prepared: %s", theirs.body)
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

func TestAFactThatWentBackWithItsAnswerSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit}, said{"desk", "{id}/claim", `{}`},
	)
	const fact = "tasks.0.answers.0.questions.0.facts.0"
	if before := r.get(t, "desk", requests+"/"+id); bytes.Contains(before.body, []byte("taken_back")) {
		t.Errorf("before: %v", before.field(t, fact))
	}
	r.say(t, id, said{"reviewer", "{id}/return", `{"task":"` + id + `-01","code":"incomplete"}`})
	if after := r.get(t, "desk", requests+"/"+id); after.field(t, fact+".taken_back") != true {
		t.Errorf("after: %v", after.field(t, fact))
	}
}

// foreignMarking is how a unit marked a fact of another originator, and ownMarking what is that originator's of it.
const (
	foreignMarking = `{"code":"H2","codes":["H2","H3"],"text":"As written.","tlp":"AMBER","interpol_level":"RESTRICTED","marking_verbatim":"TH RESTRICTED","caveats":["Ask first"],` +
		`"vn_level":"none","compartment_hint":"none","onward":{"allowed_to":["NG"]}}`
	ownMarking = `{"caveats":["Ask first"],"code":"H2","codes":["H2","H3"],"interpol_level":"RESTRICTED","marking_verbatim":"TH RESTRICTED","text":"As written.","tlp":"AMBER"}`
)

func TestAnOriginatorIsToldWhatItMaySayToAnAsk(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", strings.Replace(finalByUnit, `"text":"Seen.",`, `"text":"Seen.","handling":`+foreignMarking+`,`, 1)},
		said{"desk", "{id}/claim", `{}`},
	)
	fact := r.get(t, "desk", requests+"/"+id).text(t, "tasks.0.answers.0.questions.0.facts.0.id")
	r.say(t, id, said{"reviewer", "{id}/consent", `{"facts":["` + fact + `"],"originator":"TH"}`})
	list := r.eventuallyGet(t, "th", "/v1/consents", func(g reply) bool { return g.status == http.StatusOK && bytes.Contains(g.body, []byte("Seen.")) })
	if list.text(t, "items.0.allowed.0") != "decide_consent" {
		t.Errorf("an open ask: %s", list.body)
	}
	told, err := json.Marshal(list.field(t, "items.0"))
	if err != nil {
		t.Fatal(err)
	}
	r.fits(t, "consent-view", told)
	if !bytes.Contains(told, []byte(`"handling":`+ownMarking)) {
		t.Errorf("of the marking of its fact an originator is told %s, want %s", told, ownMarking)
	}
	decide := func(decision string) reply {
		path := "/v1/consents/" + list.text(t, "items.0.id") + "/decision"
		return r.call(t, ask{by: "th", method: http.MethodPost, path: path, body: `{"decision":"` + decision + `"}`}).want(t, http.StatusOK)
	}
	if granted := decide("granted"); granted.text(t, "allowed.0") != "decide_consent" {
		t.Errorf("what was granted may be withdrawn: %s", granted.body)
	}
	if withdrawn := decide("withdrawn"); bytes.Contains(withdrawn.body, []byte("allowed")) {
		t.Errorf("nothing more is to say: %s", withdrawn.body)
	}
}

func TestAPromisedCallIsOnTheNoteAndOnTheRow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	const at = "2021-09-03T14:00:00Z"
	r.say(t, id, said{"desk", "{id}/notes", `{"text":"called","kind":"call","promised_at":"` + at + `"}`})
	view := r.get(t, "desk", requests+"/"+id)
	r.fits(t, "staff-view", view.body)
	if view.text(t, "notes.0.kind") != "call" || view.text(t, "notes.0.promised_at") != at {
		t.Errorf("the note: %s", view.body)
	}
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return bytes.Contains(g.body, []byte(`"call_promised_at":"`+at+`"`)) })
	r.say(t, id, said{"desk", "{id}/notes", `{"text":"called again","kind":"call"}`})
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool {
		return g.status == http.StatusOK && bytes.Contains(g.body, []byte(id)) && !bytes.Contains(g.body, []byte("call_promised_at"))
	})
	r.post(t, "desk", requests+"/"+id+"/notes", `{"text":"no call","promised_at":"`+at+`"}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
}
