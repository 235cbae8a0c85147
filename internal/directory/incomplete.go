package directory

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Missing is a required field of a question's type that the request does not
// give. It is a warning, `incomplete`, never a refusal: partners ask with what
// they have. Field is the name in request-types.csv.
type Missing struct {
	Pointer string `json:"pointer"` // of the question
	Type    string `json:"type"`
	Field   string `json:"field"`
}

// Incomplete compares each question of a body that has passed its schema with
// the required fields of its type. A question that names no subject is judged by
// all of them.
func (d *Directory) Incomplete(raw json.RawMessage) ([]Missing, error) {
	var b struct {
		Subjects  []map[string]any `json:"subjects"`
		Questions []struct {
			Code     string   `json:"code"`
			Subjects []string `json:"subjects"`
		} `json:"questions"`
	}
	var whole map[string]any
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("read required fields: %w", err)
	}
	if err := json.Unmarshal(raw, &whole); err != nil {
		return nil, fmt.Errorf("read required fields: %w", err)
	}
	var missing []Missing
	for i, q := range b.Questions {
		kind, _ := d.Type(q.Code)
		for _, field := range kind.Required {
			if !given(field, whole, about(q.Subjects, b.Subjects)) {
				missing = append(missing, Missing{"/questions/" + strconv.Itoa(i), q.Code, field})
			}
		}
	}
	return missing, nil
}

// about picks the subjects that a question names.
func about(ids []string, subjects []map[string]any) []map[string]any {
	if len(ids) == 0 {
		return subjects
	}
	var named []map[string]any
	for _, s := range subjects {
		if id, _ := s["id"].(string); slices.Contains(ids, id) {
			named = append(named, s)
		}
	}
	return named
}

// given reports whether one of the places where a field may stand holds
// something. Fields that stand in running text only are not judged.
func given(field string, whole map[string]any, subjects []map[string]any) bool {
	places := placesOf(field)
	if len(places) == 0 {
		return true
	}
	for _, place := range places {
		kind, path, _ := strings.Cut(place, ":")
		if kind == "" && holds(whole, strings.Split(path, "/")) {
			return true
		}
		for _, s := range subjects {
			if s["kind"] == kind && holds(s, strings.Split(path, "/")) {
				return true
			}
		}
	}
	return false
}

// holds reports whether path leads to a value that is not empty; arrays are
// passed through to any of their elements.
func holds(value any, path []string) bool {
	switch v := value.(type) {
	case nil:
		return false
	case string:
		return len(path) == 0 && v != ""
	case []any:
		return slices.ContainsFunc(v, func(element any) bool { return holds(element, path) })
	case map[string]any:
		if len(path) == 0 {
			return len(v) > 0
		}
		return holds(v[path[0]], path[1:])
	default:
		return len(path) == 0
	}
}

// placesOf maps a name of request-types.csv to `kind:path` in subjects, or
// `:path` in the body. The fields without an entry (period, date, what only MOD
// and OUT need) have no field of their own in the contract.
func placesOf(field string) []string {
	person := func(path string) []string { return []string{"person:" + path} }
	switch field {
	case "name":
		return person("names/text")
	case "dob", "dob_or_age":
		return person("dob")
	case "nationality":
		return person("nationalities")
	case "doc_type":
		return person("documents/type")
	case "doc_no", "passport_no":
		return []string{"person:documents/number", "person:documents/mrz"}
	case "holder":
		return []string{"person:names/text", "company:names/text"}
	case "company_name":
		return []string{"company:names/text"}
	case "tax_code_or_reg_no":
		return []string{"company:tax_no", "company:registration_no", "company:lei"}
	case "plate_or_vin":
		return []string{"vehicle:plate", "vehicle:vin"}
	case "imo_or_mmsi_or_name":
		return []string{"vessel:imo", "vessel:mmsi", "vessel:name"}
	case "account_or_wallet":
		return []string{"account:iban", "account:number", "account:wallet"}
	case "number_or_handle":
		return []string{"phone:e164", "online:handle", "online:email", "online:url"}
	default:
		return goodsPlaces(field)
	}
}

func goodsPlaces(field string) []string {
	switch field {
	case "container_no_or_bl_no":
		return []string{"container:number", "consignment:bl_no", "consignment:awb_no"}
	case "port":
		return []string{"consignment:port", "place:locode", "flight:to", ":urgency/physical_event/place"}
	case "eta_or_ata":
		return []string{"vessel:eta", "flight:date", ":urgency/physical_event/at"}
	case "declaration_no_or_invoice_no":
		return []string{"consignment:declaration_no"}
	case "permit_no":
		return []string{"permit:number"}
	case "issuing_authority":
		return []string{"permit:authority"}
	case "species":
		return []string{"permit:lines/taxon", "specimen:scientific_name"}
	case "quantity":
		return []string{"permit:lines/qty", "specimen:count", "specimen:mass_kg", "specimen:volume_m3"}
	case "specimen_id_or_mark":
		return []string{"specimen:mark"}
	case "consignment":
		return []string{"consignment:kind", "container:kind"}
	case "route":
		return []string{"consignment:route"}
	case "time_window":
		return []string{":urgency/physical_event/at"}
	case "legal_basis":
		return []string{":purpose/legal_basis"}
	case "seizure_date":
		return []string{"past_case:seizure_date"}
	case "place":
		return []string{"past_case:place", "place:kind"}
	case "goods":
		return []string{"specimen:kind", "drug:kind", "past_case:summary"}
	case "case_ref_or_seizure_ref":
		return []string{"past_case:partner_case_no", "past_case:our_case_no"}
	default:
		return nil
	}
}
