package jet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/evidence"
)

const (
	evidenceSubjects = "evidence.*.*"
	// evidencePartition is the one in which all evidence lies: messages hold what has gathered, so that one log takes as
	// many calls as come. The token is there for a later division.
	evidencePartition = "0"
	evidencePrefix    = "evidence." + evidencePartition + "."
	// evidenceKeys are those of the months' keys of evidence in KEYS: once there is one, evidence has begun.
	evidenceKeys = "key.evidence.*"
)

// EvidenceQuota is how many bytes of evidence are kept where nobody says another number: some ten million messages.
const EvidenceQuota = 8 << 30

// reserve is what is held back of evidence's room, for after somebody was alarmed: an eighth beyond the quota.
const reserve = 8

// The clear header of a message of evidence, beside Vg-Kid and Vg-Wire.
const (
	headerWriter = "Vg-Writer"
	headerNumber = "Vg-Number"
)

// Evidence is evidence.Store on the stream EVIDENCE.
type Evidence struct{ c *Conn }

var _ evidence.Store = (*Evidence)(nil)

// Evidence returns the store of evidence. EnsureStreams has been called.
func (c *Conn) Evidence() *Evidence { return &Evidence{c: c} }

func evidenceConfig(replicas int, quota int64) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:     evidence.Stream,
		Subjects: []string{evidenceSubjects},
		// What there is no room for is refused, and nothing is ever dropped for it.
		MaxBytes: quota, MaxMsgsPerSubject: -1, Discard: jetstream.DiscardNew,
		MaxMsgSize: 1 << 20,
		Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		AllowDirect: true, AllowAtomicPublish: true, Duplicates: duplicates,
	}
}

// ensureEvidence makes the stream, unless it was there once: then it is lost or not restored yet, which is for Append to
// say, and for people to mend. Its room is made larger where more is asked for, and never smaller.
func (c *Conn) ensureEvidence(ctx context.Context, replicas int) error {
	want := evidenceConfig(replicas, c.quota)
	return c.insist(ctx, "ensure stream "+want.Name, func(ctx context.Context, _ int) error {
		have, err := c.js.Stream(ctx, want.Name)
		switch {
		case errors.Is(err, jetstream.ErrStreamNotFound):
			begun, err := c.evidenceBegun(ctx)
			if begun || err != nil {
				return err
			}
			return c.ensure(ctx, want)
		case err != nil:
			return err
		}
		if config := have.CachedInfo().Config; config.MaxBytes < want.MaxBytes {
			config.MaxBytes = want.MaxBytes
			return c.widen(ctx, config)
		}
		return fit(have.CachedInfo().Config, want)
	})
}

// widen gives the stream more room.
func (c *Conn) widen(ctx context.Context, config jetstream.StreamConfig) error {
	if _, err := c.js.UpdateStream(ctx, config); err != nil {
		return fmt.Errorf("may not be given %d bytes by this gateway: let whoever sets the streams up do it (nats stream edit %s --max-bytes=%d): %w",
			config.MaxBytes, evidence.Stream, config.MaxBytes, err)
	}
	return nil
}

// evidenceBegun says whether there was evidence before: its keys outlive its stream.
func (c *Conn) evidenceBegun(ctx context.Context) (bool, error) {
	_, err := c.fromLeader(ctx, keyStream, getRequest{Seq: 1, NextFor: evidenceKeys})
	if errors.Is(err, errNoMessage) {
		return false, nil
	}
	return err == nil, err
}

// ErrReserveOpen says that there is no further reserve.
var ErrReserveOpen = errors.New("the reserve is open already: make the disk and the quota larger (--evidence-quota)")

// OpenReserve lets evidence have an eighth more than its quota, for good, and returns its room in bytes.
func (e *Evidence) OpenReserve(ctx context.Context) (limit int64, err error) {
	err = e.c.insist(ctx, "open the reserve of evidence", func(ctx context.Context, _ int) error {
		have, err := e.c.js.Stream(ctx, evidence.Stream)
		if err != nil {
			return err
		}
		config := have.CachedInfo().Config
		limit = e.c.quota + e.c.quota/reserve
		if config.MaxBytes >= limit {
			return ErrReserveOpen
		}
		config.MaxBytes = limit
		return e.c.widen(ctx, config)
	})
	return limit, err
}

