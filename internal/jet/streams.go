package jet

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/record"
)

// The streams beside record.Stream.
const (
	queueStream = "QUEUE"
	keyStream   = "KEYS"
)

// streams is the table of design.md for the streams that exist so far. None
// has an age: a wrong clock at boot would empty it.
func streams(replicas int) []jetstream.StreamConfig {
	return []jetstream.StreamConfig{
		{
			Name:     record.Stream,
			Subjects: []string{"record.>"},
			// A fuse that refuses instead of dropping history; it also halves
			// the block that a cold read loads.
			MaxMsgsPerSubject: 10_000, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
			MaxMsgSize: 1 << 20,
			Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
			AllowDirect: true, AllowAtomicPublish: true, Duplicates: 2 * time.Minute,
		},
		{
			Name:     queueStream,
			Subjects: []string{"queue.*.*", "position.*"},
			// The newest state of each task, and nothing else.
			MaxMsgsPerSubject: 1, Discard: jetstream.DiscardOld,
			MaxMsgSize: 64 << 10,
			Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
			AllowDirect: true, AllowAtomicPublish: true, AllowMsgTTL: true, AllowRollup: true,
			Duplicates: 2 * time.Minute,
		},
		{
			Name:     keyStream,
			Subjects: []string{"key.>"},
			// A key and its tombstone: both stay until the key's message is
			// overwritten on disk.
			MaxMsgsPerSubject: 16, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
			MaxMsgSize: 4 << 10,
			Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
			AllowDirect: true, AllowAtomicPublish: true, Duplicates: 2 * time.Minute,
		},
	}
}

// EnsureStreams creates RECORD, QUEUE and KEYS where they are missing, with 1
// replica (embedded) or 3. A stream that exists is never changed: one that
// could drop, forget or acknowledge too early is refused by name.
func (c *Conn) EnsureStreams(ctx context.Context, replicas int) error {
	for _, want := range streams(replicas) {
		err := c.insist(ctx, "ensure stream "+want.Name, func(ctx context.Context, _ int) error {
			return c.ensure(ctx, want)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Conn) ensure(ctx context.Context, want jetstream.StreamConfig) error {
	have, err := c.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		have, err = c.js.CreateStream(ctx, want)
	}
	if err != nil {
		return err
	}
	return fit(have.CachedInfo().Config, want)
}

// fit compares what durability and the guards lean on.
func fit(have, want jetstream.StreamConfig) error {
	for _, rule := range []struct {
		name string
		ok   bool
	}{
		{"storage must be file", have.Storage == want.Storage},
		{"retention must be limits", have.Retention == want.Retention},
		{"must have no maximum age", have.MaxAge == 0},
		{"must have no maximum of messages", have.MaxMsgs <= 0},
		{"must have no maximum of bytes", have.MaxBytes <= 0},
		{"messages per subject differ", have.MaxMsgsPerSubject == want.MaxMsgsPerSubject},
		{"discard policy differs", have.Discard == want.Discard && have.DiscardNewPerSubject == want.DiscardNewPerSubject},
		{"must acknowledge", !have.NoAck},
		{"must persist before it acknowledges", have.PersistMode != jetstream.AsyncPersistMode},
		{"must allow direct reads", have.AllowDirect},
		{"must allow atomic batches", have.AllowAtomicPublish},
		{"must allow a time to live per message", have.AllowMsgTTL == want.AllowMsgTTL},
		{"has fewer replicas than asked for", have.Replicas >= want.Replicas},
		{"must not be a mirror", have.Mirror == nil && len(have.Sources) == 0},
	} {
		if !rule.ok {
			return errors.New(rule.name)
		}
	}
	return nil
}
