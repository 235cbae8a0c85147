package gateway_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// play is one partner's requests in a world, as a script of numbered steps drives them. Every call has a key, so that
// the same steps give the same ids in every world.
type play struct {
	w       *gatewaytest.World
	partner verification.PartnerCode
	created []gateway.Created
	steps   int
}

func (p *play) call(by access.Caller, op access.Operation) gateway.Call {
	return gatewaytest.Keyed(by, op, fmt.Sprint(p.partner, p.steps), []byte(`{}`))
}

// do takes a step on one of the partner's requests. What is refused is refused: in every world alike.
func (p *play) do(step, which int) {
	p.steps++
	if step == 0 || len(p.created) == 0 {
		body := p.w.Example("S01", map[string]any{"own_reference": fmt.Sprint(p.partner, p.steps)})
		c, err := p.w.Gateway.Submit(p.w.Context(), gatewaytest.Keyed(gatewaytest.Partner(p.partner), access.OpSubmitRequest, fmt.Sprint(p.steps), body))
		if err != nil {
			p.w.Fatal(err)
		}
		p.created = append(p.created, c)
		return
	}
	id := p.created[which%len(p.created)].ID
	own, officer := gatewaytest.Partner(p.partner), gatewaytest.Officer("03")
	task := verification.NewTaskID(id, 1)
	g, ctx := p.w.Gateway, p.w.Context()
	command := func(by access.Caller, op access.Operation, c verification.Command) {
		_, _ = g.Do(ctx, p.call(by, op), id, c)
	}
	onTask := func(op access.Operation, c verification.Command) { _, _ = g.DoTask(ctx, p.call(officer, op), task, c) }
	switch step {
	case 1:
		onTask(access.OpAcceptTask, verification.AcceptTask{Task: task})
	case 2, 3:
		questions := []verification.QuestionAnswer{gatewaytest.Held(1, "ARRIVED", "a"), gatewaytest.Held(2, "CONFIRMED", "b"), gatewaytest.Held(3, "SEIZED", "c")}
		_, _ = g.AnswerTask(ctx, p.call(officer, access.OpAnswerTask), task, gateway.UnitAnswer{Final: step == 3, Questions: questions})
	case 4:
		_, _ = g.Prepare(ctx, p.call(gatewaytest.Editor(), access.OpPutPackage), id, gateway.Edit{Kind: verification.ReleaseFinal})
	case 5:
		if v, err := g.Get(ctx, gatewaytest.Call(gatewaytest.Reviewer(), access.OpGetRequest), id); err == nil && v.Request.Package != nil {
			_, _ = g.Release(ctx, p.call(gatewaytest.Reviewer(), access.OpReleasePackage), id, v.Request.Package.Hash)
		}
	case 6:
		_, _, _ = g.Answers(ctx, p.call(own, access.OpListAnswers), id)
	case 7:
		command(own, access.OpWithdrawRequest, verification.Withdraw{})
	case 8:
		command(gatewaytest.Editor(), access.OpSealRequest, verification.Seal{Compartment: "general-l3"})
	case 9:
		onTask(access.OpHoldTask, verification.HoldTask{Task: task, Code: "laboratory"})
	case 10:
		_, _ = g.ChangeDegree(ctx, p.call(gatewaytest.Editor(), access.OpChangeDegree), id, verification.ChangeDegree{Degree: verification.Flash, Code: "life"})
	case 11:
		_, _ = g.AskPartner(ctx, p.call(gatewaytest.Editor(), access.OpAskPartner), id, verification.AskPartner{Code: "identity", Text: "Which?"})
	case 12:
		command(own, access.OpReplyToClarification, verification.ReplyToClarification{Body: json.RawMessage(`{"text":"this"}`)})
	case 13:
		_, _ = g.Forward(ctx, p.call(officer, access.OpForwardTask), verification.ForwardTask{Task: task, Unit: "15", Code: "theirs"})
	case 15: // until the answer can be pulled
		for _, each := range []int{1, 3, 4, 5} {
			p.do(each, which)
		}
	case 14:
		command(gatewaytest.Editor(), access.OpClaimRequest, verification.Claim{})
	}
}

// seen is all that the partner can see, in one text.
func (p *play) seen() string {
	rows := p.w.Latest()
	out := []any{p.created}
	for _, c := range p.created {
		v, err := p.w.Another().Get(p.w.Context(), gatewaytest.Call(gatewaytest.Partner(p.partner), access.OpGetRequest), c.ID)
		if err != nil {
			p.w.Fatal(err)
		}
		questions := []string{}
		for _, q := range v.Request.Questions {
			questions = append(questions, v.Request.QuestionStatus(q))
		}
		out = append(out, v.Request.Status(), v.Request.Releases, questions, rows[string(c.ID)].Rows.Partner, v.Allowed())
	}
	text, err := json.Marshal(out)
	if err != nil {
		p.w.Fatal(err)
	}
	return string(text)
}

