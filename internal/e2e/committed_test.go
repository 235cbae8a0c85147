package e2e

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
	"verigate/internal/receipt"
	"verigate/internal/record"
)

// signs lets every log sign what it has.
func (w *world) signs() {
	w.t.Helper()
	for _, log := range w.parts.Notary.Logs() {
		if _, err := log.Checkpoint(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// A receipt commits to how the ledger was before: a bundle shows that head, and that the request came after it. By itself it
// tells no number, and of two receipts not whether they were made after the same head.
func TestAReceiptProvesAfterWhichHeadOfTheLedgerItWasMade(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	p := w.pair()
	w.signs()
	in := func(key string) call { // one more in the partition of the pair
		for n := byte('a'); ; n++ {
			c := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key+string(n)), "Idempotency-Key", key+string(n))
			if record.Request(c.text("id")).In(record.Partitions) == p.partition {
				return c
			}
		}
	}
	one, other := in("one-"), in("other-")
	claims, err := receipt.Verify(w.parts.Receipts.JWKS(), one.text("receipt"))
	if err != nil || claims.LedgerCommitment == "" {
		t.Fatalf("its receipt: %+v, %v", claims, err)
	}
	if others, err := receipt.Verify(w.parts.Receipts.JWKS(), other.text("receipt")); err != nil || others.LedgerCommitment == claims.LedgerCommitment {
		t.Errorf("two receipts after one head show it: %v", err)
	}
	w.signs()
	dir, id, at := w.parts.Data, one.text("id"), t.TempDir()
	file := func(name string) string { return filepath.Join(at, name) }
	write(t, file("receipt"), []byte(one.text("receipt")))
	write(t, file("others"), []byte(other.text("receipt")))
	published := w.must(200, "", http.MethodGet, "/.well-known/ledger-keys.txt", nil).Raw
	write(t, file("trust"), published)
	if all := exits(t, 0, "evidence", "keys", "--data", dir); bytes.Contains(published, []byte("EVIDENCE")) || !strings.Contains(all, "EVIDENCE") {
		t.Errorf("everybody is told\n%s\nand the auditor\n%s", published, all)
	}

	exits(t, 0, "evidence", "bundle", id, "--data", dir, "--out", file("bundle"), "--receipt", file("receipt"))
	said := exits(t, 0, "evidence", "check", file("bundle"), "--trust", file("trust"), "--receipt", file("receipt"))
	mustSay(t, said, `^receipt: of this request`, `^receipt: made after verigate/[0-9a-f]{16}/RECORD_[01] at size [0-9]+; 1 of the request's 1 messages were recorded after that, the first at sequence [0-9]+$`)
	exits(t, 0, "evidence", "bundle", id, "--data", dir, "--out", file("without"))
	mustSay(t, exits(t, 1, "evidence", "check", file("without"), "--trust", file("trust"), "--receipt", file("receipt")), `unproven: the bundle does not show the head`)
	for _, of := range []string{"bundle", "check"} {
		args := map[string][]string{"bundle": {id, "--data", dir, "--out", file("none")}, "check": {file("bundle"), "--trust", file("trust")}}[of]
		said := exits(t, 1, append(append([]string{"evidence", of}, args...), "--receipt", file("others"))...)
		if !strings.Contains(said, "the receipt is of request "+other.text("id")) {
			t.Errorf("%s of another's receipt: %s", of, said)
		}
	}
}
