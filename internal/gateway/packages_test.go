package gateway_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/verification"
)

func factOf(t *testing.T, v gateway.View, question, n int) verification.FactID {
	t.Helper()
	q, ok := v.Request.Question(question)
	if !ok {
		t.Fatalf("no question %d", question)
	}
	return v.Request.QuestionAnswers(q)[0].Facts[n].ID
}

func editor(t *testing.T, w *gatewaytest.World, id verification.RequestID) gateway.View {
	t.Helper()
	v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAPackageIsTheSameBytesWheneverItIsMade(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	first := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package
	w.Clock.Move(time.Hour)
	v, err := w.Another().Prepare(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpPutPackage), id, gateway.Edit{Kind: verification.ReleaseFinal})
	if err != nil || !bytes.Equal(first.Bytes, v.Request.Package.Bytes) || first.Hash != v.Request.Package.Hash {
		t.Errorf("other bytes, %v", err)
	}
	sum := sha256.Sum256(first.Bytes)
	if hex.EncodeToString(sum[:]) != first.Hash {
		t.Error("the hash is not that of the bytes")
	}
}

func TestWhatWasApprovedIsWhatIsPulledAndItIsSigned(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	p := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{Conditions: "Not to third parties <&>."}).Request.Package
	w.Clock.Move(time.Hour)
	w.Release(gatewaytest.Reviewer(), id, p.Hash)
	pulled := w.Pull(gatewaytest.Partner("NG"), id)
	if len(pulled) != 1 || !bytes.Equal(pulled[0].Bytes, p.Bytes) || !pulled[0].Clock.Met {
		t.Fatalf("pulled %+v", pulled)
	}
	claims, err := receipt.VerifyRelease(w.Keyset(), pulled[0].Signature)
	if err != nil || claims.Hash != p.Hash || claims.Partner != "NG" || claims.RequestID != string(id) || claims.Version != 1 || !claims.ReleasedAt.Equal(pulled[0].At) {
		t.Errorf("the signature says %+v, %v", claims, err)
	}
	cold, _, err := w.Another().Answers(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListAnswers), id)
	if err != nil || !bytes.Equal(cold[0].Bytes, p.Bytes) {
		t.Errorf("from the record: %v", err)
	}
}

