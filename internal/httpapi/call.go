package httpapi

import (
	"context"
	"slices"
	"strings"

	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// call is the gateway's side of an admitted call.
func (e *edge) call(ctx context.Context) gateway.Call {
	a := admissionOf(ctx)
	return gateway.Call{By: a.by, Operation: a.op, Path: a.path, Key: a.key, Body: a.body, Match: e.match(a.tags), Sheet: &a.sheet}
}

// noting is call with a remark that is kept beside what the command brings about: nothing is accepted and dropped.
func (e *edge) noting(ctx context.Context, parts ...string) gateway.Call {
	c := e.call(ctx)
	c.Note = joined(": ", parts...)
	return c
}

// joined joins what was said of several things.
func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}

// do gives a command that carries everything it needs.
func (e *edge) do(ctx context.Context, id string, cmd verification.Command) (gateway.View, error) {
	return e.Gateway.Do(ctx, e.call(ctx), verification.RequestID(id), cmd)
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
