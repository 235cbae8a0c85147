package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/config"
)

// damagedAt is the message of the evidence that an intruder gets at.
const damagedAt = 3

// changesEvidence writes the evidence again with one message changed.
func changesEvidence(i intruder, sequence int) {
	config, all := i.all("EVIDENCE")
	if err := i.js.DeleteStream(i.t.Context(), "EVIDENCE"); err != nil {
		i.t.Fatal(err)
	}
	if _, err := i.js.CreateStream(i.t.Context(), config); err != nil {
		i.t.Fatal(err)
	}
	all[sequence-1].Data[len(all[sequence-1].Data)/2] ^= 1
	for _, m := range all {
		i.publish(m)
	}
}

// losesEvidenceKey takes away the key of all that one run of a gateway has written, and says where that begins.
func losesEvidenceKey(i intruder, sequence int) {
	_, all := i.all("EVIDENCE")
	keys, err := i.js.Stream(i.t.Context(), "KEYS")
	if err != nil {
		i.t.Fatal(err)
	}
	if err := keys.Purge(i.t.Context(), jetstream.WithPurgeSubject("key."+all[sequence-1].Header.Get("Vg-Kid"))); err != nil {
		i.t.Fatal(err)
	}
}

// takesEvidenceOut deletes one message.
func takesEvidenceOut(i intruder, sequence int) {
	s, err := i.js.Stream(i.t.Context(), "EVIDENCE")
	if err == nil {
		err = s.SecureDeleteMsg(i.t.Context(), uint64(sequence))
	}
	if err != nil {
		i.t.Fatal(err)
	}
}

// mustSayDamaged waits until the auditor's list, filtered for what nothing fits, and what follows it, say where.
func (w *world) mustSayDamaged(from int, code string) {
	w.t.Helper()
	type item struct {
		Outcome, Code, Where, Operation, At string
		Sequence                            int
	}
	eventually(w.t, 20*time.Second, func() error {
		var list struct{ Items []item }
		said := w.must(200, w.keys.Auditor, http.MethodGet, "/v1/evidence?limit=200&outcome=refused&operation=gateway+readers", nil)
		if err := json.Unmarshal(said.Raw, &list); err != nil {
			return err
		}
		place := slices.IndexFunc(list.Items, func(i item) bool {
			return i.Outcome == "damaged" && i.Code == code && i.Sequence == from && i.At == "" && i.Operation == ""
		})
		noted := slices.IndexFunc(list.Items, func(i item) bool {
			return i.Outcome == "refused" && i.Code == code && strings.HasPrefix(i.Where, fmt.Sprintf("EVIDENCE sequence %d", from))
		})
		if place < 0 || noted < 0 {
			return fmt.Errorf("the list has the place at %d and what came upon it at %d: %s", place, noted, said.Raw)
		}
		return nil
	})
}

// Somebody with all rights on the store damages the evidence of who read what. Each place is told to the auditor and counted, the
// readers of a case are said to be incomplete from there on, verify names the same sequence, and all else goes on.
func TestDamagedEvidenceIsToldAndStopsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		does   func(intruder, int)
		code   string
		at     int
		ledger string // how it names the place; of a message that is written again, and those behind it, it knows the time too
	}{
		"a bit": {changesEvidence, "evidence_tampered", damagedAt, "sequences 1 to "}, "taken out": {takesEvidenceOut, "evidence_gap", damagedAt, "sequence 3: "},
		"a lost key": {losesEvidenceKey, "evidence_key_missing", 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t, config.Stores{Data: filepath.Join(t.TempDir(), "data")}, time.Now)
			data := w.parts.Data
			id := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "read"), "Idempotency-Key", "read").text("id")
			for range damagedAt + 2 {
				w.must(200, w.keys.Desk[0], http.MethodGet, requests+"/"+id, nil)
			}
			w.stop()
			intrudes(t, data, func(i intruder) { c.does(i, damagedAt) })

			w = begin(t, config.Stores{Data: data}, time.Now)
			w.mustSayDamaged(c.at, c.code)
			readers := w.must(200, w.keys.Auditor, http.MethodGet, requests+"/"+id+"/readers", nil)
			if readers.Body["incomplete_from"] != float64(c.at) {
				t.Errorf("the readers of a case are told as if all were known: %s", readers.Raw)
			}
			if ready := w.must(200, "", http.MethodGet, "/health/ready", nil); !strings.Contains(string(ready.Raw), `"code":"damaged"`) {
				t.Errorf("health says %s", ready.Raw)
			}
			w.must(200, w.keys.Desk[0], http.MethodGet, requests+"/"+id, nil)
			w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "later"), "Idempotency-Key", "later")
			report, err := w.parts.Verify(t.Context())
			found := fmt.Sprint(report.Differences)
			if err != nil || !strings.Contains(found, fmt.Sprintf("{evidence EVIDENCE sequence %d: %s}", c.at, c.code)) && !strings.Contains(found, fmt.Sprintf("{evidence EVIDENCE sequences %d to ", c.at)) {
				t.Errorf("verify finds %s, %v", found, err)
			}
			if c.ledger != "" && !strings.Contains(found, "{ledger EVIDENCE "+c.ledger) {
				t.Errorf("the ledger does not name %s: %s", c.ledger, found)
			}
		})
	}
}
