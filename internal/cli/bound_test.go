package cli

import (
	"bytes"
	"strings"
	"testing"

	"verigate/internal/tooltest"
)

// What is to be bound is a few kilobytes. Another file is named, with what it may be.
func TestAFileThatIsTooLargeToBeBoundIsNamed(t *testing.T) {
	t.Parallel()
	large := tooltest.File(t, strings.Repeat("x", 70<<10), 0o600)
	for _, act := range []string{"certificate", "signer"} {
		var out, errs bytes.Buffer
		args := []string{"key", act, "p_x", large, "--data", t.TempDir()}
		if code := Main(t.Context(), args, &out, &errs); code != 1 || !strings.Contains(errs.String(), large) || !strings.Contains(errs.String(), "32768 bytes at most") {
			t.Errorf("%s: code %d: %s", act, code, &errs)
		}
	}
}
