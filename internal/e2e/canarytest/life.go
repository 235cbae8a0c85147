package canarytest

import (
	"fmt"
	"strings"
)

// Call makes a call of the contract for somebody, named as demo.Credentials.Of does, that has to succeed, and returns the
// answer's members. Header pairs follow the body.
type Call func(who, method, path string, body any, header ...string) map[string]any

// Cast are those who have to do with a case beside the desk and the lead: its partner, another to whom a fact of it
// belongs, the unit that answers it, and one that declines it and then passes it on. A unit may be excluded from it.
type Cast struct{ Partner, Originator, Unit, Passing, Excluded string }

// Life is a case that is worked on.
type Life struct {
	Words
	Cast
	call     Call
	of, task string
	officer  string   // who of the unit accepts and holds: unit, or unit_lead of what is sealed, which names nobody else
	judge    string   // who judges a hold
	release  []string // who release the package: of what is sealed two persons
}

// Live lets partner NG, the desk, units 45 and 03, the lead and partner AO say something in each field of each step that one
// open request can go through, and returns its id: it is answered, recalled, corrected, asked more of, and sealed.
func Live(w Words, call Call) (id string) {
	cast := Cast{Partner: "NG", Originator: "AO", Unit: "03", Passing: "45"}
	sent := call("partner:"+cast.Partner, "POST", "/v1/verification-requests", w.Open(), "Idempotency-Key", "canary")
	id, _ = sent["id"].(string)
	l := Sealed(w, cast, call, id)
	l.officer, l.judge, l.release = "unit:", "unit_lead:"+cast.Unit, []string{"desk:2"}
	l.Worked()
	l.Answered()
	l.call("desk:1", "POST", l.of+"/compartment", map[string]any{"compartment": "general-l3", "reason": l.Of("reason")})
	return id
}

// Sealed is the life of a request that was sealed by what it is about, when it was sent.
func Sealed(w Words, cast Cast, call Call, id string) *Life {
	return &Life{
		Words: w, Cast: cast, call: call, of: "/v1/verification-requests/" + id, task: "/v1/tasks/" + id,
		officer: "unit_lead:", judge: "lead", release: []string{"desk:2", "lead"},
	}
}

// Worked lets it be worked on until units and agency have answered.
func (l *Life) Worked() {
	l.triage()
	l.passed()
	l.unit()
	l.agency()
}

// Answered lets it be answered, and then corrected, recalled and asked more of.
func (l *Life) Answered() {
	l.released()
	l.afterwards()
}

func (l *Life) routed(to string, question int) map[string]any {
	routed := map[string]any{"assignments": []any{map[string]any{"unit": to, "questions": []int{question}}}, "note": l.Of("routing")}
	if l.Excluded != "" {
		routed["exclude"] = map[string]any{"units": []string{l.Excluded}}
	}
	return routed
}

// triage is what the desk does before a unit has it.
func (l *Life) triage() {
	l.call("desk:1", "POST", l.of+"/claim", map[string]any{})
	l.call("desk:2", "POST", l.of+"/claim", map[string]any{"take_over": true, "reason": l.Of("claim")})
	l.call("desk:1", "POST", l.of+"/claim", map[string]any{"take_over": true, "reason": l.Of("claim")})
	l.call("desk:1", "POST", l.of+"/notes", map[string]any{"text": l.Of("note")})
	l.call("desk:1", "POST", "/v1/references", map[string]any{"own_reference": l.Of("own_reference")})
	l.call("desk:1", "POST", l.of+"/refusal", map[string]any{"code": "no_legal_basis", "text": l.Of("refusal")})
	l.call("lead", "POST", l.of+"/refusal/rejection", map[string]any{"code": "wording", "text": l.Of("refusal/rejection")})
	l.call("lead", "POST", l.of+"/degree", map[string]any{"degree": "flash", "code": "goods_in_motion", "text": l.Of("degree")})
	l.call("lead", "POST", l.of+"/extension", map[string]any{"due_at": "2199-01-01T00:00:00Z", "code": "volume", "text": l.Of("extension")})
	l.call("desk:1", "POST", l.of+"/clarification", map[string]any{"code": "other", "text": l.Of("asked")})
	l.call("partner:"+l.Partner, "POST", l.of+"/clarifications", map[string]any{
		"text": l.Of("replied"), "handling": map[string]any{"code": "H0", "marking_verbatim": l.Of("replied/marking")},
		"subjects": l.subjects("r", "replied/"), "attachments": l.attachments("r2", "replied/attachment"),
	}, "Idempotency-Key", "reply")
	l.call("desk:1", "POST", l.of+"/answers", map[string]any{"questions": []any{
		map[string]any{"n": 3, "result": "cannot_say", "code": "no_records", "text": l.Of("desk/answer")},
	}})
	l.call("desk:1", "POST", l.of+"/agency", map[string]any{
		"agency": "tax", "questions": []int{2}, "text": l.Of("agency"), "reference": l.Of("agency/reference"),
	})
}

