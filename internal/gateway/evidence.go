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
	fields  map[string]any
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
		Subjects []map[string]any `json:"subjects"`
	}
	if err := json.Unmarshal(body, &kept); err != nil {
		return nil, fmt.Errorf("read the subjects of a kept body: %w", err)
	}
	for i, fields := range kept.Subjects {
		name := nameOf(fields)
		all = slices.DeleteFunc(all, func(before subject) bool { return nameOf(before.fields) == name })
		all = append(all, subject{fields: fields, pointer: at + "/subjects/" + strconv.Itoa(i)})
	}
	return all, nil
}

// evidenceOf is what a request says about places by now: about the questions of its round, from all its subjects.
// Pointers begin where a view of the request shows what they point to.
func evidenceOf(r verification.Request) (directory.Evidence, error) {
	b, err := bodyOf(r.Body)
	if err != nil {
		return directory.Evidence{}, err
	}
	if r.Round == 1 && len(r.Replied) == 0 {
		return directory.EvidenceFrom(b.told()), nil
	}
	subjects, err := subjectsOf(r)
	if err != nil {
		return directory.Evidence{}, err
	}
	b.Subjects, b.Questions = nil, nil
	for _, s := range subjects {
		b.Subjects = append(b.Subjects, s.fields)
	}
	for _, q := range r.RoundQuestions() {
		b.Questions = append(b.Questions, question{N: q.N, Code: q.Code, Text: q.Text, Subjects: q.Subjects})
	}
	evidence := directory.EvidenceFrom(b.told())
	for i, clue := range evidence.Clues {
		evidence.Clues[i].Pointer, evidence.Clues[i].Group = shownAt(clue.Pointer, subjects), shownAt(clue.Group, subjects)
	}
	return evidence, nil
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
