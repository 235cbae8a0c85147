package app

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/evidence"
	"verigate/internal/follow"
)

// A Redis that is away keeps nobody from learning that the evidence is not what was written.
func TestVerifyWithoutABoardStillComparesEvidenceAndLedger(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	p, err := Open(t.Context(), options(v.data))
	if err != nil {
		t.Fatal(err)
	}
	m := evidence.Message{Header: evidence.Header{Subject: evidence.Nobody, Writer: "w", Number: 1, KID: "nobodys", Wire: 1}, Data: []byte("x")}
	if _, err := p.Conn.Evidence().Append(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	away := v.data
	away.Redis = "127.0.0.1:1"
	report := v.verified(away)
	if !differs(report, "evidence: EVIDENCE sequence 1: ") || !errors.Is(report.Err(), follow.ErrBroken) {
		t.Errorf("%v: %v", report.Err(), report.Differences)
	}
	if len(report.Uncompared) != 1 || !strings.HasPrefix(report.Uncompared[0], "read the board: ") {
		t.Errorf("not compared: %q", report.Uncompared)
	}
	v.mustBeUnclean()
	v = newVault(t) // of which nothing is wrong: no verdict, and no success
	away.Data = v.data.Data
	if err := v.verified(away).Err(); !errors.Is(err, follow.ErrNotCompared) || exists(filepath.Join(v.data.Data, verdictFile)) {
		t.Errorf("it comes to %v", err)
	}
}
