package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"verigate/internal/evidence"
)

func TestWhatAStopLeftOfTheEvidenceIsKeptUntilItIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := &Parts{Options: Options{Log: slog.New(slog.DiscardHandler)}}
	p.Data = dir
	if got, err := readLeft(dir); err != nil || got != (evidence.Gap{}) {
		t.Fatalf("without a file: %+v, %v", got, err)
	}
	at := time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)
	want := evidence.Gap{Count: 3, From: at, Until: at.Add(time.Minute)}
	p.evidenceLeft(want)
	if got, err := readLeft(dir); err != nil || got != want {
		t.Fatalf("kept %+v, %v; want %+v", got, err, want)
	}
	p.evidenceTold()
	if got, err := readLeft(dir); err != nil || got != (evidence.Gap{}) {
		t.Fatalf("told: %+v, %v", got, err)
	}
	p.evidenceTold() // a repeat does nothing
	for name, content := range map[string]string{"no JSON": "3", "no count": `{"count":0}`} {
		if err := os.WriteFile(filepath.Join(dir, leftFile), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readLeft(dir); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