func TestNothingInsideGoesOut(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	officer := gatewaytest.Officer("03")
	w.DoTask(officer, access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
	w.Do(gatewaytest.Editor(), access.OpNoteRequest, c.ID, verification.AddNote{Text: "INTERNAL-NOTE"})
	w.DoTask(officer, access.OpNoteTask, c.ID, 1, func(id verification.TaskID) verification.Command {
		return verification.AddNote{Task: id, Text: "INTERNAL-NOTE of the unit"}
	})
	w.DoTask(officer, access.OpForwardTask, c.ID, 1, func(id verification.TaskID) verification.Command {
		return verification.ForwardTask{Task: id, Unit: "15", Code: "theirs", Note: "INTERNAL-NOTE of the hop", Questions: []int{2}}
	})
	w.DoTask(gatewaytest.Officer("15"), access.OpAcceptTask, c.ID, 2, gatewaytest.Accept)
	held := gatewaytest.Held(2, "CONFIRMED", "ORIGINAL-TEXT two")
	held.Text = "INTERNAL-NOTE beside the fact"
	w.Answer(gatewaytest.Officer("15"), c.ID, 2, true, held)
	negative := verification.QuestionAnswer{N: 3, Result: verification.VerifiedNegative, Outcome: "NOT_FOUND", Text: "INTERNAL-NOTE on the search", Search: &verification.Search{
		Registers: []string{"declarations"}, Identifiers: []string{"container"}, From: "2020", To: "2021", DoneAt: w.Clock.Now(), Role: "officer",
	}}
	v := w.Answer(officer, c.ID, 1, true, gatewaytest.Held(1, "ARRIVED", "ORIGINAL-TEXT one", "kept in"), negative)
	edit := gateway.Edit{Facts: []gateway.EditedFact{
		{Fact: factOf(t, v, 1, 0), Include: true, Language: "en", Text: "It arrived."},
		{Fact: factOf(t, v, 2, 0), Include: true, Language: "en", Text: "It is registered."},
		{Fact: factOf(t, v, 1, 1)},
	}}
	form := string(w.Prepare(gatewaytest.Editor(), c.ID, edit).Request.Package.Bytes)
	for _, secret := range []string{"INTERNAL-NOTE", "ORIGINAL-TEXT", "kept in", "p_officer", "p_editor", "p_chief", "unit", "officer_", "theirs", string(verification.NewTaskID(c.ID, 1))} {
		if strings.Contains(form, secret) {
			t.Errorf("the package holds %q", secret)
		}
	}
	var doc any
	if err := json.Unmarshal([]byte(form), &doc); err != nil {
		t.Fatal(err)
	}
	for _, unit := range w.Directory().UnitsValid(w.Clock.Now()) {
		if holds(doc, unit.Code) || strings.Contains(form, unit.Name("vi")) {
			t.Errorf("the package names unit %s", unit.Code)
		}
	}
	for _, says := range []string{`"It arrived."`, `"It is registered."`, `"declarations"`, `"verified_negative"`} {
		if !strings.Contains(form, says) {
			t.Errorf("the package does not say %s", says)
		}
	}
}

// holds says whether a text anywhere in a document is exactly that.
func holds(doc any, text string) bool {
	switch at := doc.(type) {
	case string:
		return at == text
	case []any:
		for _, v := range at {
			if holds(v, text) {
				return true
			}
		}
	case map[string]any:
		for k, v := range at {
			if k == text || holds(v, text) {
				return true
			}
		}
	}
	return false
}

func TestAMaskHidesItsWordsOrIsRefused(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	v := editor(t, w, id)
	fact, other := factOf(t, v, 2, 0), factOf(t, v, 1, 0)
	prepare := func(e gateway.Edit) (string, error) {
		e.Kind = verification.ReleaseFinal
		v, err := w.Gateway.Prepare(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpPutPackage), id, e)
		if err != nil {
			return "", err
		}
		return string(v.Request.Package.Bytes), nil
	}
	form, err := prepare(gateway.Edit{Masks: []gateway.Mask{{Fact: fact, Text: "Trần Văn Mẫu", Code: "person"}}})
	if err != nil || strings.Contains(form, "Mẫu") || !strings.Contains(form, "ông […]") {
		t.Errorf("masked: %s, %v", form, err)
	}
	form, err = prepare(gateway.Edit{
		Facts: []gateway.EditedFact{{Fact: fact, Include: true, Language: "en", Text: "Mr Sample, Sample"}, {Fact: other}},
		Masks: []gateway.Mask{{Fact: fact, Text: "Sample", Code: "person", Replacement: "N.N."}},
	})
	if err != nil || !strings.Contains(form, "Mr N.N., N.N.") || strings.Contains(form, "Sample,") {
		t.Errorf("masked: %s, %v", form, err)
	}
	_, err = prepare(gateway.Edit{Masks: []gateway.Mask{{Fact: fact, Text: "Tran Van Mau"}}})
	violated(t, err, "/masks/0/text", "not_in_text")
	_, err = prepare(gateway.Edit{Masks: []gateway.Mask{{Fact: fact, Text: ""}}})
	violated(t, err, "/masks/0/text", "not_in_text")
	_, err = prepare(gateway.Edit{
		Facts: []gateway.EditedFact{{Fact: fact, Include: true, Language: "en", Text: "A translation"}},
		Masks: []gateway.Mask{{Fact: fact, Text: "Trần Văn Mẫu"}},
	})
	violated(t, err, "/masks/0/text", "not_in_text")
	_, err = prepare(gateway.Edit{Masks: []gateway.Mask{{Fact: "f_none", Text: "x"}}})
	violated(t, err, "/masks/0/fact", "unknown_fact")
	_, err = prepare(gateway.Edit{Facts: []gateway.EditedFact{{Fact: "f_none", Include: true}}})
	violated(t, err, "/facts/0/fact", "unknown_fact")
}

