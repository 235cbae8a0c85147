package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"verigate/internal/directory"
	"verigate/internal/identifier"
	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// body is what decisions need of an accepted verification request; the rest stays in its canonical bytes.
type body struct {
	Kind         verification.RequestKind `json:"kind"`
	OwnReference string                   `json:"own_reference"`
	Campaign     string                   `json:"campaign"`
	Channel      string                   `json:"channel"`
	Language     string                   `json:"language"`
	Urgency      struct {
		Degree        verification.Degree `json:"degree"`
		PhysicalEvent *struct {
			Type  string    `json:"type"`
			At    time.Time `json:"at"`
			Place string    `json:"place"`
			Lead  string    `json:"lead"`
		} `json:"physical_event"`
		WantedBy time.Time `json:"wanted_by"`
	} `json:"urgency"`
	Purpose struct {
		Statement string `json:"statement"`
		Reasons   string `json:"reasons_to_believe_held"`
	} `json:"purpose"`
	Handling  marking.Handling `json:"handling"`
	Subjects  []map[string]any `json:"subjects"`
	Questions []question       `json:"questions"`
}

// question is one as it is asked; of its subjects it has the names.
type question struct {
	N        int      `json:"n"`
	Code     string   `json:"code"`
	Text     string   `json:"text"`
	Subjects []string `json:"subjects"`
}

// bodyOf reads a body, of a request or of what followed it, once for all that decide by it. It takes every time that
// encoding/json takes: the schema does, and such bodies are on record.
func bodyOf(form json.RawMessage) (body, error) {
	var b body
	if err := jsonv2.Unmarshal(form, &b, jsonv1.ParseTimeWithLooseRFC3339(true)); err != nil {
		return body{}, fmt.Errorf("read a body: %w", err)
	}
	return b, nil
}

// accepted is a body that may become a request.
type accepted struct {
	intake    verification.Intake
	questions []verification.Question
	evidence  directory.Evidence
}

// accept reads a body that fits its schema, in canonical form, against the reference data: marking, identifiers, types,
// campaign, degree. What the schema cannot say is refused here, all at once.
func (g *Gateway) accept(form json.RawMessage, received time.Time) (accepted, error) {
	b, err := bodyOf(form)
	if err != nil {
		return accepted{}, invalid("", "malformed")
	}
	dir := g.Directory()
	var campaign directory.Campaign
	var wrong []Violation
	if b.Campaign != "" {
		var found bool
		if campaign, found = dir.Campaign(b.Campaign); !found {
			wrong = append(wrong, Violation{Pointer: "/campaign", Code: "unknown_value"})
		}
	}
	assessed, err := assess(b.matter(campaign.Theme))
	if err != nil {
		return accepted{}, err
	}
	questions, more := b.questions(dir, b.names())
	wrong = append(wrong, more...)
	found, warnings, more := identifiers(b.Subjects)
	if wrong = append(wrong, more...); len(wrong) > 0 {
		return accepted{}, &InvalidError{Violations: wrong}
	}
	in := verification.Intake{
		Kind: b.kind(), OwnReference: b.OwnReference, Campaign: b.Campaign, Channel: b.Channel, Language: b.Language,
		Level: assessed.Level, Compartment: verification.Compartment(assessed.Compartment),
		ThirdParty: b.Handling.Code == "H3" || slices.Contains(b.Handling.Codes, "H3"), DoNotAlert: b.Handling.DoNotAlert,
		Body: form, Identifiers: found, Warnings: warnings, Theme: campaign.Theme,
		Policy: sla.PolicyVersion, Calendar: g.calendar(sla.PolicyVersion, campaign, received), ReceivedAt: received,
	}
	if in.PhysicalEvent, err = b.event(); err != nil {
		return accepted{}, err
	}
	if in.PhysicalEvent != nil && in.PhysicalEvent.At.Before(received) {
		in.Warnings = append(in.Warnings, verification.Warning{Pointer: "/urgency/physical_event/at", Code: "event_past"})
	}
	codes := codesOf(questions)
	in.Degree, in.Suggested = g.rules.Floor(in.Policy, withTheme(codes, assessed.Compartment), b.Urgency.Degree)
	g.promise(&in, codes, b.Urgency.WantedBy)
	return accepted{intake: in, questions: questions, evidence: directory.EvidenceFrom(b.told())}, nil
}

// calendar is what a round that begins at that instant is pinned to: its campaign may have switched the clock for its
// peak. A round without a campaign has the zero one, which has no peak.
func (g *Gateway) calendar(policy string, campaign directory.Campaign, at time.Time) string {
	inPeak := ""
	if campaign.InPeak(at) {
		inPeak = campaign.Clock.InPeak
	}
	return g.rules.Calendar(policy, inPeak)
}

// promise sets the due time, and warns when the partner wants it earlier.
func (g *Gateway) promise(in *verification.Intake, codes []string, wanted time.Time) {
	if in.Kind == verification.KindInformation {
		return
	}
	in.DueAt = g.rules.Promise(in.Policy, in.Calendar, in.Degree, in.ReceivedAt, in.PhysicalEvent, codes)
	if !wanted.IsZero() && wanted.Before(in.DueAt) {
		in.Warnings = append(in.Warnings, verification.Warning{Pointer: "/urgency/wanted_by", Code: "earlier_than_promise"})
	}
}

