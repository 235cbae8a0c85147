package record

import (
	"encoding/json"
	"errors"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"verigate/internal/verification"
)

// plainForm is the version of the plain JSON form that is written.
const plainForm = 1

// plainEvent is one event in the plain form: its kind beside its data.
type plainEvent struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

// Requests is the family of verification.Decision:
//
//	{"v":1,"at":…,"by":{…},"command":…,"events":[{"kind":"submitted.v1","data":{…}},…],"kept":[{"v":1,…},…]}
type Requests struct{}

var _ Codec[verification.Decision] = Requests{}

type plainRequest struct {
	V int `json:"v"`
	verification.Stamp
	Events []plainEvent      `json:"events"`
	Kept   []json.RawMessage `json:"kept,omitempty"`
}

// Owns implements Codec.
func (Requests) Owns(kind string) bool { return kind == KindRequest }

// Head implements Codec.
func (Requests) Head(d verification.Decision) (command string, kinds []string) {
	kinds = make([]string, len(d.Events))
	for i, e := range d.Events {
		kinds[i] = e.EventKind()
	}
	return string(d.Command), kinds
}

// writtenRequest is plainRequest as it is written: one pass over all events.
type writtenRequest struct {
	V int `json:"v"`
	verification.Stamp
	Events []writtenEvent   `json:"events"`
	Kept   []writtenRequest `json:"kept,omitempty"`
}

type writtenEvent struct {
	Kind string             `json:"kind"`
	Data verification.Event `json:"data"`
}

// Encode implements Codec.
func (Requests) Encode(d verification.Decision) ([]byte, error) {
	plain, err := marshal(written(d))
	if err != nil {
		return nil, fmt.Errorf("encode a decision: %w", err)
	}
	return plain, nil
}

func written(d verification.Decision) writtenRequest {
	out := writtenRequest{V: plainForm, Stamp: d.Stamp, Events: make([]writtenEvent, len(d.Events))}
	for i, e := range d.Events {
		out.Events[i] = writtenEvent{Kind: e.EventKind(), Data: e}
	}
	for _, kept := range d.Kept {
		out.Kept = append(out.Kept, written(kept))
	}
	return out
}

// Kept implements Codec.
func (Requests) Kept(d verification.Decision) []verification.Decision { return d.Kept }

// Decode implements Codec.
func (r Requests) Decode(plain []byte) (verification.Decision, error) {
	var in plainRequest
	if err := unmarshal(plain, &in); err != nil {
		return verification.Decision{}, err
	}
	if in.V != plainForm {
		return verification.Decision{}, fmt.Errorf("plain form %d of a decision: %w", in.V, ErrUnreadable)
	}
	d := verification.Decision{Stamp: in.Stamp, Events: make([]verification.Event, len(in.Events))}
	for i, e := range in.Events {
		event, err := verification.DecodeEvent(e.Kind, e.Data)
		if err != nil {
			return verification.Decision{}, fmt.Errorf("event %d, kind %s: %w", i, e.Kind, ErrUnreadable)
		}
		d.Events[i] = event
	}
	for i, kept := range in.Kept {
		before, err := r.Decode(kept)
		if err != nil {
			return verification.Decision{}, fmt.Errorf("kept decision %d: %w", i, err)
		}
		d.Kept = append(d.Kept, before)
	}
	return d, nil
}

// marshal writes what encoding/json reads back as the same value, member by
// member in its form. Raw members are kept byte for byte: a released package's
// hash is over its exact bytes, which encoding/json would otherwise escape for
// HTML. Checking and copying an accepted body, which is most of it, takes a
// quarter of the time that it takes there.
func marshal(v any) ([]byte, error) {
	return jsonv2.Marshal(v, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), jsontext.EscapeForJS(false))
}

// unmarshal never tells content: the messages of encoding/json quote it.
func unmarshal(plain []byte, out any) error {
	err := json.Unmarshal(plain, out)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("plain form, byte %d: %w", syntax.Offset, ErrUnreadable)
	case errors.As(err, &typed):
		return fmt.Errorf("plain form, member %q at byte %d: %w", typed.Field, typed.Offset, ErrUnreadable)
	default:
		return fmt.Errorf("plain form: %w", ErrUnreadable)
	}
}
