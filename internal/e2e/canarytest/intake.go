package canarytest

import "fmt"

// Secret is a body of what may be known to named persons only, with a word in every field that takes a text.
func (w Words) Secret() map[string]any {
	body := w.Open()
	handling, _ := body["handling"].(map[string]any)
	handling["code"], handling["compartment_hint"], handling["do_not_alert"] = "H2", "drugs", true
	subjects, _ := body["subjects"].([]any)
	body["subjects"] = w.withDrug(subjects, "c", "")
	return body
}

// Open is a body of the same without a marking that seals it.
func (w Words) Open() map[string]any {
	body := map[string]any{"language": "en", "handling": map[string]any{"code": "H1"}, "urgency": map[string]any{"degree": "urgent", "justification": "other"}}
	var questions []any
	for n := range 3 {
		questions = append(questions, map[string]any{"n": n + 1, "code": "COM", "subjects": []string{"c-company"}})
	}
	body["questions"] = questions
	w.into(body, "")
	return body
}

// Into puts a word in every field of an intake that takes a text, and adds subjects of each kind that seals nothing.
func (w Words) Into(body map[string]any) { w.into(body, "") }

func (w Words) into(body map[string]any, of string) {
	at := func(field string) string { return w.Of(of + field) }
	body["own_reference"], body["officer_reference"], body["reply_contact"] = at("own_reference"), at("officer_reference"), at("reply_contact")
	body["purpose"] = map[string]any{
		"statement": at("statement"), "legal_basis": at("legal_basis"), "offence": map[string]any{"code": "PC188", "text": at("offence")},
		"reasons_to_believe_held": at("reasons"),
	}
	if urgency, ok := body["urgency"].(map[string]any); ok {
		urgency["justification_text"] = at("justification")
		urgency["physical_event"] = map[string]any{"type": "other", "at": "2199-01-01T00:00:00Z", "lead": "PT1H", "place": at("event/place")}
	}
	if handling, ok := body["handling"].(map[string]any); ok {
		for member, value := range w.handling(of, fmt.Sprint(handling["code"])) {
			handling[member] = value
		}
	}
	questions, _ := body["questions"].([]any)
	for n, q := range questions {
		if q, ok := q.(map[string]any); ok {
			q["text"] = at(fmt.Sprint("question/", n+1))
		}
	}
	subjects, _ := body["subjects"].([]any)
	body["subjects"] = append(subjects, w.subjects("c", of)...)
	attachments, _ := body["attachments"].([]any)
	body["attachments"] = append(attachments, w.attachments("c9", of+"attachment")...)
}
