package app

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
)

func TestAClockIsBelievedWithinBounds(t *testing.T) {
	t.Parallel()
	last := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		last  time.Time
		after time.Duration
		known bool
		says  string
	}{
		"a record that is not begun":           {time.Time{}, 0, false, ""},
		"as the record has it":                 {last, 0, false, ""},
		"two machines' clocks are never equal": {last, -5 * time.Second, false, ""},
		"behind":                               {last, -5*time.Second - 1, false, "Set the clock"},
		"behind, whatever is said":             {last, -time.Hour, true, "Set the clock"},
		"after a month's rest":                 {last, 30 * 24 * time.Hour, false, ""},
		"after more":                           {last, 30*24*time.Hour + 1, false, "30 days before"},
		"after more, which somebody knows":     {last, 400 * 24 * time.Hour, true, ""},
	} {
		err := believable(c.last, c.last.Add(c.after), c.known)
		if (err == nil) != (c.says == "") || err != nil && (!errors.Is(err, ErrClock) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A start by a wrong clock opens no door, and leaves nothing in the record.
func TestAStartByAWrongClockIsRefused(t *testing.T) {
	stores := config.Stores{Data: filepath.Join(t.TempDir(), "data"), Replicas: 1}
	serve := func(ahead time.Duration) (string, error) {
		var out bytes.Buffer
		e := Env{Out: &out, Now: func() time.Time { return time.Now().Add(ahead) }, Log: slog.New(slog.DiscardHandler)}
		err := Serve(t.Context(), e, config.Serve{Stores: stores, Listen: "127.0.0.1:0", Drain: time.Second})
		return out.String(), err
	}
	parts, err := Open(t.Context(), options(stores))
	if err != nil {
		t.Fatal(err)
	}
	before, err := parts.Journal.Last(t.Context())
	if err := errors.Join(err, parts.Close()); err != nil {
		t.Fatal(err)
	}
	for _, ahead := range []time.Duration{-time.Hour, 365 * 24 * time.Hour} {
		if said, err := serve(ahead); !errors.Is(err, ErrClock) || said != "" {
			t.Errorf("%s ahead: %v, and said %q", ahead, err, said)
		}
	}
	if parts, err = Open(t.Context(), options(stores)); err != nil {
		t.Fatal(err)
	}
	after, err := parts.Journal.Last(t.Context())
	if err := errors.Join(err, parts.Close()); err != nil || after != before {
		t.Errorf("the record went from %v to %v, %v", before, after, err)
	}
}
