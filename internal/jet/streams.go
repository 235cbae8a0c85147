package jet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/record"
)

// The streams beside those of the record.
const (
	queueStream = "QUEUE"
	keyStream   = "KEYS"
	nonceStream = "NONCES"
	// sessionStream may be lost: everybody signs in again.
	sessionStream = "SESSIONS"
	// draftStream may be lost: what is being written is written again.
	draftStream = "DRAFTS"
	// ledgerStream holds what this record has promised about itself.
	ledgerStream = "LEDGER"
	// pairingStream may be lost: screens that wait to be paired show another code.
	pairingStream = "PAIRINGS"
	// signInStream may be lost: nobody is told when they signed in last.
	signInStream = "SIGN_INS"
)

// duplicates is how long a server remembers ids of messages, which nobody here uses; it wants to be told.
const duplicates = 2 * time.Minute

// recordStream names the stream of a partition of a record of n: RECORD alone, else RECORD_0, RECORD_1 … A release that
// knows of one stream only looks for RECORD, and does not start over a record of which it would see a part.
func recordStream(partition, n int) string {
	if n == 1 {
		return record.Stream
	}
	return fmt.Sprintf("%s_%d", record.Stream, partition)
}

// BeginsRecord says whether a stream is the one without which no record goes on.
func BeginsRecord(stream string) bool {
	return stream == recordStream(0, 1) || stream == recordStream(0, record.Partitions)
}

// placeIn is the place of a message by the name of its stream.
func placeIn(stream string, sequence uint64) record.Place {
	at := record.Place{Sequence: sequence}
	for i := range record.Partitions {
		if recordStream(i, record.Partitions) == stream {
			at.Partition = i
		}
	}
	return at
}

// undivided is what a record of one partition listens to: one that was begun before there were several. It stays as it is.
const undivided = "record.>"

// recordSubjects are those of a partition of a record of n.
func recordSubjects(partition, n int) []string {
	if n == 1 {
		return []string{undivided}
	}
	return []string{fmt.Sprintf("record.%d.>", partition)}
}

// recordConfig is the stream of a partition of a record of n.
func recordConfig(partition, n, replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:     recordStream(partition, n),
		Subjects: recordSubjects(partition, n),
		// A fuse that refuses instead of dropping history; it also halves
		// the block that a cold read loads.
		MaxMsgsPerSubject: 10_000, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
		MaxMsgSize: 1 << 20,
		Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		AllowDirect: true, AllowAtomicPublish: true, Duplicates: duplicates,
	}
}

// newest is a stream that keeps the last message of each subject, each for as long as it says itself.
func newest(name string, size int32, replicas int, subjects ...string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: name, Subjects: subjects,
		MaxMsgsPerSubject: 1, Discard: jetstream.DiscardOld,
		MaxMsgSize: size,
		Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		AllowDirect: true, AllowAtomicPublish: true, AllowMsgTTL: true, Duplicates: duplicates,
	}
}

// single is a stream that refuses a second message of a subject until the time of the first is over.
func single(name string, size int32, replicas int, subjects ...string) jetstream.StreamConfig {
	config := newest(name, size, replicas, subjects...)
	config.Discard, config.DiscardNewPerSubject = jetstream.DiscardNew, true
	return config
}

// products are the streams beside the record. No stream has an age: a wrong clock at boot would empty it.
func products(replicas int) []jetstream.StreamConfig {
	return []jetstream.StreamConfig{
		{
			Name:     queueStream,
			Subjects: []string{"queue.*.*", "position.*"},
			// The newest state of each task, and nothing else.
			MaxMsgsPerSubject: 1, Discard: jetstream.DiscardOld,
			MaxMsgSize: 64 << 10,
			Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
			AllowDirect: true, AllowAtomicPublish: true, AllowMsgTTL: true, AllowRollup: true,
			Duplicates: duplicates,
		},
		{
			Name:     keyStream,
			Subjects: []string{"key.>"},
			// A key and its tombstone: both stay until the key's message is
			// overwritten on disk.
			MaxMsgsPerSubject: 16, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
			MaxMsgSize: 4 << 10,
			Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
			AllowDirect: true, AllowAtomicPublish: true, Duplicates: duplicates,
		},
		// What was used once is never dropped for something newer.
		single(nonceStream, 1<<10, replicas, "nonce.*"),
		{
			Name:     ledgerStream,
			Subjects: []string{"ledger.*"},
			// One checkpoint a minute, for good.
			MaxMsgsPerSubject: -1, Discard: jetstream.DiscardNew,
			MaxMsgSize: 16 << 10,
			Replicas:   replicas, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
			AllowDirect: true, AllowAtomicPublish: true, Duplicates: duplicates,
		},
		// The newest state of each session, or its tombstone.
		newest(sessionStream, 16<<10, replicas, "session.*", "spent.*"),
		// The newest draft of each officer for each task: a body of 256 KiB, written as JSON once more and sealed.
		newest(draftStream, 1<<20, replicas, "draft.*.*"),
		// A code is one device's.
		single(pairingStream, 1<<10, replicas, "pairing.*"),
		// The last sign-in of each person.
		newest(signInStream, 4<<10, replicas, "signin.*"),
	}
}

