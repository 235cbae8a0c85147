package marking

// Compartment is the key of a default compartment.
type Compartment string

// The default compartments; every sealed matter that the desk has not put
// elsewhere is in exactly one of them.
const (
	Drugs      Compartment = "drugs"
	Precursor  Compartment = "precursor"
	WildlifeL3 Compartment = "wildlife-l3"
	GeneralL3  Compartment = "general-l3"
)

// Defaults lists the default compartments; each needs keepers on duty.
func Defaults() []Compartment { return []Compartment{Drugs, Precursor, WildlifeL3, GeneralL3} }

// hintFloor is the level that a hint alone demands and the compartment that it
// names; false for a word that is no hint.
func hintFloor(hint string) (Level, Compartment, bool) {
	switch hint {
	case "", "none":
		return Unmarked, "", true
	case "drugs":
		return L3, Drugs, true
	case "precursor":
		return L3, Precursor, true
	case "controlled_delivery", "corruption":
		return L3, GeneralL3, true
	default:
		return Unmarked, "", false
	}
}

// themeFloor is the same for the theme of a campaign. Wildlife has a compartment
// but no floor. An unknown theme has neither: campaigns are named by the desk.
func themeFloor(theme string) (Level, Compartment) {
	switch theme {
	case "drugs":
		return L3, Drugs
	case "precursor", "precursors":
		return L3, Precursor
	case "wildlife":
		return Unmarked, WildlifeL3
	default:
		return Unmarked, ""
	}
}