func TestWhatAPartnerSeesIsTheSameWhateverAnotherDoes(t *testing.T) {
	t.Parallel()
	d := data(t)
	rapid.Check(t, func(rt *rapid.T) {
		type move struct{ Who, Step, Which int }
		script := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) move {
			return move{rapid.IntRange(0, 1).Draw(rt, "who"), rapid.IntRange(0, 15).Draw(rt, "step"), rapid.IntRange(0, 2).Draw(rt, "which")}
		}), 1, 25).Draw(rt, "script")
		run := func(with bool) string {
			w := gatewaytest.New(t, d)
			a, b := &play{w: w, partner: "NG"}, &play{w: w, partner: "TH"}
			for _, m := range script {
				w.Clock.Move(time.Minute)
				switch {
				case m.Who == 1:
					b.do(m.Step, m.Which)
				case with:
					a.do(m.Step, m.Which)
				}
			}
			return b.seen()
		}
		if alone, among := run(false), run(true); alone != among {
			rt.Fatalf("alone %s\namong others %s", alone, among)
		}
	})
}

func TestInternalStepsMoveNothingThatAPartnerSees(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	officer := gatewaytest.Officer("03")
	call := gatewaytest.Call(officer, access.OpForwardTask)
	task := verification.NewTaskID(id, 1)
	last := w.Rows(id).Partner
	refusals := func() string {
		_, confirmed := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpConfirmAnswer), id, verification.Confirm{Release: 1})
		_, reopened := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpReopenRequest), id, verification.Reopen{})
		refused(t, confirmed, verification.WrongState)
		refused(t, reopened, verification.WrongState)
		return confirmed.Error() + ", " + reopened.Error()
	}
	told := refusals()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"acceptance", func() error {
			_, err := w.Gateway.DoTask(t.Context(), gatewaytest.Call(officer, access.OpAcceptTask), task, verification.AcceptTask{Task: task})
			return err
		}},
		{"hold", func() error {
			_, err := w.Gateway.DoTask(t.Context(), gatewaytest.Call(officer, access.OpHoldTask), task, verification.HoldTask{Task: task, Code: "laboratory"})
			return err
		}},
		{"resumption", func() error {
			_, err := w.Gateway.DoTask(t.Context(), gatewaytest.Call(officer, access.OpResumeTask), task, verification.ResumeTask{Task: task})
			return err
		}},
		{"note", func() error {
			_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpNoteRequest), id, verification.AddNote{Text: "x"})
			return err
		}},
		{"hop", func() error {
			_, err := w.Gateway.Forward(t.Context(), call, verification.ForwardTask{Task: task, Unit: "15", Code: "theirs", Questions: []int{2}})
			return err
		}},
		{"claim", func() error {
			_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpClaimRequest), id, verification.Claim{})
			return err
		}},
		{"interim answer", func() error {
			_, err := w.Gateway.AnswerTask(t.Context(), gatewaytest.Call(officer, access.OpAnswerTask), task, gateway.UnitAnswer{Questions: []verification.QuestionAnswer{gatewaytest.Held(1, "", "x")}})
			return err
		}},
		{"review", func() error {
			_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpSendToReview), id, verification.SendToReview{})
			return err
		}},
		{"package", func() error {
			_, err := w.Gateway.Prepare(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpPutPackage), id, gateway.Edit{Kind: verification.ReleasePartial})
			return err
		}},
		{"consent", func() error {
			fact := w.Latest()[string(id)].Request.Tasks[0].Answers[0].Questions[0].Facts[0].ID
			_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Reviewer(), access.OpAskConsent), id, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH"})
			return err
		}},
		{"sealing", func() error {
			_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpSealRequest), id, verification.Seal{Compartment: "general-l3"})
			return err
		}},
	} {
		w.Clock.Move(time.Minute)
		before, _ := w.Journal.Last(t.Context())
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if after, _ := w.Journal.Last(t.Context()); after == before {
			t.Errorf("%s changed nothing", step.name)
		}
		now := w.Rows(id).Partner
		if now != last {
			t.Errorf("%s moved the partner's row from %+v to %+v", step.name, last, now)
		}
		last = now
		if now := refusals(); now != told {
			t.Errorf("after %s the partner is refused with %q, before with %q", step.name, now, told)
		}
	}
}
