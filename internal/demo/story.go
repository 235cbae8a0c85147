package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Story is one sample, played from its first step to its last.
type Story struct {
	ID, Title string
	Needs     string // a story that must have been played before; empty: none
	Steps     []Step
}

// Step is one thing that somebody does, and what it must lead to.
type Step struct {
	By   Actor
	Does string // as a bystander would say it: "takes the task"
	Want want

	// told is the step of the example that it plays, where it plays one.
	told struct {
		of   matter
		call string
		nth  int
	}
	// later: only time brings it, so it is named and not played.
	later bool
	act   func(ctx context.Context, s *stage) (reply, error)
	// then proves what the answer promises; each says in a few words what was proved, or nothing.
	then []proof
}

type proof func(ctx context.Context, s *stage, r reply) (string, error)

// want is what every step is held to; what is empty is not looked at.
type want struct {
	code           int
	state, problem string
}

// matter is one request of a play, named like the example that tells it: "S05-MW". More words tell it from another
// request that the same example tells: "S05-MW from KE".
type matter string

func (m matter) example() string {
	name, _, _ := strings.Cut(string(m), " ")
	return name
}

// does is the step in which an actor makes the matter's nth call of that name, with the body that its example tells.
func (m matter) does(by Actor, call string, nth int, says string) Step {
	step := Step{
		By: by, Does: says, Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) { return s.say(ctx, m, by, call, nth) },
	}
	step.told.of, step.told.call, step.told.nth = m, call, nth
	return step
}

// writes is the step in which an actor makes a call with a body that no example tells.
func (m matter) writes(by Actor, call, says string, body func(*file) any) Step {
	return Step{
		By: by, Does: says, Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) {
			f, err := s.open(m)
			if err != nil {
				return reply{}, err
			}
			raw, err := json.Marshal(body(f))
			if err != nil {
				return reply{}, fmt.Errorf("write the body of %s: %w", call, err)
			}
			return s.send(ctx, m, by, request{op: call, body: raw, key: s.key(m, by, call, 1)})
		},
	}
}

// gives adds the state that the step must lead to.
func (s Step) gives(state string) Step {
	s.Want.state = state
	return s
}

// refused makes it a step that the rules must refuse.
func (s Step) refused(code int, problem string) Step {
	s.Want = want{code: code, problem: problem}
	s.then = nil
	return s
}

// saying tells it in other words.
func (s Step) saying(what string) Step {
	s.Does = what
	return s
}

// proving adds what must be true of the answer.
func (s Step) proving(p ...proof) Step {
	s.then = append(s.then[:len(s.then):len(s.then)], p...)
	return s
}

// onlyTime names what no play can hurry.
func onlyTime(brings string) Step { return Step{Does: brings, later: true} }

// The partner.

func (m matter) sends(by Actor, status string) Step {
	s := m.does(by, "submitRequest", 1, "sends the request").gives(status).proving(m.isKept, m.receiptHolds)
	s.Want.code = http.StatusCreated
	return s
}

// sendsAs sends the example's request with changes.
func (m matter) sendsAs(by Actor, status string, change func(body map[string]any)) Step {
	s := m.sends(by, status)
	s.act = func(ctx context.Context, st *stage) (reply, error) {
		f, err := st.open(m)
		if err != nil {
			return reply{}, err
		}
		if err := f.change(change); err != nil {
			return reply{}, err
		}
		return st.say(ctx, m, by, "submitRequest", 1)
	}
	return s
}

func (m matter) sendsAgain(by Actor, status string) Step {
	s := m.does(by, "submitRequest", 1, "sends it again under the same key").gives(status).proving(m.isTheSame)
	s.Want.code = http.StatusCreated
	return s
}

// pulls gets the answer, of which the latest version is partial or final.
func (m matter) pulls(by Actor, kind string) Step {
	return m.does(by, "listAnswers", 1, "pulls the answer").proving(m.releaseHolds(kind))
}

func (m matter) confirms(by Actor, status string) Step {
	return m.does(by, "confirmAnswer", 1, "accepts the answer").gives(status)
}

// hiddenFrom proves that the address of the matter says nothing to somebody else.
func (m matter) hiddenFrom(by Actor) Step {
	return m.reads(by, "getRequest", "opens the same address").refused(http.StatusNotFound, "not_found")
}

// seen reads the matter: staff see its state, its partner the status.
func (m matter) seen(by Actor, state string) Step {
	return m.reads(by, "getRequest", "looks at it").gives(state)
}

func (m matter) reads(by Actor, call, says string) Step {
	return Step{
		By: by, Does: says, Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) { return s.look(ctx, m, by, call) },
	}
}

// The unit; a desk person works so on the task of an outside agency.

func (m matter) accepts(by Actor) Step {
	return m.does(by, "acceptTask", 1, "finds the task in its queue and takes it").gives("accepted")
}

// answers is the unit's nth answer; task is the state of the task afterwards.
func (m matter) answers(by Actor, nth int, task string) Step {
	says := "answers every question"
	if task == "in_progress" {
		says = "gives an interim answer"
	}
	return m.does(by, "answerTask", nth, says).gives(task).proving(m.factsHaveIDs(by))
}

// The desk.

func (m matter) claims(by Actor, state string) Step {
	return m.does(by, "claimRequest", 1, "takes the request").gives(state).proving(m.holderIsKnown(by))
}

func (m matter) routes(by Actor, says string) Step {
	return m.does(by, "routeRequest", 1, says).gives("with_units")
}

func (m matter) asksAgency(by Actor, agency, state string) Step {
	return m.does(by, "askAgency", 1, "asks an outside agency ("+agency+")").gives(state)
}

func (m matter) answersAtDesk(by Actor, says string) Step {
	return m.does(by, "answerQuestions", 1, says).gives("triage")
}

func (m matter) reviews(by Actor, state string) Step {
	return m.does(by, "sendToReview", 1, "sends what is there to review").gives(state)
}

func (m matter) edits(by Actor) Step {
	return m.does(by, "putPackage", 1, "edits the answer").proving(m.hashHolds)
}

func (m matter) releases(by Actor) Step {
	return m.does(by, "releasePackage", 1, "releases these bytes by their hash")
}
