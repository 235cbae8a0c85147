package canarytest

import "strings"

// Call makes a call of the contract for somebody, named as demo.Credentials.Of does, that has to succeed, and returns the
// answer's members. Header pairs follow the body.
type Call func(who, method, path string, body any, header ...string) map[string]any

// life is a case that is worked on.
type life struct {
	Words
	call     Call
	of, task string
}

// Live lets partner NG, the desk, unit 03 and the lead say something in each field of each step that a request can go through,
// and returns its id: it is answered, corrected, asked more of, and sealed.
func Live(w Words, call Call) (id string) {
	sent := call("partner:NG", "POST", "/v1/verification-requests", w.Open(), "Idempotency-Key", "canary")
	id, _ = sent["id"].(string)
	l := life{Words: w, call: call, of: "/v1/verification-requests/" + id, task: "/v1/tasks/" + id}
	l.triage()
	l.unit()
	l.answered()
	l.afterwards()
	return id
}

// triage is what the desk does before a unit has it.
func (l life) triage() {
	l.call("desk:1", "POST", l.of+"/claim", map[string]any{})
	l.call("desk:1", "POST", l.of+"/notes", map[string]any{"text": l.Of("note")})
	l.call("desk:1", "POST", l.of+"/refusal", map[string]any{"code": "no_legal_basis", "text": l.Of("refusal")})
	l.call("lead", "POST", l.of+"/refusal/rejection", map[string]any{"code": "wording", "text": l.Of("refusal/rejection")})
	l.call("lead", "POST", l.of+"/degree", map[string]any{"degree": "flash", "code": "goods_in_motion", "text": l.Of("degree")})
	l.call("desk:1", "POST", l.of+"/routing", map[string]any{
		"assignments": []any{map[string]any{"unit": "03", "questions": []int{1}}}, "note": l.Of("routing"),
	})
	l.call("desk:1", "POST", l.of+"/clarification", map[string]any{"code": "other", "text": l.Of("asked")})
	l.call("partner:NG", "POST", l.of+"/clarifications", map[string]any{
		"text":        l.Of("replied"),
		"subjects":    []any{map[string]any{"id": "r1", "kind": "company", "names": []any{map[string]any{"text": l.Of("replied/company")}}}},
		"attachments": []any{l.attachment("r2", "replied/attachment")},
	}, "Idempotency-Key", "reply")
}

// unit is what the unit does until its answer is sent back to it.
func (l life) unit() {
	task := l.task + "-01"
	l.call("unit:03", "POST", task+"/acceptance", map[string]any{"note": l.Of("acceptance")})
	l.call("unit:03", "PUT", task+"/draft", map[string]any{"fields": map[string]any{"q1.text": []string{l.Of("draft")}}})
	l.call("unit:03", "POST", task+"/notes", map[string]any{"text": l.Of("task/note")})
	l.call("unit:03", "POST", task+"/hold", map[string]any{
		"code": "laboratory", "evidence_reference": l.Of("hold/evidence"), "note": l.Of("hold"),
	})
	l.call("unit_lead:03", "POST", task+"/hold/rejection", map[string]any{"code": "not_justified", "text": l.Of("hold/rejection")})
	l.answer(task, "first")
	l.call("desk:1", "POST", l.of+"/return", map[string]any{"task": strings.TrimPrefix(task, "/v1/tasks/"), "code": "wording", "text": l.Of("return")})
	l.answer(task, "second")
}

func (l life) answer(task, nth string) {
	l.call("unit_lead:03", "POST", task+"/answer", map[string]any{"kind": "final", "note": l.Of("answer/" + nth), "questions": []any{map[string]any{
		"n": 1, "result": "held", "text": l.Of("answer/" + nth + "/text"),
		"facts": []any{map[string]any{
			"text": l.Of("fact/" + nth), "subject": "c2", "evaluation": map[string]any{"source": "A", "information": "1"},
			"handling": map[string]any{"code": "H1", "text": l.Of("fact/" + nth + "/handling")},
		}},
		"attachments": []any{l.attachment("u-"+nth, "answer/"+nth+"/attachment")},
	}}})
}

// answered is the package, its release and what its reader says.
func (l life) answered() {
	made := l.call("desk:1", "PUT", l.of+"/package", map[string]any{
		"kind": "final", "conditions_of_use": l.Of("conditions"), "note": l.Of("package/note"),
		"questions": []any{map[string]any{"n": 1, "result": "held", "text": l.Of("package/text")}},
	})
	l.call("desk:2", "POST", l.of+"/release", map[string]any{"hash": made["hash"], "note": l.Of("release")})
	l.call("partner:NG", "GET", l.of+"/answers", nil)
	l.call("partner:NG", "POST", l.of+"/confirmation", map[string]any{"version": 1, "useful": true, "text": l.Of("confirmation")})
}

// afterwards is what comes after an answer: a correction that is dropped, more questions with a draft that is never sent, a hold by law, and the
// sealing.
func (l life) afterwards() {
	l.call("desk:1", "POST", l.of+"/correction", map[string]any{"code": "other", "text": l.Of("correction")})
	l.call("desk:1", "POST", l.of+"/correction/dropped", map[string]any{"text": l.Of("correction/dropped")})
	l.call("partner:NG", "POST", l.of+"/follow-ups", map[string]any{
		"own_reference": l.Of("follow-up/reference"), "text": l.Of("follow-up"),
		"questions":   []any{map[string]any{"n": 2, "code": "COM", "text": l.Of("follow-up/question"), "subjects": []string{"f1"}}},
		"subjects":    []any{map[string]any{"id": "f1", "kind": "company", "names": []any{map[string]any{"text": l.Of("follow-up/company")}}}},
		"attachments": []any{l.attachment("f2", "follow-up/attachment")},
	}, "Idempotency-Key", "more")
	l.call("lead", "POST", l.of+"/legal-hold", map[string]any{"reason": l.Of("legal-hold")})
	l.call("desk:1", "POST", l.of+"/routing", map[string]any{"assignments": []any{map[string]any{"unit": "03", "questions": []int{2}}}})
	l.call("unit:03", "POST", l.task+"-02/acceptance", map[string]any{})
	l.call("unit:03", "PUT", l.task+"-02/draft", map[string]any{"fields": map[string]any{"q2.text": []string{l.Of("draft/later")}}})
	l.call("desk:1", "POST", l.of+"/compartment", map[string]any{"compartment": "general-l3", "reason": l.Of("reason")})
}
