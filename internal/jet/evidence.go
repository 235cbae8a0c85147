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
	// evidenceSubjects are those of the first beginning: evidence.0.<request>. Evidence that was lost and begun again for the
	// n-th time listens to evidence.<n>.* alone, so that nothing is written to it, and no ledger goes on with it, as if it
	// were what was lost.
	evidenceSubjects = "evidence.*.*"
	evidencePrefix   = "evidence."
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

func evidenceConfig(replicas int, quota, beginning int64) jetstream.StreamConfig {
	subjects := evidenceSubjects
	if beginning > 0 {
		subjects = evidencePrefix + strconv.FormatInt(beginning, 10) + ".*"
	}
	return jetstream.StreamConfig{
		Name:     evidence.Stream,
		Subjects: []string{subjects},
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
	return c.insist(ctx, "ensure stream "+evidence.Stream, func(ctx context.Context, _ int) error {
		want := evidenceConfig(replicas, c.quota, 0)
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
		config := have.CachedInfo().Config
		beginning, err := beginningOf(config.Subjects)
		if err != nil {
			return err
		}
		c.beginning.Store(beginning)
		if config.MaxBytes < want.MaxBytes && !c.looks {
			config.MaxBytes = want.MaxBytes
			return c.widen(ctx, config)
		}
		return fit(config, evidenceConfig(replicas, c.quota, beginning))
	})
}

// beginningOf says how often evidence was begun again, by what its stream listens to.
func beginningOf(subjects []string) (int64, error) {
	if len(subjects) == 1 && subjects[0] == evidenceSubjects {
		return 0, nil
	}
	if len(subjects) == 1 {
		token := strings.TrimSuffix(strings.TrimPrefix(subjects[0], evidencePrefix), ".*")
		if n, err := strconv.ParseInt(token, 10, 64); err == nil && n > 0 {
			return n, nil
		}
	}
	return 0, fmt.Errorf("stream %s listens to what no evidence is written to", evidence.Stream)
}

// EvidenceLog is the name of the ledger's log of a beginning of evidence.
func EvidenceLog(beginning int64) string {
	if beginning == 0 {
		return evidence.Stream
	}
	return evidence.Stream + "-" + strconv.FormatInt(beginning, 10)
}

// evidenceBeginning is that of a log by its name.
func evidenceBeginning(log string) (int64, bool) {
	if log == evidence.Stream {
		return 0, true
	}
	token, ok := strings.CutPrefix(log, evidence.Stream+"-")
	n, err := strconv.ParseInt(token, 10, 64)
	return n, ok && err == nil && n > 0
}

// Beginning is how often this evidence was begun again, as far as this gateway knows.
func (e *Evidence) Beginning() int64 { return e.c.beginning.Load() }

// Source reads evidence for the ledger, as it has begun when this is called.
func (e *Evidence) Source() *Source {
	n := e.Beginning()
	s := e.c.Source(evidence.Stream)
	s.log = EvidenceLog(n)
	s.lasts = func(m stored) bool {
		return e.c.beginning.Load() == n && (m.Subject == "" || strings.HasPrefix(m.Subject, evidencePrefix+strconv.FormatInt(n, 10)+"."))
	}
	return s
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

// Begin makes the stream where it is lost for good, for the n-th time after the first. What was in it does not come back.
func (e *Evidence) Begin(ctx context.Context, replicas int, n int64) error {
	want := evidenceConfig(replicas, e.c.quota, n)
	err := e.c.insist(ctx, "begin evidence again", func(ctx context.Context, _ int) error {
		return e.c.ensure(ctx, want)
	})
	if err == nil {
		e.c.beginning.Store(n)
	}
	return err
}

// Append implements evidence.Store.
func (e *Evidence) Append(ctx context.Context, m evidence.Message) (uint64, error) {
	if m.Subject != evidence.Nobody && !token(m.Subject) {
		return 0, errors.New("append to evidence: its request makes no subject")
	}
	was := e.Beginning()
	sequence, err := e.append(ctx, m)
	if errors.Is(err, nats.ErrNoResponders) && e.begun(ctx) != was { // by another gateway: it listens to other subjects
		sequence, err = e.append(ctx, m)
	}
	return sequence, e.failure(ctx, "append to evidence", err)
}

func (e *Evidence) append(ctx context.Context, m evidence.Message) (uint64, error) {
	subject := evidencePrefix + strconv.FormatInt(e.Beginning(), 10) + "." + m.Subject
	return e.c.publish(ctx, &nats.Msg{Subject: subject, Data: m.Data, Header: nats.Header{
		headerKID: {m.KID}, headerWire: {strconv.Itoa(m.Wire)},
		headerWriter: {m.Writer}, headerNumber: {strconv.FormatUint(m.Number, 10)},
	}})
}

// begun asks which beginning there is now, and stays with what is known when that is not said.
func (e *Evidence) begun(ctx context.Context) int64 {
	var answer struct {
		Config struct {
			Subjects []string `json:"subjects"`
		} `json:"config"`
	}
	if err := e.c.ask(ctx, "$JS.API.STREAM.INFO."+evidence.Stream, nil, &answer); err == nil {
		if n, err := beginningOf(answer.Config.Subjects); err == nil {
			e.c.beginning.Store(n)
		}
	}
	return e.Beginning()
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
		out[i] = evidence.Message{Header: evidenceHeader(raw), Sequence: raw.Sequence, Data: raw.Data}
	}
	return out, nil
}

// evidenceHeader is the clear header of a message; zero: it has no form that is written here.
func evidenceHeader(raw stored) evidence.Header {
	number, err1 := strconv.ParseUint(raw.Header.Get(headerNumber), 10, 64)
	form, err2 := strconv.Atoi(raw.Header.Get(headerWire))
	tokens, kid := strings.Split(raw.Subject, "."), raw.Header.Get(headerKID)
	if err1 != nil || err2 != nil || len(tokens) != 3 || !keyName(kid) {
		return evidence.Header{}
	}
	return evidence.Header{Subject: tokens[2], Writer: raw.Header.Get(headerWriter), Number: number, KID: kid, Wire: form}
}

// keyName says whether a name can be that of a key.
func keyName(kid string) bool {
	return kid != "" && len(kid) <= 64 && strings.Trim(kid, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
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
