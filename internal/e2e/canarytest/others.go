package canarytest

import "time"

// Others lets the same people say what is said of requests that end otherwise, in the fields that Live has no step for, and
// returns their ids. Another lead of the desk is called by that name.
func Others(w Words, call Call, anotherLead string) (ids []string) {
	o := others{Words: w, call: call, ids: &ids}
	o.registered()
	o.withdrawn()
	o.circulated(anotherLead)
	return ids
}

type others struct {
	Words
	call Call
	ids  *[]string
}

// made is the address of a request that a call has made.
func (o others) made(created map[string]any) (of string) {
	id, _ := created["id"].(string)
	*o.ids = append(*o.ids, id)
	return "/v1/verification-requests/" + id
}

// small is a body with one question and a subject that seals.
func (o others) small(sealed bool) map[string]any {
	body := map[string]any{
		"handling": map[string]any{"code": "H2"}, "purpose": map[string]any{"statement": "Canary."}, "urgency": map[string]any{"degree": "routine"},
		"questions": []any{map[string]any{"n": 1, "code": "COM", "text": "Is it known?"}},
	}
	if sealed {
		body["subjects"] = o.withDrug(nil, "c", "sealed/")
	}
	return body
}

func (o others) submitted(key string, body map[string]any) (of string) {
	return o.made(o.call("partner:NG", "POST", "/v1/verification-requests", body, "Idempotency-Key", key))
}

// registered is what came to the desk by letter months ago from nobody known: late, and not for us.
func (o others) registered() {
	body := o.small(false)
	o.into(body, "registered/")
	subjects, _ := body["subjects"].([]any)
	body["subjects"] = o.withDrug(subjects, "c", "registered/")
	of := o.made(o.call("desk:1", "POST", "/v1/registrations", map[string]any{
		"sender": "unknown", "sender_name": o.Of("registered/sender"), "sender_contact": o.Of("registered/contact"),
		"received_at": time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC), "register_number": o.Of("registered/register"), "request": body,
	}, "Idempotency-Key", "registered"))
	o.call("desk:1", "POST", of+"/not-competent", map[string]any{"channel": "police", "text": o.Of("not-competent")})
	o.call("desk:1", "POST", of+"/breaches/1/cause", map[string]any{"code": "other", "text": o.Of("cause")})
	o.call("lead", "POST", of+"/breaches/1/annulment", map[string]any{"code": "other", "text": o.Of("annulment")})
}

// withdrawn is a request whose partner agrees to a lower level, seals it by what it adds, asks the same again, and takes it back.
func (o others) withdrawn() {
	of := o.submitted("withdrawn", o.small(false))
	ask := map[string]any{"code": "other", "text": "Of what?"}
	o.call("desk:1", "POST", of+"/claim", map[string]any{})
	o.call("desk:1", "POST", of+"/clarification", ask)
	o.call("partner:NG", "POST", of+"/clarifications", map[string]any{
		"text": "Of this.", "handling": map[string]any{"code": "H0", "tlp": "GREEN"},
	}, "Idempotency-Key", "lower")
	o.call("lead", "POST", of+"/level", map[string]any{"level": "L1", "code": "partner_lowered", "agreed_in": 1, "text": o.Of("level")})
	o.call("desk:1", "POST", of+"/routing", map[string]any{"assignments": []any{map[string]any{"unit": "03", "questions": []int{1}}}})
	o.call("desk:1", "POST", of+"/clarification", ask)
	o.call("partner:NG", "POST", of+"/clarifications", map[string]any{
		"text": "And of this.", "subjects": o.withDrug(nil, "d", "sealing/"),
	}, "Idempotency-Key", "sealing")
	id := (*o.ids)[len(*o.ids)-1]
	o.twin(id)
	o.call("partner:NG", "POST", of+"/withdrawal", map[string]any{"text": o.Of("withdrawal")})
	o.call("unit_lead:03", "POST", "/v1/tasks/"+id+"-01/stop-acknowledgement", map[string]any{"note": o.Of("stopped")})
}

// twin is a duplicate of another, sealed from the beginning.
func (o others) twin(other string) {
	of := o.submitted("twin", o.small(true))
	o.call("desk:1", "POST", of+"/claim", map[string]any{})
	o.call("desk:1", "POST", of+"/duplicate", map[string]any{"of": other, "note": o.Of("duplicate")})
}

// circulated is information that the desk closes.
func (o others) circulated(anotherLead string) {
	body := o.small(false)
	body["kind"] = "information"
	delete(body, "questions")
	of := o.submitted("information", body)
	o.call("lead", "POST", of+"/legal-hold", map[string]any{"reason": o.Of("information/hold")})
	o.call(anotherLead, "POST", of+"/legal-hold/lifting", map[string]any{"reason": o.Of("lifting")})
	o.call("desk:1", "POST", of+"/claim", map[string]any{})
	o.call("desk:1", "POST", of+"/routing", map[string]any{"assignments": []any{map[string]any{"unit": "03"}}})
	o.call("desk:1", "POST", of+"/closure", map[string]any{"note": o.Of("closure")})
}
