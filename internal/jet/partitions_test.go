package jet

import (
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

// begunUndivided is a connection to a record that was begun when records had one partition.
func begunUndivided(t *testing.T) *Conn {
	t.Helper()
	c := serverOf(t)
	if _, err := c.js.CreateStream(t.Context(), recordConfig(0, 1, 1)); err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestARecordThatWasBegunUndividedStaysSo(t *testing.T) {
	t.Parallel()
	recordtest.Run(t, func(t *testing.T) recordtest.Rig {
		c := begunUndivided(t)
		return recordtest.Rig{Journal: c.Journal(), LoseAcks: lossy(c), Remove: remove(t, c)}
	})
	c := begunUndivided(t)
	for _, id := range []string{"r1", "r2", "r3", "r4"} {
		recordtest.Fill(t, c.Journal(), id, 1)
	}
	if last, err := c.Journal().Last(t.Context()); err != nil || last != (record.Position{4}) {
		t.Errorf("it ends at %v, %v", last, err)
	}
	if _, err := c.js.Stream(t.Context(), recordStream(1, record.Partitions)); err == nil {
		t.Error("it was divided")
	}
}

func TestANewRecordIsSpreadOverItsPartitions(t *testing.T) {
	t.Parallel()
	c := open(t)
	for _, id := range []string{"r1", "r2", "r3", "r4"} {
		recordtest.Fill(t, c.Journal(), id, 1)
	}
	if last, err := c.Journal().Last(t.Context()); err != nil || last != (record.Position{2, 2}) {
		t.Errorf("it ends at %v, %v", last, err)
	}
}

// A stream that is made anew in the place of a lost one would hide the loss for good.
func TestARecordThatLacksAPartitionIsRefused(t *testing.T) {
	t.Parallel()
	for i := range record.Partitions {
		c, name := open(t), recordStream(i, record.Partitions)
		for _, id := range []string{"r1", "r2"} { // one in each
			recordtest.Fill(t, c.Journal(), id, 1)
		}
		if err := c.js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		err := c.EnsureStreams(t.Context(), 1)
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "is missing") {
			t.Errorf("without %s: refused with %v", name, err)
		}
		if _, err := c.js.Stream(t.Context(), name); err == nil {
			t.Errorf("%s was made anew", name)
		}
	}
}

// A release of before there were partitions makes RECORD where it does not find it, and must not find room for it.
func TestAReleaseThatKnowsOneStreamDoesNotStartOverADividedRecord(t *testing.T) {
	t.Parallel()
	c := open(t)
	if _, err := c.js.Stream(t.Context(), record.Stream); !errors.Is(err, jetstream.ErrStreamNotFound) {
		t.Fatalf("it finds RECORD: %v", err)
	}
	if _, err := c.js.CreateStream(t.Context(), recordConfig(0, 1, 1)); err == nil {
		t.Fatal("it made RECORD beside the partitions")
	}
}

// Of a start that was cut off before the first partition there is no record yet.
func TestABeginningThatWasCutOffIsFinished(t *testing.T) {
	t.Parallel()
	c := serverOf(t)
	if _, err := c.js.CreateStream(t.Context(), recordConfig(record.Partitions-1, record.Partitions, 1)); err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	recordtest.Fill(t, c.Journal(), "r1", 2)
}

func TestAMessageInAnotherPartitionThanItsOwnIsUnreadable(t *testing.T) {
	t.Parallel()
	c := open(t)
	own := record.Request("r1").In(record.Partitions)
	other := (own + 1) % record.Partitions
	m := recordtest.Message("r1", 0)
	if _, err := c.publish(t.Context(), encode(m, m.Name(other))); err != nil {
		t.Fatal(err)
	}
	var broken *record.SequenceError
	err := c.Journal().Replay(t.Context(), record.Position{}, func(record.Sealed) error { return errors.New("it was told") })
	if !errors.As(err, &broken) || broken.Place != (record.Place{Partition: other, Sequence: 1}) || !errors.Is(err, record.ErrUnreadable) {
		t.Errorf("the replay ended with %v", err)
	}
}

// Of what cannot be read, whose it is can be told by its subject alone: nothing else of it is believed.
func TestWhatCannotBeReadIsToldWithItsSubject(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]nats.Header{
		"no header": {}, "no wire form": {headerVersion: {"0"}}, "a version that is none": {headerVersion: {"x"}, headerWire: {"1"}},
	} {
		for _, of := range []record.Subject{record.Request("r1"), {Kind: record.KindPrincipal, ID: "p_1"}} {
			c := open(t)
			at := record.Place{Partition: of.In(record.Partitions), Sequence: 1}
			if _, err := c.publish(t.Context(), &nats.Msg{Subject: of.Name(at.Partition), Header: header, Data: []byte("hello")}); err != nil {
				t.Fatal(err)
			}
			var broken *record.SequenceError
			err := c.Journal().Replay(t.Context(), record.Position{}, func(record.Sealed) error { return errors.New("it was told") })
			if !errors.As(err, &broken) || broken.Place != at || broken.Of != of || !errors.Is(err, record.ErrUnreadable) {
				t.Errorf("%s: the replay ended with %v, of %+v", name, err, broken)
			}
		}
	}
}

// What stands on a subject of no partition is told with its stream's place.
func TestASubjectOfNoPartitionIsUnreadable(t *testing.T) {
	t.Parallel()
	c := begunUndivided(t)
	if _, err := c.publish(t.Context(), &nats.Msg{Subject: "record.9.request.r1", Header: nats.Header{}}); err != nil {
		t.Fatal(err)
	}
	var broken *record.SequenceError
	err := c.Journal().Replay(t.Context(), record.Position{}, func(record.Sealed) error { return nil })
	if !errors.As(err, &broken) || broken.Place != (record.Place{Sequence: 1}) || !errors.Is(err, record.ErrUnreadable) {
		t.Errorf("the replay ended with %v", err)
	}
}
