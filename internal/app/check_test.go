package app

import (
	"bytes"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"verigate/internal/backup"
	"verigate/internal/config"
	"verigate/internal/jet"
)

// Who asks whether a gateway is fit for real cases has not begun one, and has written no key.
func TestACheckForRealCasesWritesNothing(t *testing.T) {
	v := newVault(t)
	held := func() map[string]backup.Extent {
		t.Helper()
		p, err := jet.Embedded(t.Context(), jet.Options{Dir: filepath.Join(v.data.Data, natsDir)})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		conn, err := p.Connect()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		all := map[string]backup.Extent{}
		for _, stream := range []string{"RECORD_0", "RECORD_1", "KEYS", "EVIDENCE", "LEDGER"} {
			e, there, err := conn.Extent(t.Context(), stream)
			if err != nil || !there {
				t.Fatal(stream, there, err)
			}
			all[stream] = backup.Extent(e)
		}
		return all
	}
	before := held()
	if err := Check(t.Context(), v.env(), config.Check{Stores: v.data, Production: true}); !errors.Is(err, ErrNotForReal) {
		t.Error(err)
	}
	if after := held(); !maps.Equal(before, after) {
		t.Errorf("it has written: %v before, %v after", before, after)
	}
}

// Nor does it make the streams of a record that nobody has begun.
func TestACheckMakesNoStreams(t *testing.T) {
	t.Parallel()
	url := storeServer(t)
	var out bytes.Buffer
	e := Env{Out: &out, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	err := Check(t.Context(), e, config.Check{Stores: config.Stores{NATS: url, Data: filepath.Join(t.TempDir(), "data"), Replicas: 1}, Production: true})
	if err == nil {
		t.Error("a record that nobody has begun is fit")
	}
	conn, err := jet.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, stream := range []string{"RECORD_0", "RECORD_1", "KEYS"} {
		if _, there, err := conn.Extent(t.Context(), stream); there || err != nil {
			t.Errorf("%s: made %t, %v; it said %s", stream, there, err, &out)
		}
	}
}
