package marking

import "strings"

// Handling is the part of a body that carries its marking. Field names are those
// of the contract.
type Handling struct {
	Code            string   `json:"code,omitempty"`
	Codes           []string `json:"codes,omitempty"`
	TLP             string   `json:"tlp,omitempty"`
	InterpolLevel   string   `json:"interpol_level,omitempty"`
	VNLevel         string   `json:"vn_level,omitempty"`
	DoNotAlert      bool     `json:"do_not_alert,omitempty"`
	CompartmentHint string   `json:"compartment_hint,omitempty"`
}

// level of a word of one vocabulary: Unmarked with true for a word that says
// nothing (empty or none), false for a word that the vocabulary does not have.

func tlpLevel(word string) (Level, bool) {
	switch spoken(word) {
	case "", "NONE":
		return Unmarked, true
	case "CLEAR", "WHITE":
		return L0, true
	case "GREEN":
		return L1, true
	case "AMBER", "AMBER+STRICT":
		return L2, true
	case "RED":
		return L3, true
	default:
		return Unmarked, false
	}
}

func interpolLevel(word string) (Level, bool) {
	switch spoken(word) {
	case "", "NONE":
		return Unmarked, true
	case "FOR OFFICIAL USE ONLY":
		return L1, true
	case "RESTRICTED":
		return L2, true
	case "CONFIDENTIAL":
		return L3, true
	default:
		return Unmarked, false
	}
}

// vietnameseLevel knows the words of the contract (none, mat, toi_mat,
// tuyet_mat) and those that lie below the ceiling.
func vietnameseLevel(word string) (Level, bool) {
	switch spoken(word) {
	case "", "NONE":
		return Unmarked, true
	case "KHONG MAT":
		return L0, true
	case "LUU HANH NOI BO":
		return L1, true
	case "HAN CHE", "KHONG MAT HAN CHE":
		return L2, true
	case "MAT", "TOI MAT", "TUYET MAT":
		return L4, true
	default:
		return Unmarked, false
	}
}

// handlingLevel is Europol's codes: H0 free for police use, H1 not as evidence,
// H2 not without consent, H3 other conditions, which are taken to restrict
// readers.
func handlingLevel(word string) (Level, bool) {
	switch spoken(word) {
	case "":
		return Unmarked, true
	case "H0":
		return L1, true
	case "H1", "H2":
		return L2, true
	case "H3":
		return L3, true
	default:
		return Unmarked, false
	}
}

// spoken makes "for_official_use_only" and "For official use only" one word.
func spoken(word string) string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(word, func(r rune) bool {
		return r == ' ' || r == '_' || r == '-'
	}), " "))
}
