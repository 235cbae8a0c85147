package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/config"
	"verigate/internal/evidence"
	"verigate/internal/verification"
)

// reads is a read of L2 content by the desk, which the store has to know of first.
func (w *world) reads(id string) (call, time.Duration) {
	w.t.Helper()
	began := time.Now()
	c := w.do(w.keys.Desk[0], http.MethodGet, requests+"/"+id, nil)
	return c, time.Since(began)
}

// mustNotShow asks for content until it is refused, each time within the bound of three seconds and what a busy machine adds.
func (w *world) mustNotShow(id string) {
	w.t.Helper()
	eventually(w.t, 15*time.Second, func() error {
		c, took := w.reads(id)
		if took > 5*time.Second {
			w.t.Errorf("answered after %s", took)
		}
		return c.expect(503, "evidence_unavailable")
	})
}

// mustTellOfRefusals waits until content is shown again and the auditor is told of what was refused meanwhile.
func (w *world) mustTellOfRefusals(id string) {
	w.t.Helper()
	eventually(w.t, 20*time.Second, func() error {
		c, _ := w.reads(id)
		return c.expect(200, "")
	})
	eventually(w.t, 20*time.Second, func() error {
		c := w.do(w.keys.Auditor, http.MethodGet, "/v1/evidence?outcome=refused&request="+id, nil)
		if err := c.expect(200, ""); err != nil {
			return err
		}
		if !strings.Contains(string(c.Raw), `"evidence_unavailable"`) {
			return fmt.Errorf("no refusal in %s", c.Raw)
		}
		return nil
	})
}

// The quota of evidence is used up: content waits for the operator, who opens the reserve; all else goes on.
func TestAFullQuotaOfEvidenceShowsNoContentUntilTheReserveIsOpened(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{EvidenceQuota: 1 << 20}, time.Now)
	first := w.mustAgain("first")
	for n := 0; ; n++ {
		err := w.parts.Evidence.Note(t.Context(), evidence.Entry{
			At: time.Now(), Roles: verification.System().Roles, Operation: "admin list", Outcome: evidence.Served, Call: strings.Repeat("x", 4<<10),
		})
		if errors.Is(err, evidence.ErrFull) {
			break
		}
		if err != nil || n > 1000 {
			t.Fatalf("entry %d: %v", n, err)
		}
	}
	eventually(t, 10*time.Second, func() error { // what is left is less than a page takes
		c, _ := w.reads(first.text("id"))
		return c.expect(503, "evidence_unavailable")
	})
	if err := w.accept(first.text("id"), "take").expect(200, ""); err != nil {
		t.Error(err)
	}
	w.mustAgain("second")
	if got := w.do("", http.MethodGet, "/health/ready", nil).healthOf("evidence"); got != "unavailable full" {
		t.Errorf("health says %q", got)
	}
	if code, said := command(t, "evidence", "open-reserve", "--data", w.parts.Data); code != 0 || !strings.Contains(said, "of 1179648 bytes") {
		t.Errorf("the reserve: exit %d: %s", code, said)
	}
	w.mustTellOfRefusals(first.text("id"))
}

// A store that hangs, and then one that has lost its evidence: refused within the bound, told afterwards.
func TestEvidenceThatHangsOrIsDeletedShowsNoContent(t *testing.T) {
	t.Parallel()
	store := natsWithJetStream(t)
	w := begin(t, config.Stores{NATS: "nats://" + store.addr}, time.Now)
	first := w.mustAgain("first")
	id := first.text("id")
	if c, _ := w.reads(id); c.Status != 200 {
		t.Fatalf("before: %d %s", c.Status, c.Raw)
	}
	store.now.freezes()
	w.mustNotShow(id)
	if c, took := w.reads(id); c.Status != 503 || took > time.Second {
		t.Errorf("while it is known: %d after %s", c.Status, took)
	}
	store.now.signal(syscall.SIGCONT)
	w.mustTellOfRefusals(id)

	nc, err := nats.Connect("nats://" + store.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), evidence.Stream); err != nil {
		t.Fatal(err)
	}
	w.mustNotShow(id)
	if got := w.do("", http.MethodGet, "/health/ready", nil).healthOf("evidence"); got != "unavailable lost" {
		t.Errorf("health says %q", got)
	}
	if err := w.accept(id, "take").expect(200, ""); err != nil {
		t.Error(err)
	}
	data := w.parts.Data
	mustSay(t, exits(t, 1, "verify", "--data", data), `^ledger: EVIDENCE sequences 1 to [0-9]+: the whole stream is lost$`)
	mustSay(t, exits(t, 0, "evidence", "begin-again", "--data", data), `start every gateway anew`)
	mustSay(t, exits(t, 1, "evidence", "begin-again", "--data", data), `evidence is not lost`)
	w.mustTellOfRefusals(id)
	mustSay(t, exits(t, 1, "verify", "--data", data), `^ledger: EVIDENCE sequences 1 to [0-9]+: the stream was lost and begun again: start this gateway anew`)
	w.stop()
	w = begin(t, config.Stores{Data: data, NATS: "nats://" + store.addr}, time.Now)
	if c, _ := w.reads(id); c.Status != 200 {
		t.Errorf("after a new start: %d %s", c.Status, c.Raw)
	}
	eventually(t, 20*time.Second, func() error {
		if code, said := command(t, "verify", "--data", data); code != 0 || !strings.Contains(said, "/EVIDENCE was lost and begun again; it had ") {
			return fmt.Errorf("exit %d: %s", code, said)
		}
		return nil
	})
	if said := string(w.must(200, w.keys.Auditor, http.MethodGet, "/v1/ledger", nil).Raw); !strings.Contains(said, `/EVIDENCE-1"`) {
		t.Errorf("the auditor sees %s", said)
	}
}
