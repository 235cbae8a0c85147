package jet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
)

// JetStream's error codes that mean something here (server/errors.json).
const (
	codeNoMessage     = 10037
	codeNoSequence    = 10043
	codeWrongLast     = 10071 // names the last sequence
	codeStoreFailed   = 10077 // disk full, or the fuse of messages per subject
	codeNoResources   = 10023
	codeNoStream      = 10059
	codeNotDeleted    = 10057 // the store's own error is its description
	codeWriteUnderWay = 10164 // another write of the subject is in flight
	// codeBatchCut: an atomic batch lost a message, took longer than 10 s, met a
	// leader that has not seen its beginning, or could not be staged. It is
	// answered before anything of the batch is committed, and ends the batch: the
	// next is another, under an id of its own.
	codeBatchCut = 10176
)

// errNoMessage is the leader's word that a message does not exist.
var errNoMessage = errors.New("no such message")

// apiError is a refusal by JetStream.
type apiError struct {
	Code        int    `json:"code"`
	ErrCode     int    `json:"err_code"`
	Description string `json:"description"`
}

// Error holds the server's text, which names subjects and numbers only.
func (e *apiError) Error() string { return fmt.Sprintf("jetstream %d: %s", e.ErrCode, e.Description) }

// Is makes a store that cannot take more the same as one that is away: both
// are told at once or later, and neither is the caller's fault.
func (e *apiError) Is(target error) bool {
	full := e.ErrCode == codeStoreFailed || e.ErrCode == codeNoResources
	return full && target == record.ErrUnavailable
}

// passing says whether the refusal can go away by itself within seconds.
func (e *apiError) passing() bool {
	if e.ErrCode == codeStoreFailed || e.ErrCode == codeNoResources {
		return false
	}
	return e.ErrCode == codeWriteUnderWay || e.ErrCode == codeBatchCut || e.Code >= 500 || e.Code == 429 || e.Code == 408
}

func hasCode(err error, code int) bool {
	var refused *apiError
	return errors.As(err, &refused) && refused.ErrCode == code
}

// ask sends an API request and decodes its answer into out.
func (c *Conn) ask(ctx context.Context, subject string, body, out any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
	}
	answer, err := c.request(ctx, &nats.Msg{Subject: subject, Data: data})
	if err != nil {
		return err
	}
	return decodeAnswer(answer.Data, out)
}