// EnsureStreams creates the streams of the record, QUEUE, KEYS, NONCES, LEDGER,
// SESSIONS, DRAFTS, PAIRINGS, SIGN_INS and EVIDENCE where they are missing, with 1 replica (embedded) or 3. A stream that exists
// is never changed, but that EVIDENCE is given more room: one that could drop, forget or acknowledge too early is refused by
// name. So is a record of which a partition is missing: what was in it is lost
// or not restored yet, and would not be asked for again. Evidence that is lost is not begun again by itself.
func (c *Conn) EnsureStreams(ctx context.Context, replicas int) error {
	if err := c.ensureRecord(ctx, replicas); err != nil {
		return err
	}
	for _, want := range products(replicas) {
		err := c.insist(ctx, "ensure stream "+want.Name, func(ctx context.Context, _ int) error {
			return c.ensure(ctx, want)
		})
		if err != nil {
			return err
		}
	}
	return c.ensureEvidence(ctx, replicas)
}

// FindStreams is EnsureStreams of whoever only looks: a stream that is missing is named, none is made and none made larger.
func (c *Conn) FindStreams(ctx context.Context, replicas int) error {
	c.looks = true
	defer func() { c.looks = false }()
	return c.EnsureStreams(ctx, replicas)
}

// ensureRecord finds out how many partitions the record has, or begins one with all of them. The first is made last:
// once it is there all are.
func (c *Conn) ensureRecord(ctx context.Context, replicas int) error {
	begun, n, err := c.divided(ctx)
	if err != nil {
		return err
	}
	for i := n - 1; i >= 0; i-- {
		want := recordConfig(i, n, replicas)
		err := c.insist(ctx, "ensure stream "+want.Name, func(ctx context.Context, _ int) error {
			if begun {
				return c.check(ctx, want)
			}
			return c.ensure(ctx, want)
		})
		if err != nil {
			return err
		}
	}
	c.partitions = n
	return nil
}

// divided says whether there is a record, and how many partitions it has or is to have. Of a divided one the later
// partitions are looked at first: what is written to them was written after the first partition was made, so that one
// with messages and without a first partition has lost it.
func (c *Conn) divided(ctx context.Context) (begun bool, n int, err error) {
	n = record.Partitions
	written := false
	for i := n - 1; i >= 0; i-- {
		there, last, err := c.look(ctx, recordStream(i, n))
		if err != nil {
			return false, n, err
		}
		if i == 0 && (there || written) {
			return true, n, nil
		}
		written = written || last > 0
	}
	there, _, err := c.look(ctx, recordStream(0, 1))
	if there {
		n = 1
	}
	return there, n, err
}

// look says whether there is a stream, and its last sequence.
func (c *Conn) look(ctx context.Context, name string) (there bool, last uint64, err error) {
	err = c.insist(ctx, "look for stream "+name, func(ctx context.Context, _ int) error {
		have, err := c.js.Stream(ctx, name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		there, last = true, have.CachedInfo().State.LastSeq
		return nil
	})
	return there, last, err
}

// check refuses a stream that is missing or does not fit.
func (c *Conn) check(ctx context.Context, want jetstream.StreamConfig) error {
	have, err := c.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return errors.New("is missing, and with it a part of the record: restore it from the backup")
	}
	if err != nil {
		return err
	}
	return fit(have.CachedInfo().Config, want)
}

func (c *Conn) ensure(ctx context.Context, want jetstream.StreamConfig) error {
	have, err := c.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if c.looks {
			return errors.New("is missing: the record is not begun yet, or not by this release: start a gateway first")
		}
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
		{"subjects differ", slices.Equal(have.Subjects, want.Subjects)},
		{"storage must be file", have.Storage == want.Storage},
		{"retention must be limits", have.Retention == want.Retention},
		{"must have no maximum age", have.MaxAge == 0},
		{"must have no maximum of messages", have.MaxMsgs <= 0},
		{"must have no maximum of bytes", have.MaxBytes <= 0 || want.MaxBytes > 0},
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
