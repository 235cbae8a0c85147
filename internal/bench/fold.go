package main

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"verigate/deploy"
	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// perCall is what one call of something in memory takes.
type perCall struct {
	took   time.Duration
	allocs float64
}

// repeated measures a call for some tenths of a second.
func repeated(do func()) perCall {
	do()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began, n := time.Now(), 0
	for ; n%64 != 0 || time.Since(began) < 400*time.Millisecond; n++ {
		do()
	}
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return perCall{took: took / time.Duration(n), allocs: float64(after.Mallocs-before.Mallocs) / float64(n)}
}

// folds measures the clocks of one request: all of them folded from its whole history, and what is due of them.
func (c *clocks) folds() error {
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		return fmt.Errorf("read the policies: %w", err)
	}
	history, last, err := lived(rules)
	if err != nil {
		return err
	}
	at := last.Add(100 * 24 * time.Hour)
	var folded sla.Clocks
	var failed error
	c.fold = repeated(func() {
		folded = nil
		for _, h := range history {
			var err error
			if folded, err = rules.Apply(folded, h.before, h.after, h.decision); err != nil {
				failed = err
			}
		}
	})
	if failed != nil {
		return fmt.Errorf("fold the clocks: %w", failed)
	}
	found := 0
	c.due = repeated(func() { found += len(folded.Due(at)) })
	if len(folded) < 5 || found == 0 {
		return errors.New("fold the clocks: nothing was measured")
	}
	return nil
}

// contributed is what a request with one answered task adds to the statistics.
func contributed() (statistics.Contribution, error) {
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		return nil, fmt.Errorf("read the policies: %w", err)
	}
	history, _, err := lived(rules)
	if err != nil {
		return nil, err
	}
	var clocks sla.Clocks
	for _, h := range history {
		if clocks, err = rules.Apply(clocks, h.before, h.after, h.decision); err != nil {
			return nil, fmt.Errorf("fold the clocks: %w", err)
		}
	}
	return statistics.Of(rules, history[len(history)-1].after, clocks), nil
}

// decided is one decision between two states.
type decided struct {
	before, after verification.Request
	decision      verification.Decision
}

// lived is the life of a request with one task until the unit has answered: seven decisions.
func lived(rules *sla.Rules) ([]decided, time.Time, error) {
	const id verification.RequestID = "0123456789abcdefghjkmnpqrs"
	task := verification.NewTaskID(id, 1)
	at := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC)
	partner := verification.Actor{Person: "p_partner", Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	unit := verification.Actor{Person: "p_officer", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
	answer := func(final bool) verification.AnswerTask {
		return verification.AnswerTask{Task: task, Final: final, Level: marking.L1, Questions: []verification.QuestionAnswer{{
			N: 1, Result: verification.Held, Facts: []verification.Fact{{ID: verification.FactID(fmt.Sprint("f", final)), Text: "f", Level: marking.L1}},
		}}}
	}
	var history []decided
	var r verification.Request
	var clocks sla.Clocks
	give := func(after time.Duration, by verification.Actor, c verification.Command) error {
		at = at.Add(after)
		stamp := verification.Stamp{At: at, By: by}
		events, err := verification.Decide(r, verification.Order{Stamp: stamp, Command: c})
		if err != nil {
			return fmt.Errorf("play a request: %T: %w", c, err)
		}
		d := decided{before: r, decision: verification.Decision{Stamp: stamp, Events: events}}
		r = r.Apply(d.decision)
		d.after = r
		if clocks, err = rules.Apply(clocks, d.before, d.after, d.decision); err != nil {
			return fmt.Errorf("play a request: %w", err)
		}
		history = append(history, d)
		return nil
	}
	sweep := func(after time.Duration) error {
		var sweep verification.Sweep
		for _, due := range clocks.Due(at.Add(after)) {
			sweep.Due = append(sweep.Due, due.Command())
		}
		return give(after, verification.System(), sweep)
	}
	err := errors.Join(
		give(0, partner, verification.Submit{
			ID: id, Questions: []verification.Question{{N: 1, Code: "CON"}},
			Route: []verification.Assignment{{Unit: "03", Questions: []int{1}}},
			Intake: verification.Intake{
				Number: "VR", Partner: "NG", Kind: verification.KindRequest, Degree: verification.Urgent, Level: marking.L1,
				Policy: sla.PolicyVersion, Calendar: rules.Current().Version(), ReceivedAt: at,
			},
		}),
		give(time.Hour, unit, verification.AcceptTask{Task: task}),
		give(time.Hour, unit, answer(false)),
		give(time.Hour, unit, verification.HoldTask{Task: task, Code: "laboratory"}),
		give(2*time.Hour, unit, verification.ResumeTask{Task: task}),
		sweep(20*time.Hour),
		give(time.Hour, unit, answer(true)),
	)
	return history, at, err
}
