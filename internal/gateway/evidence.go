package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"verigate/internal/directory"
	"verigate/internal/verification"
)

// subject is a subject as sent, with where a view of the request shows it.
type subject struct {
	named
	raw     json.RawMessage
	pointer string
}

// subjectsOf lists the subjects that a request has by now: its own, those of its follow-ups and those of the partner's
// replies. Of two that have one name the later stands.
func subjectsOf(r verification.Request) ([]subject, error) {
	all, err := appendSubjects(nil, "", r.Body)
	for i, f := range r.FollowUps {
		if err == nil {
			all, err = appendSubjects(all, "/follow_ups/"+strconv.Itoa(i)+"/request", f.Body)
		}
	}
	for i, c := range r.Replied {
		if err == nil {
			all, err = appendSubjects(all, "/clarifications/"+strconv.Itoa(i)+"/reply", c.Reply)
		}
	}
	return all, err
}

func appendSubjects(all []subject, at string, body json.RawMessage) ([]subject, error) {
	if len(body) == 0 {
		return all, nil
	}
	var kept struct {
		Subjects []json.RawMessage `json:"subjects"`
	}
	if err := json.Unmarshal(body, &kept); err != nil {
		return nil, fmt.Errorf("read the subjects of a kept body: %w", err)
	}
	for i, raw := range kept.Subjects {
		s := subject{raw: raw, pointer: at + "/subjects/" + strconv.Itoa(i)}
		if err := json.Unmarshal(raw, &s.named); err != nil {
			return nil, fmt.Errorf("read a kept subject: %w", err)
		}
		all = slices.DeleteFunc(all, func(before subject) bool { return before.ID == s.ID })
		all = append(all, s)
	}
	return all, nil
}

// evidenceOf is what a request says about places by now: about the questions of its round, from all its subjects.
// Pointers begin where a view of the request shows what they point to.
func evidenceOf(r verification.Request) (directory.Evidence, error) {
	if r.Round == 1 && len(r.Replied) == 0 {
		return directory.EvidenceFrom(r.Body)
	}
	subjects, err := subjectsOf(r)
	if err != nil {
		return directory.Evidence{}, err
	}
	merged := map[string]json.RawMessage{}
	if err := json.Unmarshal(r.Body, &merged); err != nil {
		return directory.Evidence{}, fmt.Errorf("read a kept request: %w", err)
	}
	raw := make([]json.RawMessage, len(subjects))
	for i, s := range subjects {
		raw[i] = s.raw
	}
	for member, value := range map[string]any{"subjects": raw, "questions": r.RoundQuestions()} {
		if merged[member], err = json.Marshal(value); err != nil {
			return directory.Evidence{}, fmt.Errorf("write the %s of a round: %w", member, err)
		}
	}
	form, err := json.Marshal(merged)
	if err != nil {
		return directory.Evidence{}, fmt.Errorf("write the evidence of a round: %w", err)
	}
	evidence, err := directory.EvidenceFrom(form)
	for i, clue := range evidence.Clues {
		evidence.Clues[i].Pointer, evidence.Clues[i].Group = shownAt(clue.Pointer, subjects), shownAt(clue.Group, subjects)
	}
	return evidence, err
}

// shownAt moves a pointer into the merged subjects to where the subject is shown.
func shownAt(pointer string, subjects []subject) string {
	rest, ok := strings.CutPrefix(pointer, "/subjects/")
	if !ok {
		return pointer
	}
	number, field, deeper := strings.Cut(rest, "/")
	i, err := strconv.Atoi(number)
	if err != nil || i >= len(subjects) {
		return pointer
	}
	if deeper {
		field = "/" + field
	}
	return subjects[i].pointer + field
}
