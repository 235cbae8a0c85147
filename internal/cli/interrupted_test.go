package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"verigate/internal/tooltest"
)

// What is told to stop has not done its work: a script that goes on behind it would believe that it had.
func TestACommandThatIsInterruptedFailsAndSaysWhatThatMeans(t *testing.T) {
	g := newGateway(t)
	taken := g.backup()
	ended, end := context.WithCancel(t.Context())
	end()
	dir, ring := []string{"--data", g.data.Data}, []string{"--keyring", g.ring}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"verify":      {append([]string{"verify"}, dir...), "says nothing of the record"},
		"rebuild":     {append([]string{"rebuild"}, dir...), "call verigate rebuild again"},
		"backup take": {append(append([]string{"backup", "take", "--keep", "48h", "--out", g.out}, ring...), dir...), "there is no backup of this call"},
		"key list":    {append([]string{"key", "list"}, dir...), "look whether it was done before you call it again"},
	} {
		t.Run(name, func(t *testing.T) { interrupted(ended, t, test.args, &bytes.Buffer{}, test.says) })
	}
	t.Run("backup restore", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		args := append([]string{"backup", "restore", taken, "--data", g.with("root.key")}, ring...)
		interrupted(ctx, t, args, &tooltest.Dying{After: 2, End: cancel}, "call verigate backup restore again")
	})
	t.Run("serve", func(t *testing.T) { // is told to stop before its door opens: that is an ordered stop
		var errs bytes.Buffer
		if code := Main(ended, append([]string{"serve", "--listen", "127.0.0.1:0"}, dir...), &bytes.Buffer{}, &errs); code != 0 || !strings.Contains(errs.String(), "before the door was open") {
			t.Errorf("code %d: %s", code, &errs)
		}
	})
}

func interrupted(ctx context.Context, t *testing.T, args []string, out io.Writer, says string) {
	t.Helper()
	var errs bytes.Buffer
	if code := Main(ctx, args, out, &errs); code != 1 {
		t.Errorf("code %d, want 1", code)
	}
	if said := errs.String(); !strings.Contains(said, "interrupted: ") || !strings.Contains(said, says) {
		t.Errorf("says %q, want %q in it", said, says)
	}
}
