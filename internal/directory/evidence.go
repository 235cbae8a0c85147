package directory

import (
	"strconv"
	"strings"
)

// ClueKind says how a clue is to be read.
type ClueKind string

// The kinds of clues. Structured kinds can be evidence proper; ClueText, ClueVia
// and ClueSeat are hints always.
const (
	ClueLOCODE      ClueKind = "locode"
	ClueOffice      ClueKind = "office"
	ClueSubdivision ClueKind = "subdivision"
	ClueAirport     ClueKind = "airport"
	ClueNamed       ClueKind = "place_field" // a field that holds a code or a name
	ClueAddress     ClueKind = "address"     // of a place
	ClueDeclaration ClueKind = "declaration" // routes only together with an office
	ClueVia         ClueKind = "via"         // a point of transit
	ClueSeat        ClueKind = "seat"        // a company's address
	ClueText        ClueKind = "text"
)

// Clue is something in a request that may tell a place. Questions are the
// numbers of those it belongs to; none means the whole request. Group is the
// pointer of the subject that it stands in.
type Clue struct {
	Pointer   string   `json:"pointer"`
	Group     string   `json:"group,omitempty"`
	Kind      ClueKind `json:"kind"`
	Value     string   `json:"value"`
	Questions []int    `json:"questions,omitempty"`
}

// Asked is a question's number and type.
type Asked struct {
	N    int    `json:"n"`
	Code string `json:"code"`
}

// Evidence is what a request says about places. It holds parts of the body and
// must be kept as the body is.
type Evidence struct {
	Questions []Asked
	Clues     []Clue
}

// Told is the part of a request that can tell a place, out of a body that has
// passed its schema.
type Told struct {
	Event     Event
	Statement string // of the purpose
	Reasons   string // to believe that something is held
	Subjects  []map[string]any
	Questions []Question
}

// Event is the physical event that a request waits for.
type Event struct{ Type, Place string }

// Question is one that a request asks, with the ids of the subjects that it
// names.
type Question struct {
	Asked
	Text     string
	Subjects []string
}

// EvidenceFrom collects the clues of a request. A subject belongs to the
// questions that name it, and to the whole request when none does; so do the
// physical event and the statement of purpose.
func EvidenceFrom(t Told) Evidence {
	c := &collector{}
	c.event(t.Event)
	c.add(ClueText, "/purpose/statement", t.Statement)
	c.add(ClueText, "/purpose/reasons_to_believe_held", t.Reasons)
	named := map[string][]int{}
	for i, q := range t.Questions {
		c.evidence.Questions = append(c.evidence.Questions, q.Asked)
		c.questions = []int{q.N}
		c.add(ClueText, "/questions/"+strconv.Itoa(i)+"/text", q.Text)
		for _, id := range q.Subjects {
			named[id] = append(named[id], q.N)
		}
	}
	for i, s := range t.Subjects {
		id, _ := s["id"].(string)
		c.group, c.questions = "/subjects/"+strconv.Itoa(i), named[id]
		c.subject(s)
	}
	return c.evidence
}

// collector gathers clues under the group and questions set at the moment.
type collector struct {
	evidence  Evidence
	group     string
	questions []int
}

func (c *collector) add(kind ClueKind, pointer string, value any) {
	text, _ := value.(string)
	if text == "" {
		return
	}
	c.evidence.Clues = append(c.evidence.Clues,
		Clue{Pointer: pointer, Group: c.group, Kind: kind, Value: text, Questions: c.questions})
}

// event takes the place of a physical event; a court's is not the goods'.
func (c *collector) event(e Event) {
	clue := ClueNamed
	if e.Type == "court_date" {
		clue = ClueText
	}
	c.add(clue, "/urgency/physical_event/place", e.Place)
}

func (c *collector) subject(s map[string]any) {
	at := func(field string) string { return c.group + "/" + field }
	switch s["kind"] {
	case "place":
		c.place(s)
	case "consignment":
		c.add(ClueLOCODE, at("port"), s["port"])
		c.add(ClueOffice, at("office"), s["office"])
		c.add(ClueDeclaration, at("declaration_no"), s["declaration_no"])
		c.elements(ClueVia, at("route"), s["route"])
	case "flight":
		c.flight(s)
	case "company":
		c.add(ClueSeat, at("address"), s["address"])
		names, _ := s["names"].([]any)
		for i, name := range names {
			text, _ := name.(map[string]any)
			c.add(ClueText, at("names")+"/"+strconv.Itoa(i)+"/text", text["text"])
		}
	case "past_case":
		c.add(ClueNamed, at("place"), s["place"])
		c.add(ClueText, at("summary"), s["summary"])
	}
}

// place passes over places that say they are abroad.
func (c *collector) place(s map[string]any) {
	if abroad(s) {
		return
	}
	c.add(ClueLOCODE, c.group+"/locode", s["locode"])
	c.add(ClueOffice, c.group+"/office", s["office"])
	c.add(ClueSubdivision, c.group+"/subdivision", s["subdivision"])
	c.add(ClueNamed, c.group+"/name", s["name"])
	c.add(ClueAddress, c.group+"/address", s["address"])
}

// abroad goes by the country, else by the country within a code.
func abroad(place map[string]any) bool {
	for _, field := range []string{"country", "locode", "subdivision"} {
		if code, _ := place[field].(string); len(code) >= 2 {
			return !strings.EqualFold(code[:2], "VN")
		}
	}
	return false
}

// flight takes both ends: of an inland flight they then speak against each other
// and a person decides; of an international one only ours is known here.
func (c *collector) flight(s map[string]any) {
	c.add(ClueAirport, c.group+"/to", s["to"])
	c.add(ClueAirport, c.group+"/from", s["from"])
}

func (c *collector) elements(kind ClueKind, pointer string, value any) {
	list, _ := value.([]any)
	for i, element := range list {
		c.add(kind, pointer+"/"+strconv.Itoa(i), element)
	}
}
