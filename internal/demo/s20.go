package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"

	"verigate/api/client"
)

// departments is how many customs departments read a notice that goes to all.
const departments = 35

// s20 asks nothing: it is read by every department, and its last reader closes it.
func s20() Story {
	const notice matter = "S20"
	wco := partner("WCO")
	return Story{
		ID: "S20", Title: "Modus-operandi notice, no question, broadcast to all units",
		Steps: []Step{
			notice.sends(wco, "received"),
			notice.claims(desk(1), "triage"),
			notice.routes(desk(1), "distributes it to every department").proving(notice.everybodyHasIt),
			notice.everybodyReads(),
			notice.seen(desk(1), "closed").proving(notice.everybodyHasRead),
			notice.seen(wco, "closed"),
		},
	}
}

func (m matter) everybodyHasIt(_ context.Context, s *stage, r reply) (string, error) {
	view, err := as[client.StaffView](r)
	if err != nil {
		return "", err
	}
	f := s.files[m]
	for _, t := range view.Tasks {
		f.tasks[t.Unit] = t.Task
	}
	if len(f.tasks) != departments {
		return "", fmt.Errorf("%d departments have it, the story expects %d", len(f.tasks), departments)
	}
	return fmt.Sprintf("%d departments have it", departments), nil
}

// everybodyReads lets all departments accept at once: as many decisions on one request.
func (m matter) everybodyReads() Step {
	return Step{
		By: Actor{role: "every department"}, Does: "all read it at once", Want: want{code: http.StatusOK, state: "done"},
		act: func(ctx context.Context, s *stage) (reply, error) {
			f := s.files[m]
			units := slices.Sorted(maps.Keys(f.tasks))
			readers := make([]caller, len(units))
			for i, code := range units {
				var err error
				if readers[i], err = s.as(unit(code)); err != nil {
					return reply{}, err
				}
			}
			replies, failures := make([]reply, len(units)), make([]error, len(units))
			var wait sync.WaitGroup
			for i, code := range units {
				r := request{op: "acceptTask", id: f.tasks[code], key: s.run + "-" + string(m) + "-" + code, body: []byte("{}")}
				wait.Go(func() { replies[i], failures[i] = readers[i].do(ctx, r) })
			}
			wait.Wait()
			if err := errors.Join(failures...); err != nil {
				return reply{}, err
			}
			odd := slices.IndexFunc(replies, func(r reply) bool { return r.code != http.StatusOK || r.state != "done" })
			return replies[max(odd, 0)], nil
		},
	}
}

func (m matter) everybodyHasRead(_ context.Context, _ *stage, r reply) (string, error) {
	view, err := as[client.StaffView](r)
	if err != nil {
		return "", err
	}
	for _, t := range view.Tasks {
		if t.State != client.TaskStateDone {
			return "", fmt.Errorf("unit %s has not read it: %s", t.Unit, t.State)
		}
	}
	return fmt.Sprintf("%d read receipts", len(view.Tasks)), nil
}
