package app

import (
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/evidence"
	"verigate/internal/follow"
)

// A Redis that is away keeps nobody from learning that the evidence is not what was written.
func TestVerifyWithoutABoardStillComparesEvidenceAndLedger(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: followers are given their time twice, 25 s")
	}
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

// A Redis whose connection stands and that says nothing is asked for as long as one that is away: of each answer verify would
// wait for its whole timeout.
func TestVerifyEndsThoughRedisNeverAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: followers are given their time, 20 s")
	}
	t.Parallel()
	v := newVault(t)
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() // whoever connects waits in its backlog
	mute := v.data
	mute.Redis = silent.Addr().String()
	began := time.Now()
	if err := v.verified(mute).Err(); !errors.Is(err, follow.ErrNotCompared) {
		t.Errorf("it comes to %v", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it ended after %s", took)
	}
}
