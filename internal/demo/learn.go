package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"verigate/api/client"
)

// What a play learns from its answers, and what it proves of them.

// isKept remembers what was created.
func (m matter) isKept(_ context.Context, s *stage, r reply) (string, error) {
	f := s.files[m]
	created, err := as[client.Created](r)
	if err != nil {
		return "", err
	}
	f.id, f.number, f.created = created.ID, created.Number, created
	return "", nil
}

// isTheSame proves that a repeat made nothing new.
func (m matter) isTheSame(_ context.Context, s *stage, r reply) (string, error) {
	again, err := as[client.Created](r)
	if err != nil {
		return "", err
	}
	if first := s.files[m].created; again.ID != first.ID || again.Receipt != first.Receipt {
		return "", errors.New("a repeat under the same key made another request, or another receipt")
	}
	return "one request, the same receipt", nil
}

// receiptHolds proves the receipt as the partner can: by the published keys and the bytes that it sent.
func (m matter) receiptHolds(_ context.Context, s *stage, _ reply) (string, error) {
	f := s.files[m]
	var claims struct {
		ID, Number string
		BodySHA256 string    `json:"body_sha256"`
		DueAt      time.Time `json:"due_at"`
	}
	if err := verify(s.keys, f.created.Receipt, receiptType, &claims); err != nil {
		return "", fmt.Errorf("the receipt: %w", err)
	}
	hash, err := hashOf(f.sent)
	if err != nil {
		return "", err
	}
	switch {
	case claims.ID != f.id, claims.Number != f.number, !claims.DueAt.Equal(f.created.DueAt):
		return "", errors.New("the receipt is for another request or promise")
	case claims.BodySHA256 != hash:
		return "", errors.New("the receipt is for other bytes than were sent")
	}
	return "receipt verified, it binds the body that was sent", nil
}

// releaseHolds proves each version as the partner can: its hash from its bytes, and that we signed that hash for it.
func (m matter) releaseHolds(kind string) proof {
	return func(_ context.Context, s *stage, r reply) (string, error) {
		page, err := as[struct {
			Items []json.RawMessage `json:"items"`
		}](r)
		if err != nil {
			return "", err
		}
		var last client.Answer
		for _, item := range page.Items {
			if last, err = s.releaseHolds(s.files[m], item); err != nil {
				return "", err
			}
		}
		if string(last.Kind) != kind {
			return "", fmt.Errorf("the latest version is %q, the story expects %q", last.Kind, kind)
		}
		return fmt.Sprintf("version %d, %s: signature verified, hash computed again", last.Version, kind), nil
	}
}

func (s *stage) releaseHolds(f *file, item json.RawMessage) (client.Answer, error) {
	var answer client.Answer
	if err := json.Unmarshal(item, &answer); err != nil {
		return answer, fmt.Errorf("read an answer: %w", err)
	}
	// What was approved is everything but what its release added.
	hash, err := hashOf(item, "release", "clock")
	if err != nil {
		return answer, err
	}
	var claims struct {
		RequestID string `json:"request_id"`
		Version   int    `json:"version"`
		Hash      string `json:"hash"`
	}
	if err := verify(s.keys, answer.Release.Signature, releaseType, &claims); err != nil {
		return answer, fmt.Errorf("the release of version %d: %w", answer.Version, err)
	}
	switch {
	case hash != answer.Release.Hash, hash != claims.Hash:
		return answer, fmt.Errorf("version %d is not the bytes that were released", answer.Version)
	case claims.RequestID != f.id, claims.Version != answer.Version:
		return answer, fmt.Errorf("version %d was signed for another request", answer.Version)
	}
	return answer, nil
}

// says proves what the latest version says to a question, by its result, and its outcome where one is given.
func (m matter) says(n int, result client.PackageResult, outcome client.Outcome) proof {
	return func(_ context.Context, _ *stage, r reply) (string, error) {
		list, err := as[client.AnswerList](r)
		if err != nil || len(list.Items) == 0 {
			return "", errors.Join(err, errors.New("there is no answer"))
		}
		latest := list.Items[len(list.Items)-1]
		i := slices.IndexFunc(latest.Questions, func(q client.AnsweredQuestion) bool { return q.N == n })
		if i < 0 {
			return "", fmt.Errorf("question %d has no answer", n)
		}
		q := latest.Questions[i]
		if q.Result != result || outcome != "" && q.Outcome != outcome {
			return "", fmt.Errorf("question %d is answered %s %s, the story expects %s %s", n, q.Result, q.Outcome, result, outcome)
		}
		if q.Outcome != "" {
			return fmt.Sprintf("question %d: %s, %s", n, q.Result, q.Outcome), nil
		}
		return fmt.Sprintf("question %d: %s", n, q.Result), nil
	}
}

