package gatewaytest

import (
	"encoding/json"
	"fmt"
	"strings"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/verification"
	"verigate/schemas"
)

// Example is the first body of a sample's story, with some members replaced: "urgency.degree".
func (w *World) Example(sample string, set map[string]any) []byte {
	w.Helper()
	raw, err := schemas.Examples.ReadFile("examples/" + sample + ".json")
	if err != nil {
		w.Fatal(err)
	}
	var story struct {
		Steps []struct {
			Body map[string]any `json:"body"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(raw, &story); err != nil {
		w.Fatal(err)
	}
	body := story.Steps[0].Body
	for path, value := range set {
		put(body, strings.Split(path, "."), value)
	}
	out, err := json.Marshal(body)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func put(in any, path []string, value any) {
	switch at := in.(type) {
	case map[string]any:
		switch {
		case len(path) == 1 && value == nil:
			delete(at, path[0])
		case len(path) == 1:
			at[path[0]] = value
		default:
			put(at[path[0]], path[1:], value)
		}
	case []any:
		var n int
		if _, err := fmt.Sscan(path[0], &n); err != nil {
			panic(err)
		}
		if len(path) == 1 {
			at[n] = value
			return
		}
		put(at[n], path[1:], value)
	}
}

// Submit sends a body and must succeed.
func (w *World) Submit(by access.Caller, key string, body []byte) gateway.Created {
	w.Helper()
	c, err := w.Gateway.Submit(w.Context(), Keyed(by, access.OpSubmitRequest, key, body))
	if err != nil {
		w.Fatalf("submit: %v", err)
	}
	return c
}

// Do gives a command that must succeed.
func (w *World) Do(by access.Caller, op access.Operation, id verification.RequestID, cmd verification.Command) gateway.View {
	w.Helper()
	v, err := w.Gateway.Do(w.Context(), Call(by, op), id, cmd)
	if err != nil {
		w.Fatalf("%s by %s: %v", op, by.Person, err)
	}
	return v
}

// DoTask is Do on the n-th task.
func (w *World) DoTask(by access.Caller, op access.Operation, id verification.RequestID, n int, cmd func(verification.TaskID) verification.Command) gateway.View {
	w.Helper()
	task := verification.NewTaskID(id, n)
	v, err := w.Gateway.DoTask(w.Context(), Call(by, op), task, cmd(task))
	if err != nil {
		w.Fatalf("%s by %s: %v", op, by.Person, err)
	}
	return v
}

// Accept takes a task.
func Accept(t verification.TaskID) verification.Command { return verification.AcceptTask{Task: t} }

// Held is an answer with facts.
func Held(n int, outcome string, texts ...string) verification.QuestionAnswer {
	a := verification.QuestionAnswer{N: n, Result: verification.Held, Outcome: outcome, Text: "internal remark on the question"}
	for _, t := range texts {
		a.Facts = append(a.Facts, verification.Fact{Text: t, Language: "vi", Source: "A", Information: "1", Handling: json.RawMessage(`{"code":"H2"}`)})
	}
	return a
}

// Answer answers the n-th task finally and must succeed.
func (w *World) Answer(by access.Caller, id verification.RequestID, n int, final bool, questions ...verification.QuestionAnswer) gateway.View {
	w.Helper()
	v, err := w.Gateway.AnswerTask(w.Context(), Call(by, access.OpAnswerTask), verification.NewTaskID(id, n), gateway.UnitAnswer{Final: final, Questions: questions})
	if err != nil {
		w.Fatalf("answer: %v", err)
	}
	return v
}

// Answered is the story of S01 until unit 03 has answered finally.
func (w *World) Answered(key string) verification.RequestID {
	w.Helper()
	c := w.Submit(Partner("NG"), key, w.Example("S01", nil))
	w.DoTask(Officer("03"), access.OpAcceptTask, c.ID, 1, Accept)
	w.Answer(Officer("03"), c.ID, 1, true,
		Held(1, "ARRIVED", "Công-te-nơ đã dỡ tại cảng lúc 08 giờ 15."), Held(2, "CONFIRMED", "Đại diện: ông Trần Văn Mẫu."), Held(3, "SEIZED", "62 bao, 1.240 kg."))
	return c.ID
}

// Prepare makes a package and must succeed.
func (w *World) Prepare(by access.Caller, id verification.RequestID, e gateway.Edit) gateway.View {
	w.Helper()
	if e.Kind == "" {
		e.Kind = verification.ReleaseFinal
	}
	v, err := w.Gateway.Prepare(w.Context(), Call(by, access.OpPutPackage), id, e)
	if err != nil {
		w.Fatalf("prepare: %v", err)
	}
	return v
}

// Release releases the latest package and must succeed.
func (w *World) Release(by access.Caller, id verification.RequestID, hash string) gateway.View {
	w.Helper()
	v, err := w.Gateway.Release(w.Context(), Call(by, access.OpReleasePackage), id, hash)
	if err != nil {
		w.Fatalf("release: %v", err)
	}
	return v
}

// Released is the story of S01 until the answer may be pulled.
func (w *World) Released(key string) verification.RequestID {
	w.Helper()
	id := w.Answered(key)
	v := w.Prepare(Editor(), id, gateway.Edit{})
	w.Release(Reviewer(), id, v.Request.Package.Hash)
	return id
}

// Pull pulls and must succeed.
func (w *World) Pull(by access.Caller, id verification.RequestID) []gateway.Answer {
	w.Helper()
	answers, _, err := w.Gateway.Answers(w.Context(), Call(by, access.OpListAnswers), id)
	if err != nil {
		w.Fatalf("pull: %v", err)
	}
	return answers
}

// Claim makes the caller hold the request.
func (w *World) Claim(by access.Caller, id verification.RequestID) gateway.View {
	w.Helper()
	return w.Do(by, access.OpClaimRequest, id, verification.Claim{})
}