func decodeAnswer(data []byte, out any) error {
	var refused struct {
		Error *apiError `json:"error"`
	}
	if err := json.Unmarshal(data, &refused); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	if refused.Error != nil {
		return refused.Error
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}

// stored is one message as a stream holds it.
type stored struct {
	Subject  string
	Sequence uint64
	Time     time.Time
	Header   nats.Header
	Data     []byte
}

// getRequest asks for one message, or with Batch and over the direct API for
// several.
type getRequest struct {
	Seq     uint64 `json:"seq,omitempty"`
	LastFor string `json:"last_by_subj,omitempty"`
	NextFor string `json:"next_by_subj,omitempty"`
	Batch   int    `json:"batch,omitempty"`

	LastForAll []string `json:"multi_last,omitempty"` // 1,024 at most
}

// fromLeader reads one message from the stream's leader; errNoMessage is the
// leader's certain word. With record.ErrUnreadable comes what there is of it,
// all but its headers.
func (c *Conn) fromLeader(ctx context.Context, stream string, req getRequest) (stored, error) {
	var answer struct {
		Message struct {
			Subject  string    `json:"subject"`
			Sequence uint64    `json:"seq"`
			Header   []byte    `json:"hdrs"`
			Data     []byte    `json:"data"`
			Time     time.Time `json:"time"`
		} `json:"message"`
	}
	err := c.ask(ctx, "$JS.API.STREAM.MSG.GET."+stream, req, &answer)
	if hasCode(err, codeNoMessage) || hasCode(err, codeNoSequence) {
		return stored{}, errNoMessage
	}
	if err != nil {
		return stored{}, err
	}
	m := answer.Message
	out := stored{Subject: m.Subject, Sequence: m.Sequence, Time: m.Time, Data: m.Data}
	if len(m.Header) > 0 {
		if out.Header, err = nats.DecodeHeadersMsg(m.Header); err != nil {
			return out, record.At(placeIn(stream, m.Sequence), record.ErrUnreadable)
		}
	}
	return out, nil
}

// streamEnd is the leader's state of a stream.
type streamEnd struct {
	First uint64 `json:"first_seq"`
	Last  uint64 `json:"last_seq"`
	Count uint64 `json:"messages"`

	Written time.Time `json:"last_ts"` // when the last one was, by the store's clock; of none the zero time
}

func (c *Conn) end(ctx context.Context, stream string) (streamEnd, error) {
	var answer struct {
		State streamEnd `json:"state"`
	}
	err := c.ask(ctx, "$JS.API.STREAM.INFO."+stream, nil, &answer)
	return answer.State, err
}

// Headers that the direct API puts on what it sends.
const (
	headerStream   = "Nats-Stream"
	headerSubject  = "Nats-Subject"
	headerSequence = "Nats-Sequence"
	headerTime     = "Nats-Time-Stamp"
	headerStatus   = "Status"
	headerPending  = "Nats-Num-Pending"
	headerBefore   = "Nats-Last-Sequence"
)

// fromReplica reads several messages from any replica, oldest first, and says
// how many more match. What is missing may only be late: ask the leader. One
// whose headers cannot be read comes without them.
func (c *Conn) fromReplica(ctx context.Context, stream string, req getRequest) (got []stored, more uint64, err error) {
	inbox := c.nc.NewRespInbox()
	answers := make(chan *nats.Msg, req.Batch+1) // a status ends them. Without a channel of its own it is one for 65,536 messages
	sub, err := c.nc.ChanSubscribe(inbox, answers)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	body, err := json.Marshal(req)
	if err != nil {
		return nil, 0, fmt.Errorf("encode request: %w", err)
	}
	if err := c.nc.PublishRequest("$JS.API.DIRECT.GET."+stream, inbox, body); err != nil {
		return nil, 0, err
	}
	for {
		var m *nats.Msg
		select {
		case m = <-answers:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
		if status := m.Header.Get(headerStatus); status != "" {
			return got, pending(m), directStatus(status)
		}
		one, err := direct(stream, m)
		if errors.Is(err, errCutHeaders) && req.Seq > 0 {
			return c.behind(ctx, stream, req, got)
		}
		if err != nil {
			return nil, 0, err
		}
		got = append(got, one)
	}
}

func pending(m *nats.Msg) uint64 {
	n, err := strconv.ParseUint(m.Header.Get(headerPending), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// directStatus: 204 ends a batch, 404 is "nothing here (yet)".
func directStatus(status string) error {
	switch status {
	case "204", "404":
		return nil
	case "408", "503":
		return errAgain
	default:
		return fmt.Errorf("direct get: status %s", status)
	}
}

// errCutHeaders: the length of a message's headers is damaged, which no sum of
// the store covers. What the direct API adds behind them cannot be read.
var errCutHeaders = fmt.Errorf("a message whose headers have another length than was written: %w", record.ErrUnreadable)

// behind ends a batch at a message that does not say itself which it is: the
// leader tells what it has there, and what follows is asked for from there.
func (c *Conn) behind(ctx context.Context, stream string, req getRequest, got []stored) (all []stored, more uint64, err error) {
	from := req.Seq
	if len(got) > 0 {
		from = got[len(got)-1].Sequence + 1
	}
	one, err := c.fromLeader(ctx, stream, getRequest{Seq: from, NextFor: cmp.Or(req.NextFor, ">")})
	switch {
	case errors.Is(err, errNoMessage):
		return got, 0, nil
	case err != nil && !errors.Is(err, record.ErrUnreadable):
		return nil, 0, err
	}
	return append(got, one), 1, nil
}

func direct(stream string, m *nats.Msg) (stored, error) {
	sequence := added(m.Header, headerSequence)
	if sequence == "" {
		return stored{}, fmt.Errorf("%s has %w", stream, errCutHeaders)
	}
	seq, err := strconv.ParseUint(sequence, 10, 64)
	if err != nil {
		return stored{}, fmt.Errorf("direct get: sequence: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, added(m.Header, headerTime))
	if err != nil {
		return stored{}, record.At(placeIn(stream, seq), record.ErrUnreadable)
	}
	return stored{Subject: added(m.Header, headerSubject), Sequence: seq, Time: at, Header: m.Header, Data: m.Data}, nil
}

// added is what the direct API has put behind whatever was stored under the same name.
func added(h nats.Header, name string) string {
	values := h[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}
