package httpapi

import (
	"context"

	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// call is the gateway's side of an admitted call.
func (e *edge) call(ctx context.Context) gateway.Call {
	a := admissionOf(ctx)
	return gateway.Call{By: a.by, Operation: a.op, Path: a.path, Key: a.key, Body: a.body, Match: e.match(a.tags)}
}

// do gives a command that carries everything it needs.
func (e *edge) do(ctx context.Context, id string, cmd verification.Command) (gateway.View, error) {
	return e.Gateway.Do(ctx, e.call(ctx), verification.RequestID(id), cmd)
}

// doTask is do for a task.
func (e *edge) doTask(ctx context.Context, task string, cmd verification.Command) (gateway.View, error) {
	return e.Gateway.DoTask(ctx, e.call(ctx), verification.TaskID(task), cmd)
}

// strings of a named type, from the generated type to the rules' or back.
func each[To, From ~string](in []From) []To {
	if len(in) == 0 {
		return nil
	}
	out := make([]To, len(in))
	for i, v := range in {
		out[i] = To(v)
	}
	return out
}