// factsHaveIDs remembers the ids that the gateway gave to the facts of an answer.
func (m matter) factsHaveIDs(by Actor) proof {
	return func(_ context.Context, s *stage, r reply) (string, error) {
		task, err := as[client.Task](r)
		if err != nil || len(task.Answers) == 0 {
			return "", errors.Join(err, errors.New("the task does not show its answers"))
		}
		var ids []string
		for _, q := range task.Answers[len(task.Answers)-1].Questions {
			for _, f := range q.Facts {
				ids = append(ids, f.ID)
			}
		}
		f := s.files[m]
		f.facts[by.unit()] = append(f.facts[by.unit()], ids)
		return "", nil
	}
}

// holderIsKnown remembers the opaque id of the keeper: nobody is told it but by a claim.
func (m matter) holderIsKnown(by Actor) proof {
	return func(_ context.Context, s *stage, r reply) (string, error) {
		view, err := as[client.StaffView](r)
		if err != nil || view.Holder.Person == "" {
			return "", errors.Join(err, errors.New("nobody holds it"))
		}
		if by == keeper() {
			s.keeper = view.Holder.Person
		}
		return "", nil
	}
}

// hashHolds proves that the package's hash is that of its bytes, and remembers it.
func (m matter) hashHolds(_ context.Context, s *stage, r reply) (string, error) {
	p, err := as[client.Package](r)
	if err != nil {
		return "", err
	}
	hash, err := hashOf(p.Package)
	if err != nil {
		return "", err
	}
	if hash != p.Hash {
		return "", errors.New("the hash is not that of the package")
	}
	s.files[m].hash = hash
	return fmt.Sprintf("version %d, hash %s… computed again", p.Version, hash[:12]), nil
}

// promisedAsTold proves that the promise is as far from the receipt as in the story.
func (m matter) promisedAsTold(_ context.Context, s *stage, _ reply) (string, error) {
	f := s.files[m]
	told := f.Expect.DueAt.Sub(f.from)
	if given := f.created.DueAt.Sub(f.created.ReceivedAt); given != told {
		return "", fmt.Errorf("promised within %s, the story expects %s", given, told)
	}
	return fmt.Sprintf("promised within %s", told), nil
}

// routedTo proves which units have a task, in any order.
func (m matter) routedTo(units ...string) proof {
	return func(_ context.Context, _ *stage, r reply) (string, error) {
		view, err := as[client.StaffView](r)
		if err != nil {
			return "", err
		}
		var have []string
		for _, t := range view.Tasks {
			have = append(have, t.Unit)
		}
		slices.Sort(have)
		slices.Sort(units)
		if !slices.Equal(have, units) {
			return "", fmt.Errorf("tasks of units %v, the story expects %v", have, units)
		}
		return fmt.Sprintf("tasks of units %v", have), nil
	}
}

// sealedIn proves the level and the compartment.
func (m matter) sealedIn(compartment string) proof {
	return func(_ context.Context, _ *stage, r reply) (string, error) {
		view, err := as[client.StaffView](r)
		if err != nil {
			return "", err
		}
		if string(view.Level) != "L3" || view.Compartment != compartment {
			return "", fmt.Errorf("level %q in %q, the story expects L3 in %q", view.Level, view.Compartment, compartment)
		}
		return "L3, in the compartment " + compartment, nil
	}
}

// pointsTo proves which units the evidence names; a rule may not route among several.
func (m matter) pointsTo(units ...string) proof {
	return func(_ context.Context, _ *stage, r reply) (string, error) {
		found, err := as[client.Candidates](r)
		if err != nil {
			return "", err
		}
		for _, unit := range units {
			if !slices.ContainsFunc(found.Items, func(c client.CandidatesItem) bool { return c.Unit == unit && len(c.Reasons) > 0 }) {
				return "", fmt.Errorf("unit %s is no candidate with a reason", unit)
			}
		}
		if found.Rule.MayRoute {
			return "", errors.New("a rule may route it, the story expects a person")
		}
		return fmt.Sprintf("units %v with reasons, no rule may route", units), nil
	}
}

// notInQueueOf proves that a unit has no task of the matter.
func (m matter) notInQueueOf(by Actor) Step {
	return Step{
		By: by, Does: "looks through its whole queue", Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) {
			id, err := s.queued(ctx, s.files[m], by)
			if id != "" {
				err = errors.New("it has a task of a matter from which it is excluded")
			}
			return reply{code: http.StatusOK}, err
		},
	}
}

// contains says whether an answer has any of the texts in it.
func contains(r reply, texts ...string) bool {
	return slices.ContainsFunc(texts, func(t string) bool { return bytes.Contains(r.body, []byte(t)) })
}
