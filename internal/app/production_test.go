package app

import (
	"bytes"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/config"
	"verigate/internal/production"
	"verigate/internal/rdb/redistest"
)

// codes opens a gateway with these settings and says what is found of it.
func codes(t *testing.T, o Options) []production.Code {
	t.Helper()
	parts, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	found, err := parts.Unfit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[production.Code]bool{}
	for _, f := range found {
		all[f.Code] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func TestWhatIsSetIsWhatIsFound(t *testing.T) {
	t.Parallel()
	lax := options(config.Stores{Data: filepath.Join(t.TempDir(), "data")})
	strict := options(config.Stores{
		Data: filepath.Join(t.TempDir(), "data"), RootKey: filepath.Join(t.TempDir(), "root.key"), Redis: redistest.Start(t),
	})
	strict.Door.TLSCert, strict.Door.TLSKey = certificate(t)
	found, left := codes(t, lax), codes(t, strict)
	for _, code := range []production.Code{production.PlainListener, production.EmbeddedBoard, production.RootKeyBeside} {
		if !slices.Contains(found, code) || slices.Contains(left, code) {
			t.Errorf("%s: found %q, left %q", code, found, left)
		}
	}
	for _, code := range []production.Code{
		production.NotDurable, production.SyncUnverified, production.RightsTooWide, production.RightsUnknown, // the store is our own
		production.Demonstration, production.ExposedFile,
	} {
		if slices.Contains(found, code) {
			t.Errorf("%s is found of a gateway that has nothing of it", code)
		}
	}
	lax.Demo = true
	lax.Data = filepath.Join(t.TempDir(), "demo")
	if found := codes(t, lax); !slices.Contains(found, production.Demonstration) {
		t.Errorf("of a demonstration: %q", found)
	}
}

func TestAFileThatOthersReadIsFound(t *testing.T) {
	t.Parallel()
	o := options(config.Stores{Data: filepath.Join(t.TempDir(), "data")})
	parts, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	if err := os.Chmod(filepath.Join(o.Data, idKeyFile), 0o640); err != nil {
		t.Fatal(err)
	}
	found, err := parts.Unfit(t.Context())
	if err != nil || !slices.ContainsFunc(found, func(f production.Finding) bool {
		return f.Code == production.ExposedFile && strings.Contains(f.What, idKeyFile)
	}) {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestAPasswordAloneIsFound(t *testing.T) {
	t.Parallel()
	own := access.Principal{Identities: []access.Identity{{Account: "lan", BoundBy: "p_2"}}}
	with, provider := own, access.Principal{Identities: []access.Identity{{Issuer: "https://id.example", Subject: "s", BoundBy: "p_2"}}}
	with.Local.Factor = []byte("secret")
	if secondFactor(own) || !secondFactor(with) || !secondFactor(provider) || !secondFactor(access.Principal{}) {
		t.Error("who signs in by an account and has no second factor is the one to be found")
	}
}

func TestAGatewayThatIsNotFitForRealCasesDoesNotStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	var out bytes.Buffer
	e := Env{Out: &out, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	stores := config.Stores{Data: dir, Replicas: 1}
	err := Serve(t.Context(), e, config.Serve{Stores: stores, Production: true, Listen: "127.0.0.1:0"})
	if !errors.Is(err, ErrNotForReal) || strings.Contains(out.String(), "listens") {
		t.Errorf("%v, %s", err, &out)
	}
	for _, told := range []production.Code{production.PlainListener, production.TooFewReviewers, production.CompartmentGap} {
		if !strings.Contains(out.String(), string(told)+": ") || !strings.Contains(out.String(), "remedy: ") {
			t.Errorf("%s is not told in %s", told, &out)
		}
	}
	before := out.String()
	out.Reset()
	err = Check(t.Context(), e, config.Check{Stores: stores, Production: true})
	if !errors.Is(err, ErrNotForReal) || !strings.HasSuffix(out.String(), before) {
		t.Errorf("%v; check says %s and serve %s", err, &out, before)
	}
	stores.Data = t.TempDir()
	if err := Check(t.Context(), e, config.Check{Stores: stores, Production: true}); err == nil || !strings.Contains(err.Error(), "holds no record") {
		t.Error(err)
	}
}
