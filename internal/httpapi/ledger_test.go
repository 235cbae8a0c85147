package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
	"verigate/internal/notary"
	"verigate/internal/verification"
)

// logs is a ledger that says what a test wants.
type logs []notary.State

func (l *logs) States() []notary.State { return *l }

func (l *logs) Public() ([]ledger.PublicKey, error) {
	at := time.Date(2021, 9, 1, 0, 0, 0, 0, time.UTC)
	return []ledger.PublicKey{{Lines: []string{"a+0a+A"}, Created: at.Add(time.Hour)}, {Lines: []string{"a+0b+B"}, Created: at, Retired: at.Add(time.Hour)}}, nil
}

func (l *logs) trustFile() ([]byte, error) {
	keys, err := l.Public()
	return ledger.TrustFile(keys), err
}

func TestEverybodyIsToldTheKeysOfTheLedger(t *testing.T) {
	t.Parallel()
	got := newRig(t).get(t, "", "/.well-known/ledger-keys.txt").want(t, http.StatusOK)
	const want = "# signs since 2021-09-01T01:00:00Z\na+0a+A\n# signed from 2021-09-01T00:00:00Z to 2021-09-01T01:00:00Z\na+0b+B\n"
	if string(got.body) != want || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("got %s %q", got.header, got.body)
	}
}

func TestAuditorsAndOperatorsLearnHowFarTheRecordIsProved(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.keys.add("operator", person("operator", "", "A1K1", nil, verification.RoleOperator))
	signed := ledger.Checkpoint{Origin: "verigate/x/RECORD_0", Size: 8, Root: tlog.RecordHash([]byte("x"))}
	at := time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC)
	r.ledger = logs{
		{Origin: "verigate/x/RECORD_0", Taken: 8, Signed: signed, SignedAt: at, Witness: true, Witnessed: 8},
		{Origin: "verigate/x/RECORD_1", Taken: 9, Signed: signed, SignedAt: at, Witness: true, Witnessed: 8},
		{Origin: "verigate/x/A", Taken: 9},
		{Origin: "verigate/x/B", Taken: 9, Witness: true, Witnessed: 9, Broken: &notary.BrokenError{Origin: "verigate/x/B", Sequence: 5, Why: "gone"}},
	}
	for _, by := range []string{"auditor", "operator"} {
		got := r.get(t, by, "/v1/ledger").want(t, http.StatusOK)
		for path, want := range map[string]string{
			"logs.0.state": "ok", "logs.0.signed_at": "2021-09-02T16:40:00Z", "logs.0.root": signed.Root.String(), "logs.1.state": "not_witnessed",
			"logs.2.state": "no_witness", "logs.3.state": "broken", "logs.3.broken_why": "gone",
			"keys.1.lines.0": "a+0b+B", "keys.1.retired_at": "2021-09-01T01:00:00Z",
		} {
			if have := got.text(t, path); have != want {
				t.Errorf("%s: %s is %q, want %q", by, path, have, want)
			}
		}
		if from := got.field(t, "logs.3.broken_from"); from != 5.0 {
			t.Errorf("broken from %v", from)
		}
	}
	for _, by := range []string{"ng", "unit03", "desk", "lead", "supervisor"} {
		r.get(t, by, "/v1/ledger").problem(t, http.StatusForbidden, "not_permitted")
	}
}
