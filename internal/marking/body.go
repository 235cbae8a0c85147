package marking

import (
	"encoding/json"
	"fmt"
)

// FromBody takes what Assess needs out of a request's body; the theme is the
// campaign's, which the body only names.
func FromBody(body json.RawMessage, theme string) (Matter, error) {
	var b struct {
		Handling  Handling  `json:"handling"`
		Subjects  []Subject `json:"subjects"`
		Questions []struct {
			Code string `json:"code"`
		} `json:"questions"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return Matter{}, fmt.Errorf("read marking: %w", err)
	}
	m := Matter{Handling: b.Handling, Subjects: b.Subjects, Theme: theme}
	for _, q := range b.Questions {
		m.QuestionCodes = append(m.QuestionCodes, q.Code)
	}
	return m, nil
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
	for _, r := range append(reasons, floors(Matter{Handling: h})...) {
		highest = Join(highest, r.Level)
	}
	return highest, nil
}