func assess(m marking.Matter) (marking.Assessment, error) {
	assessed, err := marking.Assess(m)
	var unknown *marking.UnknownWordError
	switch {
	case errors.Is(err, marking.ErrAboveCeiling):
		return assessed, invalid("/handling/vn_level", "above_ceiling")
	case errors.As(err, &unknown):
		return assessed, invalid(unknown.Pointer, "unknown_value")
	case err != nil:
		return assessed, fmt.Errorf("assess a marking: %w", err)
	}
	return assessed, nil
}

// matter is what the level is assessed from; the theme is the campaign's, which the body only names.
func (b body) matter(theme string) marking.Matter {
	m := marking.Matter{Handling: b.Handling, Theme: theme}
	for _, s := range b.Subjects {
		kind, _ := s["kind"].(string)
		precursor, _ := s["precursor"].(bool)
		m.Subjects = append(m.Subjects, marking.Subject{Kind: kind, Precursor: precursor})
	}
	for _, q := range b.Questions {
		m.QuestionCodes = append(m.QuestionCodes, q.Code)
	}
	return m
}

// told is what may tell a place.
func (b body) told() directory.Told {
	t := directory.Told{Statement: b.Purpose.Statement, Reasons: b.Purpose.Reasons, Subjects: b.Subjects}
	if e := b.Urgency.PhysicalEvent; e != nil {
		t.Event = directory.Event{Type: e.Type, Place: e.Place}
	}
	for _, q := range b.Questions {
		t.Questions = append(t.Questions, directory.Question{
			Asked: directory.Asked{N: q.N, Code: q.Code}, Text: q.Text, Subjects: q.Subjects,
		})
	}
	return t
}

func (b body) kind() verification.RequestKind {
	if b.Kind == "" {
		return verification.KindRequest
	}
	return b.Kind
}

func (b body) event() (*verification.PhysicalEvent, error) {
	e := b.Urgency.PhysicalEvent
	if e == nil {
		return nil, nil
	}
	out := &verification.PhysicalEvent{Type: e.Type, At: e.At.UTC(), Place: e.Place}
	if e.Lead != "" {
		lead, err := sla.ParseDuration(e.Lead)
		if err != nil {
			return nil, invalid("/urgency/physical_event/lead", "malformed")
		}
		out.LeadSeconds = int64(lead / time.Second)
	}
	return out, nil
}

// questions checks what ties the questions to the rest: numbers of their own, subjects among those named, types that
// ask.
func (b body) questions(dir *directory.Directory, subjects []string) ([]verification.Question, []Violation) {
	var wrong []Violation
	var out []verification.Question
	numbers := map[int]bool{}
	for i, q := range b.Questions {
		at := "/questions/" + strconv.Itoa(i)
		if numbers[q.N] {
			wrong = append(wrong, Violation{Pointer: at + "/n", Code: "not_unique"})
		}
		numbers[q.N] = true
		_, known := dir.Type(q.Code)
		switch {
		case q.Code == "OUT":
			wrong = append(wrong, Violation{Pointer: at + "/code", Code: "wrong_direction"})
		case q.Code == "MOD" || !known:
			wrong = append(wrong, Violation{Pointer: at + "/code", Code: "unknown_value"})
		}
		for j, s := range q.Subjects {
			if !slices.Contains(subjects, s) {
				wrong = append(wrong, Violation{Pointer: at + "/subjects/" + strconv.Itoa(j), Code: "unknown_subject"})
			}
		}
		out = append(out, verification.Question{Round: 1, N: q.N, Code: q.Code, Text: q.Text, Subjects: q.Subjects})
	}
	return out, wrong
}

// names are those of the subjects within their request.
func (b body) names() []string {
	names := make([]string, len(b.Subjects))
	for i, s := range b.Subjects {
		names[i] = nameOf(s)
	}
	return names
}

func nameOf(subject map[string]any) string {
	id, _ := subject["id"].(string)
	return id
}

// withTheme adds the theme that has a floor of its own: drugs, also for their precursors.
func withTheme(codes []string, c marking.Compartment) []string {
	if c == marking.Drugs || c == marking.Precursor {
		return append(slices.Clone(codes), string(marking.Drugs))
	}
	return codes
}

func codesOf(questions []verification.Question) []string {
	var codes []string
	for _, q := range questions {
		codes = append(codes, q.Code)
	}
	return codes
}

// identifiers checks every identifier of the subjects. What nobody could act on refuses; a wrong mark on goods warns
// and is kept: it may itself be the lead.
func identifiers(subjects []map[string]any) ([]verification.Identifier, []verification.Warning, []Violation) {
	found := identifier.In(subjects)
	out := slices.Grow([]verification.Identifier(nil), len(found))
	var warnings []verification.Warning
	var wrong []Violation
	for _, f := range found {
		out = append(out, verification.Identifier{
			Pointer: f.Pointer, Kind: string(f.Kind), Raw: f.Raw, Normalised: f.Normalised, Check: string(f.Status),
		})
		switch {
		case f.Refused():
			wrong = append(wrong, Violation{Pointer: f.Pointer, Code: f.Code()})
		case f.Warned():
			warnings = append(warnings, verification.Warning{Pointer: f.Pointer, Code: f.Code()})
		}
	}
	return out, warnings, wrong
}