// passed is how the question comes to the unit that answers it: another declines it, and when asked again passes it on.
// The agency's task was the first.
func (l *Life) passed() {
	passing := l.officer + l.Passing
	l.call("desk:1", "POST", l.of+"/routing", l.routed(l.Passing, 1))
	l.call(passing, "POST", l.task+"-02/decline", map[string]any{"code": "records_elsewhere", "note": l.Of("decline")})
	l.call("desk:1", "POST", l.of+"/routing", l.routed(l.Passing, 1))
	l.call(passing, "POST", l.task+"-03/acceptance", map[string]any{"note": l.Of("acceptance")})
	l.call(passing, "POST", l.task+"-03/forward", map[string]any{"unit": l.Unit, "code": "goods_moved", "note": l.Of("forward")})
}

// unit is what the unit does until its answer is sent back to it.
func (l *Life) unit() {
	task, officer := l.task+"-04", l.officer+l.Unit
	l.call(officer, "POST", task+"/acceptance", map[string]any{})
	l.call(officer, "POST", task+"/assignment", map[string]any{
		"officers": []string{}, "sub_department": l.Of("assignment/sub-department"), "note": l.Of("assignment"),
	})
	l.call(officer, "PUT", task+"/draft", map[string]any{"fields": map[string]any{"q1.text": []string{l.Of("draft")}}})
	l.call(officer, "POST", task+"/notes", map[string]any{"text": l.Of("task/note")})
	l.call(officer, "POST", task+"/clarification", map[string]any{"code": "other", "text": l.Of("proposed")})
	l.call("desk:1", "POST", l.of+"/clarification/rejection", map[string]any{"proposal": 1, "code": "wording", "text": l.Of("proposed/rejected")})
	hold := map[string]any{"code": "laboratory", "evidence_reference": l.Of("hold/evidence"), "note": l.Of("hold")}
	l.call(officer, "POST", task+"/hold", hold)
	l.call(l.judge, "POST", task+"/hold/rejection", map[string]any{"code": "not_justified", "text": l.Of("hold/rejection")})
	l.call(officer, "POST", task+"/hold", hold)
	l.call(l.judge, "POST", task+"/hold/confirmation", map[string]any{"code": "justified", "text": l.Of("hold/confirmation")})
	l.call(officer, "POST", task+"/resume", map[string]any{"note": l.Of("resume")})
	l.answer(task, "first")
	l.call("desk:1", "POST", l.of+"/review", map[string]any{"note": l.Of("review")})
	l.call("desk:1", "POST", l.of+"/return", map[string]any{"task": strings.TrimPrefix(task, "/v1/tasks/"), "code": "wording", "text": l.Of("return")})
	l.answer(task, "second")
}

func (l *Life) answer(task, nth string) {
	of := "fact/" + nth + "/"
	fact := map[string]any{
		"text": l.Of(of + "text"), "subject": "c-company", "evaluation": map[string]any{"source": "A", "information": "1"},
		"handling": l.handling(of, "H1"), "originator": l.Originator,
		"quantities": []any{map[string]any{"value": "1", "unit": "KGM", "of": l.Of(of + "quantity")}},
	}
	l.call("unit_lead:"+l.Unit, "POST", task+"/answer", map[string]any{"kind": "final", "note": l.Of("answer/" + nth), "questions": []any{map[string]any{
		"n": 1, "result": "held", "text": l.Of("answer/" + nth + "/text"), "facts": []any{fact},
		"search": l.search("answer/" + nth + "/"), "attachments": l.attachments("u-"+nth, "answer/"+nth+"/attachment"),
	}}})
}

func (w Words) search(of string) map[string]any {
	return map[string]any{
		"registers": []string{w.Of(of + "register")}, "identifiers": []string{w.Of(of + "identifier")}, "from": "2020", "to": "2021",
		"done_at": "2021-09-03T00:00:00Z", "role": w.Of(of + "role"),
	}
}

