package notary_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"verigate/internal/evidence"
	"verigate/internal/jet"
	"verigate/internal/notary"
	"verigate/internal/record"
)

func subjectsOf(id string) map[string]string {
	all := map[string]string{}
	for i := range record.Partitions {
		all[fmt.Sprintf("RECORD_%d", i)] = record.Request(id).Name(i)
	}
	return all
}

func named(found []notary.Difference, stream string, sequence uint64) bool {
	for _, d := range found {
		if d.Stream == stream && d.From <= sequence && sequence <= d.To {
			return true
		}
	}
	return false
}

func TestAMessageThatWasDeletedIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(600)
	g := w.gateway("gateway")
	g.sign()
	s, err := w.raw.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SecureDeleteMsg(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteMsg(t.Context(), 299); err != nil {
		t.Fatal(err)
	}
	want := "[RECORD_0 sequence 20: missing or unreadable RECORD_0 sequence 299: missing or unreadable]"
	if got := fmt.Sprint(g.verify()); got != want {
		t.Errorf("while it runs: %s", got)
	}
	g.stop()
	if b := w.gateway("gateway").broken(stream); b.Sequence != 299 {
		t.Errorf("at the start: %v", b)
	}
}

func TestAStreamThatWasCutOffIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(600)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	w.stop()
	messages := w.files(stream)
	last := messages[len(messages)-40]
	if err := os.Truncate(last.file, last.at); err != nil {
		t.Fatal(err)
	}
	w.start()
	g = w.gateway("gateway")
	if b := g.broken(stream); b.Sequence != 261 {
		t.Errorf("at the start: %v", b)
	}
	if found := g.verify(); !named(found, stream, 261) || !named(found, stream, 300) || named(found, stream, 260) {
		t.Errorf("differences: %v", found)
	}
}

// Two messages are swapped by writing the stream anew from its messages, as somebody with all rights can.
func TestMessagesThatWereSwappedAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(600)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	s, err := w.raw.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	config := s.CachedInfo().Config
	var messages []*nats.Msg
	for i := range 300 {
		m, err := s.GetMsg(t.Context(), uint64(i)+1)
		if err != nil {
			t.Fatal(err)
		}
		m.Header.Del("Nats-Expected-Last-Subject-Sequence")
		messages = append(messages, &nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Data})
	}
	messages[30], messages[31] = messages[31], messages[30]
	if err := w.raw.DeleteStream(t.Context(), stream); err != nil {
		t.Fatal(err)
	}
	if _, err := w.raw.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if _, err := w.raw.PublishMsg(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	g = w.gateway("gateway")
	g.broken(stream)
	if found := g.verify(); !named(found, stream, 31) || !named(found, stream, 32) {
		t.Errorf("differences: %v", found)
	}
}

func TestAStoreThatWasRolledBackIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	host := t.TempDir()
	w.fill(400)
	g := w.gateway("gateway", witnessed(host))
	g.sign()
	g.stop()
	w.stop()
	older := t.TempDir()
	copyTree(t, w.dir, older)
	w.start()
	w.fill(200)
	g = w.gateway("gateway", witnessed(host))
	g.sign()
	g.stop()
	w.stop()

	t.Log("the store alone is put back: this gateway knows more")
	newer := t.TempDir()
	copyTree(t, w.dir, newer)
	copyTree(t, filepath.Join(older, "nats"), w.store())
	w.start()
	g = w.gateway("gateway")
	if b := g.broken(stream); b.Sequence != 201 || !strings.Contains(b.Why, "this gateway has taken 300") {
		t.Errorf("found %v", b)
	}
	g.stop()
	w.stop()

	t.Log("the whole directory is put back: the witness knows more")
	copyTree(t, older, w.dir)
	w.start()
	g = w.gateway("gateway", witnessed(host))
	b := g.broken(stream)
	if b.Sequence != 201 || b.Origin != "verigate/0f1e2d3c4b5a6978/RECORD_0" || !strings.Contains(b.Why, "the witness knows 300 messages, the stream has 200") {
		t.Errorf("found %v", b)
	}
	if found := g.verify(); !named(found, stream, 201) {
		t.Errorf("differences: %v", found)
	}
	g.stop()

	t.Log("and has grown past it since")
	w.fill(400)
	g = w.gateway("gateway", witnessed(host))
	if b := g.broken(stream); b.Sequence != 201 {
		t.Errorf("found %v", b)
	}
}

// Evidence that was lost, and begun again where no backup had it, has a ledger of its own: what was signed stays, and says
// for good how much there was.
func TestEvidenceThatWasBegunAgainHasALedgerOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.read(20)
	g := w.gateway("gateway")
	g.sign()
	if err := w.raw.DeleteStream(t.Context(), evidence.Stream); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(g.verify()); got != "[EVIDENCE sequences 1 to 20: the whole stream is lost]" {
		t.Errorf("of evidence that is lost it says %s", got)
	}
	next := jet.EvidenceLog(1)
	if err := g.notary.Begin(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if err := g.notary.Begin(t.Context(), next); err != nil {
		t.Errorf("said once more: %v", err)
	}
	if err := w.conn.Evidence().Begin(t.Context(), 1, 1); err != nil {
		t.Fatal(err)
	}
	w.read(30) // more than there was
	if b := g.broken(evidence.Stream); b.Origin != "verigate/0f1e2d3c4b5a6978/EVIDENCE" || b.Sequence != 21 || !strings.Contains(b.Why, "begun again") {
		t.Errorf("the running gateway says %v", b)
	}
	g.stop()
	again := w.gateway("gateway", func(p *notary.Parts) { p.Former = []string{evidence.Stream} })
	again.sign()
	if found := again.verify(); len(found) != 0 {
		t.Errorf("after a new start it finds %v", found)
	}
	if err := again.notary.Begin(t.Context(), next); !errors.Is(err, notary.ErrConflict) {
		t.Errorf("a log that goes on already is begun: %v", err)
	}
	heads := w.checkpoints(next)
	if len(heads) != 2 || heads[0].Size != 0 || heads[1].Size != 30 {
		t.Errorf("the new log has %v", heads)
	}
	lost, err := again.notary.Lost(t.Context())
	if want := "[verigate/0f1e2d3c4b5a6978/EVIDENCE was lost and begun again; it had 20 messages when that was last signed]"; err != nil || fmt.Sprint(lost) != want {
		t.Errorf("of what was lost it says %v, %v", lost, err)
	}
}
