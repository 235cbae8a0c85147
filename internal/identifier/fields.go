package identifier

// field is a place in a subject that holds an identifier, and its check.
type field struct {
	path  string
	check func(raw string) Check
}

// plain is the check of a field that has no arithmetic.
func plain(kind Kind) func(string) Check {
	return func(raw string) Check { return Plain(kind, raw) }
}

// fieldsOf lists where a subject of this kind carries identifiers: the table
// "Subjects" of the specification.
func fieldsOf(subject map[string]any) []field {
	kind, _ := subject["kind"].(string)
	switch kind {
	case "person":
		return personFields()
	case "company":
		return companyFields(subject)
	case "vessel":
		return []field{
			{"imo", IMO}, {"mmsi", MMSI}, {"call_sign", plain(KindCallSign)}, {"flag", Country},
		}
	case "flight":
		return []field{
			{"number", Flight}, {"registration", plain(KindAircraft)}, {"from", Airport}, {"to", Airport},
		}
	case "vehicle":
		return []field{{"plate", plain(KindPlate)}, {"plate_country", Country}, {"vin", VIN}}
	case "container":
		return []field{{"number", Container}, {"seals/*", plain(KindSeal)}}
	case "consignment":
		return consignmentFields(subject)
	case "place":
		return []field{
			{"country", Country}, {"subdivision", Subdivision}, {"locode", LOCODE}, {"office", Office},
		}
	default:
		return traceFields(kind)
	}
}

func personFields() []field {
	return []field{
		{"nationalities/*", Country},
		{"documents/*/number", plain(KindDocument)},
		{"documents/*/country", Country},
		{"documents/*/mrz", MRZ},
	}
}

// companyFields applies the Vietnamese arithmetic only to a company that is
// Vietnamese or does not say.
func companyFields(subject map[string]any) []field {
	tax := plain(KindForeignTax)
	if country, _ := subject["country"].(string); country == "" || Country(country).Normalised == "VN" {
		tax = VNTax
	}
	return []field{
		{"country", Country}, {"registration_no", plain(KindRegistration)}, {"tax_no", tax}, {"lei", LEI},
	}
}

// consignmentFields reads the waybill of a postal item as the post's own number.
func consignmentFields(subject map[string]any) []field {
	waybill, lading := AWB, plain(KindBillOfLading)
	if form, _ := subject["form"].(string); form == "post" {
		waybill, lading = Post, Post
	}
	return []field{
		{"port", LOCODE},
		{"bl_no", lading},
		{"awb_no", waybill},
		{"declaration_no", Declaration},
		{"office", Office},
		{"manifest_no", plain(KindManifest)},
		{"hs_codes/*", HS},
		{"route/*", LOCODE},
	}
}

// traceFields are the kinds that leave a trace on paper or on line.
func traceFields(kind string) []field {
	switch kind {
	case "permit":
		return []field{{"number", plain(KindPermit)}, {"country", Country}}
	case "specimen":
		return []field{{"mark", plain(KindSpecimenMark)}}
	case "drug":
		return []field{{"cas", CAS}}
	case "phone":
		return []field{{"e164", Phone}, {"imei", IMEI}}
	case "account":
		return []field{
			{"iban", IBAN}, {"country", Country}, {"number", plain(KindAccount)}, {"bic", BIC}, {"wallet", wallet},
		}
	case "online":
		return []field{{"handle", plain(KindHandle)}, {"email", email}}
	case "past_case":
		return []field{{"partner_case_no", plain(KindCase)}, {"our_case_no", plain(KindCase)}}
	default:
		return nil
	}
}
