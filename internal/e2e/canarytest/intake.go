package canarytest

import (
	"fmt"
	"strings"
)

// Secret is a body of what may be known to named persons only, with a word in every field that takes a text.
func (w Words) Secret() map[string]any {
	body := w.Open()
	handling, _ := body["handling"].(map[string]any)
	handling["code"], handling["compartment_hint"], handling["do_not_alert"] = "H2", "drugs", true
	return body
}

// Open is a body of the same without a marking that seals it.
func (w Words) Open() map[string]any {
	body := map[string]any{
		"language": "en", "handling": map[string]any{"code": "H1"}, "urgency": map[string]any{"degree": "urgent", "justification": "other"},
		"questions": []any{map[string]any{"n": 1, "code": "COM", "subjects": []string{"c2"}}},
	}
	w.Into(body)
	return body
}

// Into puts a word in every field of an intake that takes a text, and adds subjects of each kind that has one of its own.
func (w Words) Into(body map[string]any) {
	body["own_reference"], body["officer_reference"], body["reply_contact"] = w.Of("own_reference"), w.Of("officer_reference"), w.Of("reply_contact")
	body["purpose"] = map[string]any{
		"statement": w.Of("statement"), "legal_basis": w.Of("legal_basis"), "offence": map[string]any{"code": "PC188", "text": w.Of("offence")},
	}
	w.set(body, "urgency", "justification_text", "justification")
	w.set(body, "handling", "text", "handling")
	w.set(body, "handling", "marking_verbatim", "marking")
	questions, _ := body["questions"].([]any)
	for n, q := range questions {
		if q, ok := q.(map[string]any); ok {
			q["text"] = w.Of(fmt.Sprint("question/", n+1))
		}
	}
	subjects, _ := body["subjects"].([]any)
	body["subjects"] = append(subjects, w.subjects()...)
	attachments, _ := body["attachments"].([]any)
	body["attachments"] = append(attachments, w.attachment("c9", "attachment"))
}

// set puts the word of a field into a member of a part that the body has.
func (w Words) set(body map[string]any, part, member, field string) {
	if m, ok := body[part].(map[string]any); ok {
		m[member] = w.Of(field)
	}
}

func (w Words) attachment(id, field string) map[string]any {
	return map[string]any{"id": id, "name": w.Of(field), "media_type": "application/pdf", "size": 10, "sha256": strings.Repeat("ab", 32)}
}

// subjects are one of each kind that has a text of its own.
func (w Words) subjects() []any {
	named := func(field string) []any { return []any{map[string]any{"text": w.Of(field)}} }
	return []any{
		map[string]any{
			"id": "c1", "kind": "person", "names": named("name"), "address": w.Of("person/address"), "remark": w.Of("person/remark"),
			"documents": []any{map[string]any{"type": "passport", "number": "QZ7731905", "country": "NL"}},
		},
		map[string]any{
			"id": "c2", "kind": "company", "names": named("company"), "registration_no": w.Of("company/registration"), "address": w.Of("address"),
			"remark": w.Of("company/remark"),
		},
		map[string]any{"id": "c3", "kind": "vessel", "name": w.Of("vessel"), "imo": "9074729", "remark": w.Of("vessel/remark")},
		map[string]any{"id": "c4", "kind": "account", "bank": w.Of("bank"), "number": "00112233", "country": "NL", "remark": w.Of("account/remark")},
		map[string]any{"id": "c5", "kind": "past_case", "partner_case_no": w.Of("case"), "place": w.Of("case/place"), "summary": w.Of("case/summary")},
		map[string]any{"id": "c6", "kind": "place", "name": w.Of("place"), "address": w.Of("place/address"), "country": "NL"},
		map[string]any{"id": "c7", "kind": "specimen", "scientific_name": w.Of("species"), "mark": w.Of("specimen/mark")},
	}
}