func TestAWithheldFactMakesItsQuestionUnsayable(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	v := editor(t, w, id)
	p := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{Facts: []gateway.EditedFact{
		{Fact: factOf(t, v, 1, 0), Include: true}, {Fact: factOf(t, v, 3, 0), Include: true},
	}}).Request.Package
	if p.Questions[1].Result != verification.CannotSay || p.Questions[1].Code != verification.CodeNothingReleasable {
		t.Errorf("question 2 says %+v", p.Questions[1])
	}
	if strings.Contains(string(p.Bytes), "Mẫu") || strings.Contains(string(p.Bytes), "CONFIRMED") {
		t.Errorf("the package shows what is withheld: %s", p.Bytes)
	}
}

func TestTheFactsOfALoweredQuestionStayIn(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	p := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{Questions: []gateway.EditedQuestion{{N: 2, Result: verification.CannotSay}}}).Request.Package
	if strings.Contains(string(p.Bytes), "Mẫu") || p.Questions[1].Result != verification.CannotSay {
		t.Errorf("%+v in %s", p.Questions[1], p.Bytes)
	}
	_, err := w.Gateway.Prepare(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpPutPackage), id,
		gateway.Edit{Kind: verification.ReleaseFinal, Questions: []gateway.EditedQuestion{{N: 2, Result: verification.VerifiedNegative}}})
	refused(t, err, verification.MoreCertain)
}

func TestAFactOfAnotherStaysLockedUntilItsOriginatorAgrees(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Answered("k")
	fact := factOf(t, editor(t, w, id), 2, 0)
	ask := verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH", Text: "May this go out?"}
	w.Do(gatewaytest.Reviewer(), access.OpAskConsent, id, ask)
	w.Settle()
	p := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package
	if strings.Contains(string(p.Bytes), "Mẫu") || p.Questions[1].Code != verification.CodeNothingReleasable {
		t.Errorf("a locked fact: %+v in %s", p.Questions[1], p.Bytes)
	}
	_, err := w.Gateway.Prepare(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpPutPackage), id,
		gateway.Edit{Kind: verification.ReleaseFinal, Facts: []gateway.EditedFact{{Fact: fact, Include: true}}})
	refused(t, err, verification.FactLocked)

	th := gatewaytest.Partner("TH")
	asks, err := w.Gateway.Consents(t.Context(), gatewaytest.Call(th, access.OpListConsents))
	if err != nil || len(asks) != 1 || strings.Contains(asks[0].ID, string(id)) || len(asks[0].Texts) != 1 || asks[0].DueAt.IsZero() {
		t.Fatalf("TH is asked %+v, %v", asks, err)
	}
	_, err = w.Gateway.DecideConsent(t.Context(), gatewaytest.Call(gatewaytest.Partner("KE"), access.OpDecideConsent), asks[0].ID, verification.ConsentGranted, "")
	want(t, err, gateway.ErrHidden)
	_, err = w.Gateway.DecideConsent(t.Context(), gatewaytest.Call(th, access.OpDecideConsent), "forged", verification.ConsentGranted, "")
	want(t, err, gateway.ErrHidden)
	got, err := w.Gateway.DecideConsent(t.Context(), gatewaytest.Call(th, access.OpDecideConsent), asks[0].ID, verification.ConsentGranted, "only once")
	if err != nil || got.State != verification.ConsentGranted {
		t.Fatalf("%s, %v", got.State, err)
	}
	w.Settle()
	if asks, err = w.Gateway.Consents(t.Context(), gatewaytest.Call(th, access.OpListConsents)); err != nil || len(asks) != 0 {
		t.Errorf("TH is still asked %+v, %v", asks, err)
	}
	if p = w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package; !strings.Contains(string(p.Bytes), "Mẫu") {
		t.Error("the granted fact does not go out")
	}
	w.Release(gatewaytest.Third(), id, p.Hash)
}

