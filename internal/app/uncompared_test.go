package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/evidence"
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
	var out, errs bytes.Buffer
	if code := Main(t.Context(), []string{"verify", "--data", v.data.Data, "--redis", "127.0.0.1:1"}, &out, &errs); code != 1 {
		t.Errorf("code %d", code)
	}
	for _, said := range []string{"evidence: EVIDENCE sequence 1: ", "not compared: read the board: "} {
		if !strings.Contains(out.String(), said) {
			t.Errorf("%q is not in %s", said, &out)
		}
	}
	if !strings.Contains(errs.String(), ErrBroken.Error()) {
		t.Errorf("says %s", &errs)
	}
	v.mustBeUnclean()
	v = newVault(t) // of which nothing is wrong: no verdict, and no success
	out.Reset()
	errs.Reset()
	code := Main(t.Context(), []string{"verify", "--data", v.data.Data, "--redis", "127.0.0.1:1"}, &out, &errs)
	if code != 1 || !strings.Contains(errs.String(), "not everything was compared") || exists(filepath.Join(v.data.Data, verdictFile)) {
		t.Errorf("code %d: %s", code, &errs)
	}
}
