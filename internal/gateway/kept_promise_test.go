package gateway_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// asksAndIsTold lets the partner take its time over a question of the desk.
func asksAndIsTold(t *testing.T, w *gatewaytest.World, id verification.RequestID, after time.Duration) {
	t.Helper()
	ask := verification.AskPartner{Code: "identity", Text: "Which?"}
	_, err := w.Gateway.AskPartner(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpAskPartner), id, ask)
	want(t, err, nil)
	w.Clock.Move(after)
	w.Do(gatewaytest.Partner("NG"), access.OpReplyToClarification, id, verification.ReplyToClarification{Body: []byte(`{"text":"this"}`)})
}

func answeredOf(r board.Rows) []board.Milestone {
	var out []board.Milestone
	for _, m := range r.Milestones {
		if m.Kind == board.MilestoneAnswered {
			out = append(out, m)
		}
	}
	return out
}

// The partner took 20 hours over a question: its own page says until when it is promised since, and so does the answer.
func TestAPromiseThatWaitedForItsPartnerIsKept(t *testing.T) {
	t.Parallel()
	w := running(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	moved := c.DueAt.Add(20 * time.Hour)
	asksAndIsTold(t, w, c.ID, 20*time.Hour)
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
	w.Clock.Set(c.DueAt.Add(2 * time.Hour))
	w.Answer(gatewaytest.Officer("03"), c.ID, 1, true,
		gatewaytest.Held(1, "ARRIVED", "Đã dỡ."), gatewaytest.Held(2, "CONFIRMED", "Có."), gatewaytest.Held(3, "SEIZED", "62 bao."))
	v := w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{})
	v = w.Release(gatewaytest.Reviewer(), c.ID, v.Request.Package.Hash)
	if due := board.PartnerDue(v.Request, v.Clocks); !due.Equal(moved) {
		t.Fatalf("the partner's page says %s, not %s", due, moved)
	}
	kept := gateway.Promised{Until: moved.UTC(), AnsweredAt: w.Clock.Now(), Met: true}
	said := func() (all []gateway.Promised) {
		for _, a := range w.Pull(gatewaytest.Partner("NG"), c.ID) {
			all = append(all, a.Clock)
		}
		return all
	}
	if diff := cmp.Diff([]gateway.Promised{kept}, said()); diff != "" {
		t.Errorf("the answer says (-want +got):\n%s", diff)
	}
	w.Settle()
	if got := answeredOf(w.Rows(c.ID)); len(got) != 1 || !got[0].InTime() || !got[0].PromisedAt.Equal(moved) {
		t.Errorf("a briefing is told %+v", got)
	}

	w.Clock.Move(48 * time.Hour)
	w.Do(gatewaytest.Editor(), access.OpCorrectAnswer, c.ID, verification.Correct{Code: "wrong_date"})
	v = w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{})
	w.Release(gatewaytest.Reviewer(), c.ID, v.Request.Package.Hash)
	if diff := cmp.Diff([]gateway.Promised{kept, kept}, said()); diff != "" {
		t.Errorf("the answer and its correction say (-want +got):\n%s", diff)
	}
	_, err := w.Gateway.Recall(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpRecallVersion), c.ID, 2, "wrong_subject", "")
	want(t, err, nil)
	if diff := cmp.Diff([]gateway.Promised{kept, kept, {}}, said()); diff != "" {
		t.Errorf("with the recall (-want +got):\n%s", diff)
	}
	if cold, _, err := w.Another().Answers(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListAnswers), c.ID); err != nil || !cmp.Equal(cold[0].Clock, kept) {
		t.Errorf("from the record: %+v, %v", cold, err)
	}
}

// A refusal and the right channel end the promise as an answer does.
func TestALetterIsInTimeByThePromiseThatWaited(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(w *gatewaytest.World, id verification.RequestID) error{
		"not ours": func(w *gatewaytest.World, id verification.RequestID) error {
			_, err := w.Gateway.NotCompetent(w.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpDeclareNotCompetent), id, "police", "")
			return err
		},
		"refused": func(w *gatewaytest.World, id verification.RequestID) error {
			v, err := w.Gateway.ProposeRefusal(w.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpProposeRefusal), id, "no_legal_basis", "")
			if err != nil {
				return err
			}
			_, err = w.Gateway.ApproveRefusal(w.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpApproveRefusal), id, v.Request.Refusal.Hash)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := still(t)
			c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"handling.tlp": "RED"})) // no rule routes it
			w.Claim(gatewaytest.Editor(), c.ID)
			asksAndIsTold(t, w, c.ID, 20*time.Hour)
			w.Clock.Set(c.DueAt.Add(2 * time.Hour))
			want(t, send(w, c.ID), nil)
			kept := gateway.Promised{Until: c.DueAt.Add(20 * time.Hour).UTC(), AnsweredAt: w.Clock.Now(), Met: true}
			if got := w.Pull(gatewaytest.Partner("NG"), c.ID); len(got) != 1 || !cmp.Equal(got[0].Clock, kept) {
				t.Errorf("the letter says %+v, not %+v", got[0].Clock, kept)
			}
		})
	}
}