// agency is what the desk writes down of the agency's answer.
func (l *Life) agency() {
	task := l.task + "-01"
	l.call("desk:1", "POST", task+"/acceptance", map[string]any{"note": l.Of("agency/acceptance")})
	l.call("desk:1", "POST", task+"/answer", map[string]any{"kind": "final", "note": l.Of("agency/note"), "questions": []any{map[string]any{
		"n": 2, "result": "verified_negative", "text": l.Of("agency/answer"), "search": l.search("agency/"),
	}}})
}

// released is the originator's consent, the package, its release, and what its reader says.
func (l *Life) released() {
	fact := l.fact()
	asked := l.call("desk:2", "POST", l.of+"/consent", map[string]any{"facts": []string{fact}, "originator": l.Originator, "text": l.Of("consent")})
	l.call("partner:"+l.Originator, "POST", "/v1/consents/"+consentOf(asked)+"/decision", map[string]any{
		"decision": "granted", "conditions": l.Of("consent/conditions"),
	})
	made := l.call("desk:1", "PUT", l.of+"/package", map[string]any{
		"kind": "final", "conditions_of_use": l.Of("conditions"), "note": l.Of("package/note"),
		"questions": []any{
			map[string]any{"n": 1, "result": "held", "text": l.Of("package/text")},
			map[string]any{"n": 2, "result": "verified_negative"},
			map[string]any{"n": 3, "result": "cannot_say", "code": "no_records"},
		},
		"facts": []any{map[string]any{"fact": fact, "include": true, "released_text": map[string]any{"language": "en", "text": l.Of("package/translation") + l.Of("package/masked")}}},
		"masks": []any{map[string]any{"fact": fact, "text": l.Of("package/masked"), "code": "method", "replacement": l.Of("package/replacement")}},
	})
	for _, who := range l.release {
		l.call(who, "POST", l.of+"/release", map[string]any{"hash": made["hash"], "note": l.Of("release/" + who)})
	}
	l.call("partner:"+l.Partner, "GET", l.of+"/answers", nil)
	l.call("partner:"+l.Partner, "POST", l.of+"/confirmation", map[string]any{"version": 1, "useful": true, "text": l.Of("confirmation")})
}

// fact is the id of the fact that stands, as the last answer of the unit shows it.
func (l *Life) fact() string {
	view := l.call("desk:1", "GET", l.task+"-04", nil)
	answers, _ := view["answers"].([]any)
	var id string
	each(answers, "questions", func(q map[string]any) {
		each([]any{q}, "facts", func(f map[string]any) { id = fmt.Sprint(f["id"]) })
	})
	return id
}

// each gives what a member of each of some objects lists.
func each(objects []any, member string, give func(map[string]any)) {
	for _, o := range objects {
		if o, ok := o.(map[string]any); ok {
			list, _ := o[member].([]any)
			for _, one := range list {
				if one, ok := one.(map[string]any); ok {
					give(one)
				}
			}
		}
	}
}

// consentOf is the id of the ask that a view shows last.
func consentOf(view map[string]any) (id string) {
	each([]any{view}, "consents", func(c map[string]any) { id = fmt.Sprint(c["id"]) })
	return id
}

// afterwards is what comes after an answer: a correction that is dropped, a recall, more questions with a draft that is never
// sent, and a hold by law.
func (l *Life) afterwards() {
	l.call("desk:1", "POST", l.of+"/correction", map[string]any{"code": "other", "text": l.Of("correction")})
	l.call("desk:1", "POST", l.of+"/correction/dropped", map[string]any{"text": l.Of("correction/dropped")})
	l.call("lead", "POST", l.of+"/recall", map[string]any{"version": 1, "code": "other", "text": l.Of("recall")})
	l.call("partner:"+l.Partner, "POST", l.of+"/follow-ups", map[string]any{
		"own_reference": l.Of("follow-up/reference"), "text": l.Of("follow-up"),
		"questions": []any{map[string]any{"n": 4, "code": "COM", "text": l.Of("follow-up/question"), "subjects": []string{"f-company"}}},
		"subjects":  l.withDrug(l.subjects("f", "follow-up/"), "f", "follow-up/"), "attachments": l.attachments("f2", "follow-up/attachment"),
	}, "Idempotency-Key", "more")
	l.call("lead", "POST", l.of+"/legal-hold", map[string]any{"reason": l.Of("legal-hold")})
	l.call("desk:1", "POST", l.of+"/routing", l.routed(l.Unit, 4))
	l.call("unit_lead:"+l.Unit, "POST", l.task+"-05/acceptance", map[string]any{})
	l.call("unit_lead:"+l.Unit, "PUT", l.task+"-05/draft", map[string]any{"fields": map[string]any{"q4.text": []string{l.Of("draft/later")}}})
}
