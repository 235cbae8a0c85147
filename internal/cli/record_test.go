package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
)

// gateway is the directory of a gateway that does not run, and where it may be backed up to.
type gateway struct {
	t         *testing.T
	data      config.Stores
	out, ring string
}

func newGateway(t *testing.T) gateway {
	t.Helper()
	g := gateway{
		t: t, data: config.Stores{Data: filepath.Join(t.TempDir(), "data"), Replicas: 1},
		out: filepath.Join(t.TempDir(), "out"), ring: filepath.Join(t.TempDir(), "ring"),
	}
	parts, err := app.Open(t.Context(), app.Options{Stores: g.data, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// backup takes one, and is its directory.
func (g gateway) backup() string {
	g.t.Helper()
	var said bytes.Buffer
	e := app.Env{Out: &said, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	err := app.BackupTake(g.t.Context(), e, config.BackupTake{Stores: g.data, Kept: config.Kept{Keyring: g.ring}, Out: g.out, Keep: 48 * time.Hour})
	if err != nil {
		g.t.Fatalf("%v\n%s", err, &said)
	}
	return regexp.MustCompile(`(?m)^(/\S+): taken in`).FindStringSubmatch(said.String())[1]
}

// with is a data directory that has some files of this one.
func (g gateway) with(files ...string) (dir string) {
	g.t.Helper()
	dir = filepath.Join(g.t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		g.t.Fatal(err)
	}
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join(g.data.Data, name))
		if err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), content, 0o600)); err != nil {
			g.t.Fatal(err)
		}
	}
	return dir
}