func TestAnOriginatorIsNotAskedForADroppedCorrection(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Released("k")
	fact := w.Latest()[string(id)].Request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	asked := func(n int) []gateway.ConsentView {
		t.Helper()
		w.Settle()
		asks, err := w.Gateway.Consents(t.Context(), gatewaytest.Call(gatewaytest.Partner("TH"), access.OpListConsents))
		if err != nil || len(asks) != n {
			t.Fatalf("TH is asked %+v, %v", asks, err)
		}
		return asks
	}
	w.Do(gatewaytest.Reviewer(), access.OpCorrectAnswer, id, verification.Correct{Code: "wrong_date"})
	w.Do(gatewaytest.Reviewer(), access.OpAskConsent, id, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
	ask := asked(1)[0].ID
	w.Do(gatewaytest.Reviewer(), access.OpDropCorrection, id, verification.DropCorrection{})
	asked(0)
	got, err := w.Gateway.DecideConsent(t.Context(), gatewaytest.Call(gatewaytest.Partner("TH"), access.OpDecideConsent), ask, verification.ConsentDenied, "")
	if err != nil || got.State != verification.ConsentDenied {
		t.Errorf("its word all the same: %s, %v", got.State, err)
	}
}

func TestNeitherEditorNorAuthorReleases(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	hash := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package.Hash
	release := func(by access.Caller, hash string) error {
		_, err := w.Gateway.Release(t.Context(), gatewaytest.Call(by, access.OpReleasePackage), id, hash)
		return err
	}
	refused(t, release(gatewaytest.Editor(), hash), verification.SamePerson)
	author := gatewaytest.Reviewer()
	author.Person = gatewaytest.Officer("03").Person
	refused(t, release(author, hash), verification.SamePerson)
	other := gatewaytest.Editor()
	other.Key = "another"
	refused(t, release(other, hash), verification.SamePerson)
	refused(t, release(gatewaytest.Reviewer(), strings.Repeat("0", 64)), verification.PackageVoid)
	refused(t, release(gatewaytest.Reviewer(), "nonsense"), verification.PackageVoid)
	want(t, release(gatewaytest.Officer("03"), hash), gateway.ErrForbidden)
	want(t, release(gatewaytest.Partner("NG"), hash), gateway.ErrForbidden)
	want(t, release(gatewaytest.Reviewer(), hash), nil)
}

func TestH3AndL3NeedTwoPersons(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]map[string]any{
		"H3": {"handling.codes": []string{"H2", "H3"}},
		"L3": {"handling.tlp": "RED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := still(t)
			c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", set))
			officer := gatewaytest.Officer("03")
			if len(w.Latest()[string(c.ID)].Request.Tasks) == 0 {
				w.Claim(gatewaytest.Editor(), c.ID)
				_, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), c.ID, gateway.Routing{
					Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2, 3}, Officers: []verification.PersonID{officer.Person}}},
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			w.DoTask(officer, access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
			w.Answer(officer, c.ID, 1, true, gatewaytest.Held(1, "ARRIVED", "a"), gatewaytest.Held(2, "CONFIRMED", "b"), gatewaytest.Held(3, "SEIZED", "c"))
			hash := w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{}).Request.Package.Hash
			if v := w.Release(gatewaytest.Lead(), c.ID, hash); v.Request.State != verification.InReview || len(v.Request.Releases) != 0 {
				t.Errorf("one person released: %s", v.Request.State)
			}
			_, err := w.Gateway.Release(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpReleasePackage), c.ID, hash)
			refused(t, err, verification.SamePerson)
			if v := w.Release(gatewaytest.Reviewer(), c.ID, hash); v.Request.State != verification.Answered {
				t.Errorf("two persons did not release: %s", v.Request.State)
			}
		})
	}
}