// Begin makes the stream where it is lost for good. What was in it does not come back.
func (e *Evidence) Begin(ctx context.Context, replicas int) error {
	return e.c.insist(ctx, "begin evidence again", func(ctx context.Context, _ int) error {
		return e.c.ensure(ctx, evidenceConfig(replicas, e.c.quota))
	})
}

// Append implements evidence.Store.
func (e *Evidence) Append(ctx context.Context, m evidence.Message) (uint64, error) {
	if m.Subject != evidence.Nobody && !token(m.Subject) {
		return 0, errors.New("append to evidence: its request makes no subject")
	}
	msg := &nats.Msg{Subject: evidencePrefix + m.Subject, Data: m.Data, Header: nats.Header{
		headerKID: {m.KID}, headerWire: {strconv.Itoa(m.Wire)},
		headerWriter: {m.Writer}, headerNumber: {strconv.FormatUint(m.Number, 10)},
	}}
	sequence, err := e.c.publish(ctx, msg)
	return sequence, e.failure(ctx, "append to evidence", err)
}

// failure sorts what a server answers.
func (e *Evidence) failure(ctx context.Context, what string, err error) error {
	var refused *apiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && refused.ErrCode == codeStoreFailed && strings.Contains(refused.Description, "maximum bytes"):
		return fmt.Errorf("%s: %w", what, evidence.ErrFull)
	case hasCode(err, codeNoStream), errors.Is(err, nats.ErrNoResponders) && e.missing(ctx):
		return fmt.Errorf("%s: %w", what, evidence.ErrLost)
	}
	return fmt.Errorf("%s: %w: %w", what, evidence.ErrUnavailable, err)
}

// missing asks whether there is no such stream: where nobody answers, a leader may only be about to be elected.
func (e *Evidence) missing(ctx context.Context) bool {
	_, err := e.c.end(ctx, evidence.Stream)
	return hasCode(err, codeNoStream)
}

// Read implements evidence.Store.
func (e *Evidence) Read(ctx context.Context, from uint64, n int) ([]evidence.Message, error) {
	page, _, err := e.c.fromReplica(ctx, evidence.Stream, getRequest{Seq: max(from, 1), NextFor: evidenceSubjects, Batch: n})
	if err != nil {
		return nil, e.failure(ctx, "read evidence", err)
	}
	out := make([]evidence.Message, len(page))
	for i, raw := range page {
		number, err1 := strconv.ParseUint(raw.Header.Get(headerNumber), 10, 64)
		form, err2 := strconv.Atoi(raw.Header.Get(headerWire))
		subject, ok := strings.CutPrefix(raw.Subject, evidencePrefix)
		if err1 != nil || err2 != nil || !ok {
			return nil, fmt.Errorf("read evidence, sequence %d: %w", raw.Sequence, evidence.ErrUnreadable)
		}
		out[i] = evidence.Message{
			Header: evidence.Header{
				Subject: subject, Writer: raw.Header.Get(headerWriter), Number: number, KID: raw.Header.Get(headerKID), Wire: form,
			},
			Sequence: raw.Sequence, Data: raw.Data,
		}
	}
	return out, nil
}

// Extent implements evidence.Store.
func (e *Evidence) Extent(ctx context.Context) (evidence.Extent, error) {
	var answer struct {
		Config struct {
			MaxBytes int64 `json:"max_bytes"`
		} `json:"config"`
		State struct {
			Last  uint64 `json:"last_seq"`
			Bytes uint64 `json:"bytes"`
		} `json:"state"`
	}
	if err := e.c.ask(ctx, "$JS.API.STREAM.INFO."+evidence.Stream, nil, &answer); err != nil {
		return evidence.Extent{}, e.failure(ctx, "look at evidence", err)
	}
	return evidence.Extent{
		Last: answer.State.Last, Bytes: answer.State.Bytes, Limit: uint64(max(answer.Config.MaxBytes, 0)),
	}, nil
}
