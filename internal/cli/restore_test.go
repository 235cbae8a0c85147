package cli

import (
	"bytes"
	"strings"
	"testing"
)

// Whoever brings a backup back is told whether the record is what was recorded.
func TestARestoreIsFollowedByAVerify(t *testing.T) {
	g := newGateway(t)
	var out, errs bytes.Buffer
	args := []string{"backup", "restore", g.backup(), "--data", g.with("root.key"), "--keyring", g.ring}
	if code := Main(t.Context(), args, &out, &errs); code != 0 {
		t.Errorf("code %d: %s", code, &errs)
	}
	if restored, verified, ok := strings.Cut(out.String(), "is restored, in"); !ok || !strings.Contains(verified, ", 0 differences") {
		t.Errorf("%s\n%s", restored, verified)
	}
}
