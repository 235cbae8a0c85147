package board

import (
	"net/url"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// choice is which rows are shown: codes of closed sets, and a number. Empty fields choose all.
type choice struct {
	Degree, State, Unit, Partner, Campaign, Escalated, Number, Due, Flag string
}

// chosen reads a choice from an address. What is no code of its set is left out.
func chosen(q url.Values) choice {
	return choice{
		Degree: one(q.Get("degree"), degrees()), State: one(q.Get("state"), states()), Escalated: one(q.Get("escalated"), rungs()),
		Due: one(q.Get("due"), dues()), Flag: one(q.Get("flag"), flags()),
		Unit: code(q.Get("unit")), Partner: code(q.Get("partner")), Campaign: code(q.Get("campaign")), Number: code(q.Get("number")),
	}
}

func one(given string, of []string) string {
	if slices.Contains(of, given) {
		return given
	}
	return ""
}

// code is a code of reference data, or a number: short, of letters, digits and dashes.
func code(given string) string {
	const most = 40
	for _, r := range given {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return ""
		}
	}
	if len(given) > most {
		return ""
	}
	return given
}

// pairs are the names in the address with their values.
func (c choice) pairs() []site.Choice {
	return []site.Choice{
		{Value: "due", Text: c.Due},
		{Value: "degree", Text: c.Degree},
		{Value: "state", Text: c.State},
		{Value: "flag", Text: c.Flag},
		{Value: "unit", Text: c.Unit},
		{Value: "partner", Text: c.Partner},
		{Value: "campaign", Text: c.Campaign},
		{Value: "escalated", Text: c.Escalated},
		{Value: "number", Text: c.Number},
	}
}

func (c choice) query() url.Values {
	q := url.Values{}
	for _, p := range c.pairs() {
		if p.Text != "" {
			q.Set(p.Value, p.Text)
		}
	}
	return q
}

func (c choice) params() *client.GetBoardParams {
	return &client.GetBoardParams{
		Degree: site.Optional(client.Degree(c.Degree)), State: site.Optional(client.RequestState(c.State)), Unit: site.Optional(c.Unit),
		Partner: site.Optional(c.Partner), Campaign: site.Optional(c.Campaign), Escalated: site.Optional(client.Rung(c.Escalated)),
		Number: site.Optional(c.Number), Due: site.Optional(client.Due(c.Due)), Flag: site.Optional(client.BoardFlag(c.Flag)),
	}
}

// stream is params for the stream.
func (c choice) stream(last string) *client.StreamBoardParams {
	p := c.params()
	return &client.StreamBoardParams{
		Degree: p.Degree, State: p.State, Unit: p.Unit, Partner: p.Partner, Campaign: p.Campaign, Escalated: p.Escalated,
		Number: p.Number, Due: p.Due, Flag: p.Flag, LastEventID: site.Optional(last),
	}
}

// words are what is chosen as a reader reads it; the value is the address without it.
func (c choice) words(v *site.Visit) []site.Choice {
	said := map[string]string{
		"due": v.Word("board.due", c.Due), "degree": v.Word("degree", c.Degree), "state": v.Word("state", c.State), "flag": v.Word("flag", c.Flag),
		"unit": v.Unit(c.Unit, v.Now), "partner": v.Partner(c.Partner), "campaign": c.Campaign,
		"escalated": v.T("board.escalated") + " " + v.Word("rung", c.Escalated), "number": c.Number,
	}
	var all []site.Choice
	for _, p := range c.pairs() {
		if p.Text != "" {
			all = append(all, site.Choice{Text: said[p.Value], Value: "/board" + after("?", with(c.query(), p.Value, "").Encode())})
		}
	}
	return all
}

// field is a list to choose from.
type field struct {
	Name, Label, Value string
	Choices            []site.Choice
}

func fields(v *site.Visit, c choice) []field {
	return []field{
		{"due", v.T("board.when"), c.Due, v.Choices("board.due", dues()...)},
		{"degree", v.T("board.degree"), c.Degree, v.Choices("degree", degrees()...)},
		{"state", v.T("board.state"), c.State, v.Choices("state", states()...)},
		{"flag", v.T("board.flag"), c.Flag, v.Choices("flag", flags()...)},
		{"unit", v.T("board.unit"), c.Unit, v.Units()},
		{"partner", v.T("board.partner"), c.Partner, v.Partners()},
		{"escalated", v.T("board.escalated"), c.Escalated, v.Choices("rung", rungs()...)},
	}
}

func dues() []string { return []string{string(client.DueOverdue), string(client.DueSoon)} }

func degrees() []string {
	return words(client.DegreeFlash, client.DegreeUrgent, client.DegreePriority, client.DegreeRoutine, client.DegreeLookBack, client.DegreeComplex)
}

// states are those that are open. What is on the board in another is flagged recalled, and found by that.
func states() []string {
	return words(client.RequestStateReceived, client.RequestStateTriage, client.RequestStateWithUnits, client.RequestStateClarifying,
		client.RequestStateInReview, client.RequestStateConsentPending)
}

func rungs() []string {
	return words(client.RungUnitOfficer, client.RungUnitLead, client.RungDesk, client.RungLead, client.RungHeadquarters)
}

func flags() []string {
	return words(client.BoardFlagUnrouted, client.BoardFlagSecondReviewer, client.BoardFlagRefusalProposed, client.BoardFlagClarificationProposed,
		client.BoardFlagUnconfirmed, client.BoardFlagReturned,
		client.BoardFlagSqueezed, client.BoardFlagPromiseAlreadyBroken, client.BoardFlagDelayed, client.BoardFlagCorrection,
		client.BoardFlagRecalled, client.BoardFlagStub)
}

func words[T ~string](codes ...T) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = string(c)
	}
	return all
}