func TestAPackageIsVoidAfterWhatChangesIt(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*gatewaytest.World, verification.RequestID){
		"a return": func(w *gatewaytest.World, id verification.RequestID) {
			w.Do(gatewaytest.Reviewer(), access.OpReturnToUnit, id, verification.ReturnTask{Task: verification.NewTaskID(id, 1), Code: "incomplete"})
		},
		"sealing": func(w *gatewaytest.World, id verification.RequestID) {
			w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "general-l3"})
		},
		"a newer one": func(w *gatewaytest.World, id verification.RequestID) {
			w.Prepare(gatewaytest.Third(), id, gateway.Edit{Conditions: "other"})
		},
	} {
		w := still(t)
		id := w.Answered("k")
		hash := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package.Hash
		change(w, id)
		_, err := w.Gateway.Release(t.Context(), gatewaytest.Call(gatewaytest.Reviewer(), access.OpReleasePackage), id, hash)
		t.Run(name, func(t *testing.T) {
			if name == "a return" { // the request is with the unit again
				refused(t, err, verification.WrongState)
				return
			}
			refused(t, err, verification.PackageVoid)
		})
	}
}

func TestTheFirstPullIsRecordedBeforeBytesLeave(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Released("k")
	ng := gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListAnswers)
	w.Journal.FailNext(record.ErrUnavailable)
	got, _, err := w.Gateway.Answers(t.Context(), ng, id)
	want(t, err, gateway.ErrUnavailable)
	if got != nil {
		t.Error("bytes left without a record of the pull")
	}
	w.Clock.Move(time.Minute)
	at := w.Clock.Now()
	if pulled := w.Pull(gatewaytest.Partner("NG"), id); !pulled[0].PulledAt.Equal(at) {
		t.Errorf("pulled at %v", pulled[0].PulledAt)
	}
	w.Clock.Move(time.Minute)
	if pulled := w.Pull(gatewaytest.Partner("NG"), id); !pulled[0].PulledAt.Equal(at) {
		t.Error("a second pull was recorded")
	}
	history, err := w.Gateway.History(t.Context(), gatewaytest.Call(gatewaytest.Auditor(), access.OpGetHistory), id)
	pulls := 0
	for _, h := range history {
		pulls += len(h.Pulled)
	}
	if err != nil || pulls != 1 {
		t.Errorf("%d pulls, %v", pulls, err)
	}
}

// What is released while the pull of an earlier version is recorded does not leave without a pull of its own.
func TestAVersionReleasedMeanwhileIsRecordedToo(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Released("k")
	behind := w.Another() // has the request as it is now, and meets what comes when it writes
	ng := gatewaytest.Partner("NG")
	if _, err := behind.Get(t.Context(), gatewaytest.Call(ng, access.OpGetRequest), id); err != nil {
		t.Fatal(err)
	}
	w.Do(gatewaytest.Editor(), access.OpCorrectAnswer, id, verification.Correct{Code: "unit_error", Text: "x"})
	v := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{Conditions: "changed"})
	w.Release(gatewaytest.Reviewer(), id, v.Request.Package.Hash)
	answers, _, err := behind.Answers(t.Context(), gatewaytest.Call(ng, access.OpListAnswers), id)
	if err != nil || len(answers) != 2 {
		t.Fatalf("%d answers, %v", len(answers), err)
	}
	for _, r := range w.Latest()[string(id)].Request.Releases {
		if r.PulledAt.IsZero() || len(answers[r.Version-1].Bytes) == 0 {
			t.Errorf("version %d, %d bytes handed out, pulled at %s", r.Version, len(answers[r.Version-1].Bytes), r.PulledAt)
		}
	}
}
