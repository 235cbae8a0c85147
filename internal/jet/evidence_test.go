package jet

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/evidence"
	"verigate/internal/evidence/evidencetest"
	"verigate/internal/notary"
	"verigate/internal/seal"
)

func TestEvidenceKeepsThePromise(t *testing.T) {
	t.Parallel()
	c := open(t)
	evidencetest.Run(t, func() evidence.Store { return c.Evidence() })
}

func someEvidence(number uint64, size int) evidence.Message {
	return evidence.Message{
		Header: evidence.Header{Subject: evidence.Nobody, Writer: "w", Number: number, KID: "k", Wire: 1}, Data: []byte(strings.Repeat("x", size)),
	}
}

func TestAFullEvidenceQuotaRefusesAndDropsNothing(t *testing.T) {
	t.Parallel()
	c := serverOf(t)
	c.LimitEvidence(1 << 20)
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	e := c.Evidence()
	fill := func(number uint64) uint64 {
		t.Helper()
		for ; ; number++ {
			_, err := e.Append(t.Context(), someEvidence(number, 64<<10))
			if errors.Is(err, evidence.ErrFull) {
				return number
			}
			if err != nil || number > 100 {
				t.Fatalf("message %d: %v", number, err)
			}
		}
	}
	first := fill(1)
	at, err := e.Extent(t.Context())
	if err != nil || at.Last != first-1 || at.Limit != 1<<20 || at.Bytes > at.Limit {
		t.Fatalf("full at %+v, %v", at, err)
	}
	if all, err := e.Read(t.Context(), 1, 1); err != nil || len(all) != 1 || all[0].Number != 1 {
		t.Errorf("the first is no more: %d messages, %v", len(all), err)
	}
	limit, err := e.OpenReserve(t.Context())
	if err != nil || limit != 1<<20+1<<17 {
		t.Fatalf("the reserve makes it %d, %v", limit, err)
	}
	if second := fill(first); second == first {
		t.Error("the reserve takes nothing")
	}
	if _, err := e.OpenReserve(t.Context()); !errors.Is(err, ErrReserveOpen) {
		t.Errorf("opened twice: %v", err)
	}
	c.LimitEvidence(2 << 20)
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Append(t.Context(), someEvidence(1000, 64<<10)); err != nil {
		t.Errorf("with a larger quota: %v", err)
	}
	c.LimitEvidence(1 << 20)
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if at, _ := e.Extent(t.Context()); at.Limit != 2<<20 {
		t.Errorf("a smaller quota makes it %d", at.Limit)
	}
}

func TestEvidenceThatIsLostIsNotBegunAgainByItself(t *testing.T) {
	t.Parallel()
	c := open(t)
	e := c.Evidence()
	if err := c.Keys().Put(t.Context(), []seal.Wrapped{{KID: "evidence.2021-09", Group: "root", Bytes: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	if err := c.js.DeleteStream(t.Context(), evidence.Stream); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"append": func() error { _, err := e.Append(t.Context(), someEvidence(1, 10)); return err },
		"extent": func() error { _, err := e.Extent(t.Context()); return err },
	} {
		if err := do(); !errors.Is(err, evidence.ErrLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := c.js.Stream(t.Context(), evidence.Stream); !errors.Is(err, jetstream.ErrStreamNotFound) {
		t.Errorf("it was made again: %v", err)
	}
	before := e.Source()
	other, err := c.embedded.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	if err := other.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := before.Last(t.Context()); !errors.Is(err, notary.ErrLost) {
		t.Errorf("for the ledger it is not lost: %v", err)
	}
	if err := e.Begin(t.Context(), 1, 3); err != nil {
		t.Fatal(err)
	}
	if at, err := e.Append(t.Context(), someEvidence(1, 10)); err != nil || at != 1 {
		t.Errorf("begun again, the first stands at %s: %v", strconv.FormatUint(at, 10), err)
	}
	if at, err := other.Evidence().Append(t.Context(), someEvidence(2, 10)); err != nil || at != 2 {
		t.Errorf("a gateway that has not heard of it writes at %d: %v", at, err)
	}
	if _, err := before.Read(t.Context(), 1, 10); !errors.Is(err, notary.ErrReplaced) {
		t.Errorf("the ledger of what was lost goes on with what is new: %v", err)
	}
	for name, c := range map[string]*Conn{"here": c, "there": other} {
		source := c.Evidence().Source()
		messages, err := source.Read(t.Context(), 1, 10)
		if err != nil || len(messages) != 2 || source.Name() != "EVIDENCE-3" {
			t.Errorf("%s the log %s has %d messages: %v", name, source.Name(), len(messages), err)
		}
		read, err := c.Evidence().Read(t.Context(), 1, 10)
		if err != nil || len(read) != 2 || read[0].Subject != someEvidence(1, 10).Subject {
			t.Errorf("%s %d are read: %v", name, len(read), err)
		}
	}
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Errorf("at the next start: %v", err)
	}
}

// What an intruder may write beside the sealed bytes ends no reading.
func TestEvidenceWithAHeaderThatNobodyWritesIsReadWithoutIt(t *testing.T) {
	t.Parallel()
	c := open(t)
	whole := nats.Header{headerKID: {"k"}, headerWire: {"1"}, headerWriter: {"w"}, headerNumber: {"1"}}
	for name, value := range map[string]string{"": "", headerKID: "k.*", headerWire: "one", headerNumber: "-1"} {
		m := nats.NewMsg("evidence.0.-")
		maps.Copy(m.Header, whole)
		m.Data = []byte("x")
		if name != "" {
			m.Header[name] = []string{value}
		}
		ack, err := c.js.PublishMsg(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		read, err := c.Evidence().Read(t.Context(), ack.Sequence, 1)
		if err != nil || len(read) != 1 || read[0].Sequence != ack.Sequence || string(read[0].Data) != "x" || (read[0].Header == evidence.Header{}) != (name != "") {
			t.Errorf("%s %q: %+v, %v", name, value, read, err)
		}
	}
}
