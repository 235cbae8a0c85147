package canarytest

import "strings"

// subjects are one of each kind that seals nothing, with a word in every field that takes a text. Their ids begin with a letter
// of their own.
func (w Words) subjects(letter, of string) []any {
	at := func(field string) string { return w.Of(of + field) }
	named := func(field string) []any {
		return []any{map[string]any{"text": at(field + "/name"), "sort": at(field + "/sort")}}
	}
	all := []map[string]any{
		{
			"kind": "person", "names": named("person"), "address": at("person/address"),
			"documents": []any{
				map[string]any{"type": "passport", "number": at("person/passport"), "country": "NL", "mrz": at("person/mrz")},
				map[string]any{"type": "passport", "number": "QZ7731905", "country": "NL"},
			},
		},
		{
			"kind": "company", "names": named("company"), "registration_no": at("company/registration"), "tax_no": at("company/tax"),
			"lei": at("company/lei"), "address": at("company/address"),
		},
		{
			"kind": "vessel", "name": at("vessel"), "former_names": []string{at("vessel/former")}, "imo": at("vessel/imo"), "mmsi": at("vessel/mmsi"),
			"call_sign": at("vessel/call sign"), "voyage": at("vessel/voyage"),
		},
		{"kind": "flight", "number": w.Brief(of + "flight"), "registration": at("flight/registration")},
		{"kind": "vehicle", "plate": at("vehicle/plate"), "vin": at("vehicle/vin")},
		{"kind": "container", "number": at("container"), "size_type": w.Brief(of + "container/size"), "seals": []string{at("container/seal")}},
		{
			"kind": "consignment", "bl_no": at("consignment/bill"), "awb_no": at("consignment/waybill"), "declaration_no": at("consignment/declaration"),
			"manifest_no": at("consignment/manifest"),
		},
		{
			"kind": "permit", "number": at("permit"), "authority": at("permit/authority"),
			"lines": []any{map[string]any{"taxon": at("permit/taxon"), "specimen": at("permit/specimen")}},
		},
		{"kind": "specimen", "scientific_name": at("species"), "mark": at("specimen/mark")},
		{"kind": "phone", "e164": w.Phone(of + "phone"), "imei": at("phone/imei")},
		{
			"kind": "account", "iban": w.IBAN(of + "account/iban"), "bank": at("account/bank"), "number": at("account/number"), "wallet": at("account/wallet"),
			"country": "NL",
		},
		{
			"kind": "online", "platform": at("online/platform"), "handle": at("online/handle"), "url": at("online/url"),
			"email": w.Mail(of + "online/email"),
		},
		{"kind": "place", "name": at("place"), "address": at("place/address"), "country": "NL"},
		{
			"kind": "past_case", "partner_case_no": at("case"), "our_case_no": at("case/ours"), "place": at("case/place"), "summary": at("case/summary"),
		},
	}
	subjects := make([]any, len(all))
	for i, s := range all {
		kind, _ := s["kind"].(string)
		s["id"], s["remark"] = letter+"-"+kind, at(kind+"/remark")
		subjects[i] = s
	}
	return subjects
}

// withDrug adds the kind that seals what it is about.
func (w Words) withDrug(subjects []any, letter, of string) []any {
	return append(subjects, map[string]any{
		"id": letter + "-drug", "kind": "drug", "inn": w.Of(of + "drug"), "schedule": w.Of(of + "drug/schedule"), "remark": w.Of(of + "drug/remark"),
	})
}

func (w Words) attachments(id, field string) []any {
	return []any{map[string]any{"id": id, "name": w.Of(field), "media_type": "application/pdf", "size": 10, "sha256": strings.Repeat("ab", 32)}}
}

// handling is a marking with a word in every field that takes a text, and a list of who else may know with another.
func (w Words) handling(of, code string) map[string]any {
	return map[string]any{
		"code": code, "text": w.Of(of + "handling"), "marking_verbatim": w.Of(of + "marking"), "caveats": []string{w.Of(of + "caveat")},
		"onward": map[string]any{"allowed_to": []string{w.Of(of + "onward")}},
	}
}
