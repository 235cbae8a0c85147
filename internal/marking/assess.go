package marking

import (
	"errors"
	"strconv"
)

// ErrAboveCeiling says that the matter is a Vietnamese state secret: it is
// refused (422 `above_ceiling`), and nothing of its body is kept.
var ErrAboveCeiling = errors.New("above_ceiling")

// UnknownWordError says that a vocabulary does not have the word at Pointer. The
// word itself is not repeated.
type UnknownWordError struct {
	Pointer string
}

func (e *UnknownWordError) Error() string { return "unknown marking at " + e.Pointer }

// Subject is what the floor needs to know of a subject of the request.
type Subject struct {
	Kind      string `json:"kind"`
	Precursor bool   `json:"precursor"`
}

// Matter is what a level is assessed from. Theme is that of the request's
// campaign, empty without one. QuestionCodes are the types of its questions.
type Matter struct {
	Handling      Handling
	Subjects      []Subject
	QuestionCodes []string
	Theme         string
}

// Reason says which part of the matter demands which level. Pointer is a JSON
// pointer into the body, empty for the theme and the default. Codes are stable:
// tlp, interpol_level, vn_level, handling_code, do_not_alert, compartment_hint,
// drug_subject, controlled_delivery, campaign_theme, not_marked.
type Reason struct {
	Code    string `json:"code"`
	Pointer string `json:"pointer,omitempty"`
	Level   Level  `json:"level"`
}

// Assessment is the effective level with all that it follows from, highest or
// not, in a fixed order. Compartment is empty below L3.
type Assessment struct {
	Level       Level       `json:"level"`
	Compartment Compartment `json:"compartment,omitempty"`
	Reasons     []Reason    `json:"reasons"`
}

// Assess finds the effective level of a request and, when it is L3, the default
// compartment. The error is ErrAboveCeiling or an *UnknownWordError; the ceiling
// goes first, so that a secret with a spelling mistake beside it is still
// recognised as one.
func Assess(m Matter) (Assessment, error) {
	if level, _ := vietnameseLevel(m.Handling.VNLevel); level == L4 {
		return Assessment{}, ErrAboveCeiling
	}
	reasons, err := handlingReasons(m.Handling)
	if err != nil {
		return Assessment{}, err
	}
	if len(reasons) == 0 {
		reasons = append(reasons, Reason{Code: "not_marked", Level: L2})
	}
	reasons = append(reasons, Floors(m)...)
	a := Assessment{Reasons: reasons}
	for _, r := range reasons {
		a.Level = Join(a.Level, r.Level)
	}
	if a.Level.Sealed() {
		a.Compartment = DefaultCompartment(m)
	}
	return a, nil
}

// Of is the level of one fact or unit answer by its own handling alone, Unmarked
// when it says nothing: such a fact takes the level of its request. The error is
// as for Assess.
func Of(h Handling) (Level, error) {
	if level, _ := vietnameseLevel(h.VNLevel); level == L4 {
		return L4, ErrAboveCeiling
	}
	reasons, err := handlingReasons(h)
	if err != nil {
		return Unmarked, err
	}
	highest := Unmarked
	for _, r := range append(reasons, Floors(Matter{Handling: h})...) {
		highest = Join(highest, r.Level)
	}
	return highest, nil
}

// handlingReasons reads the partner's own words.
func handlingReasons(h Handling) ([]Reason, error) {
	type word struct {
		code, pointer, text string
		level               func(string) (Level, bool)
	}
	words := []word{
		{"tlp", "/handling/tlp", h.TLP, tlpLevel},
		{"interpol_level", "/handling/interpol_level", h.InterpolLevel, interpolLevel},
		{"vn_level", "/handling/vn_level", h.VNLevel, vietnameseLevel},
		{"handling_code", "/handling/code", h.Code, handlingLevel},
	}
	for i, code := range h.Codes {
		words = append(words, word{"handling_code", "/handling/codes/" + strconv.Itoa(i), code, handlingLevel})
	}
	var reasons []Reason
	for _, w := range words {
		level, known := w.level(w.text)
		if !known {
			return nil, &UnknownWordError{Pointer: w.pointer}
		}
		if level != Unmarked {
			reasons = append(reasons, Reason{Code: w.code, Pointer: w.pointer, Level: level})
		}
	}
	if _, _, known := hintFloor(h.CompartmentHint); !known {
		return nil, &UnknownWordError{Pointer: "/handling/compartment_hint"}
	}
	return reasons, nil
}

// Floors are what the matter itself demands, however it is marked: what nobody's consent lowers. They are among the reasons
// of Assess, in its order.
func Floors(m Matter) []Reason {
	var reasons []Reason
	if m.Handling.DoNotAlert {
		reasons = append(reasons, Reason{"do_not_alert", "/handling/do_not_alert", L3})
	}
	if level, _, _ := hintFloor(m.Handling.CompartmentHint); level != Unmarked {
		reasons = append(reasons, Reason{"compartment_hint", "/handling/compartment_hint", level})
	}
	for i, s := range m.Subjects {
		if s.Kind == "drug" {
			reasons = append(reasons, Reason{"drug_subject", "/subjects/" + strconv.Itoa(i), L3})
		}
	}
	for i, code := range m.QuestionCodes {
		if code == "CDL" { // a controlled delivery fails when one person too many knows of it
			reasons = append(reasons, Reason{"controlled_delivery", "/questions/" + strconv.Itoa(i) + "/code", L3})
		}
	}
	if level, _ := themeFloor(m.Theme); level != Unmarked {
		reasons = append(reasons, Reason{"campaign_theme", "", level})
	}
	return reasons
}

// DefaultCompartment is where the matter goes when it is, or becomes, L3 and
// nobody names another: the partner's hint, else its drugs, else the theme of
// its campaign, else general-l3. A controlled delivery or a corruption hint goes
// to general-l3 whatever the theme: fewer readers than the theme has.
func DefaultCompartment(m Matter) Compartment {
	if _, named, _ := hintFloor(m.Handling.CompartmentHint); named != "" {
		return named
	}
	if named := drugCompartment(m.Subjects); named != "" {
		return named
	}
	if _, named := themeFloor(m.Theme); named != "" {
		return named
	}
	return GeneralL3
}

// drugCompartment is precursor only when nothing but precursors is named: what
// mixes both goes to the drug officers.
func drugCompartment(subjects []Subject) Compartment {
	var named Compartment
	for _, s := range subjects {
		switch {
		case s.Kind != "drug":
		case !s.Precursor:
			return Drugs
		default:
			named = Precursor
		}
	}
	return named
}
