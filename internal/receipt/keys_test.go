package receipt_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/receipt"
)

func TestTheFirstKeyIsMadeAndKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	made := openKeys(t, dir, at(start))
	again := openKeys(t, dir, at(start.Add(time.Hour)))
	if diff := cmp.Diff(string(made.JWKS()), string(again.JWKS())); diff != "" {
		t.Errorf("published keys changed (-made +again):\n%s", diff)
	}
	if first, second := must(made.Sign(claims()))(t), must(again.Sign(claims()))(t); first != second {
		t.Error("the same claims are signed differently after a restart")
	}
}

func TestOnlyTheOwnerReadsTheKeyFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	keys := openKeys(t, dir, at(start))
	if err := keys.Rotate(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, receipt.FileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode().Perm(), err, want)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAKeyFileThatOthersMayReadIsRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o601, 0o644} {
		dir := t.TempDir()
		openKeys(t, dir, at(start))
		if err := os.Chmod(filepath.Join(dir, receipt.FileName), mode); err != nil {
			t.Fatal(err)
		}
		if keys, err := receipt.Open(dir, at(start)); !errors.Is(err, receipt.ErrExposed) || keys != nil {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
}

func TestAnOldReceiptVerifiesAfterRotation(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), start
	keys := openKeys(t, dir, func() time.Time { return now })
	var tokens []string
	for range 3 {
		c := claims()
		c.ReceivedAt = now
		tokens = append(tokens, must(keys.Sign(c))(t))
		now = now.Add(24 * time.Hour)
		if err := keys.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	reopened := openKeys(t, dir, at(now))
	if diff := cmp.Diff(string(keys.JWKS()), string(reopened.JWKS())); diff != "" {
		t.Errorf("published keys changed by a restart (-before +after):\n%s", diff)
	}
	for i, token := range tokens {
		got, err := receipt.Verify(reopened.JWKS(), token)
		if want := start.Add(time.Duration(i) * 24 * time.Hour); err != nil || !got.ReceivedAt.Equal(want) {
			t.Errorf("receipt %d: %v, %v", i, got.ReceivedAt, err)
		}
	}
}

func TestRetiredKeysArePublishedWithTheirDatesAndWithoutTheirPrivateHalves(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), start
	keys := openKeys(t, dir, func() time.Time { return now })
	for range 2 {
		now = now.Add(time.Hour)
		if err := keys.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	type dates struct {
		Created string `json:"verigate_created_at"`
		Retired string `json:"verigate_retired_at"`
		Use     string `json:"use"`
		Alg     string `json:"alg"`
	}
	var set struct{ Keys []dates }
	if err := json.Unmarshal(keys.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	want := []dates{
		{"2021-09-02T18:40:00Z", "", "sig", "EdDSA"},
		{"2021-09-02T17:40:00Z", "2021-09-02T18:40:00Z", "sig", "EdDSA"},
		{"2021-09-02T16:40:00Z", "2021-09-02T17:40:00Z", "sig", "EdDSA"},
	}
	if diff := cmp.Diff(want, set.Keys); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	if strings.Contains(string(keys.JWKS()), `"d":`) {
		t.Error("a private half is published")
	}
	stored := must(os.ReadFile(filepath.Join(dir, receipt.FileName)))(t)
	if n := strings.Count(string(stored), `"d":`); n != 1 {
		t.Errorf("the file holds %d private halves", n)
	}
}

func TestAReceiptDatedAfterItsKeyWasRetiredIsRefused(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	late := claims()
	late.ReceivedAt = start.Add(time.Hour)
	token := must(keys.Sign(late))(t)
	lateRelease := releaseClaims()
	lateRelease.ReleasedAt = late.ReceivedAt
	release := must(keys.SignRelease(lateRelease))(t)
	if err := keys.Rotate(); err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(keys.JWKS(), token); !errors.Is(err, receipt.ErrNotGenuine) {
		t.Errorf("receipt: %v", err)
	}
	if _, err := receipt.VerifyRelease(keys.JWKS(), release); !errors.Is(err, receipt.ErrNotGenuine) {
		t.Errorf("release: %v", err)
	}
}

// A gateway goes on with the old key until the new one is brought to it.
func TestAReceiptIsGenuineForFiveMinutesBehindTheRetirementOfItsKey(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	tokens := map[time.Duration]string{}
	for _, after := range []time.Duration{5 * time.Minute, 5*time.Minute + time.Nanosecond} {
		c := claims()
		c.ReceivedAt = start.Add(after)
		tokens[after] = must(keys.Sign(c))(t)
	}
	if err := keys.Rotate(); err != nil {
		t.Fatal(err)
	}
	for after, token := range tokens {
		if _, err := receipt.Verify(keys.JWKS(), token); (err == nil) != (after == 5*time.Minute) {
			t.Errorf("after %s: %v", after, err)
		}
	}
}

// What another gateway's rotation made is brought here while this one signs: nothing that it signs from then on is with a key
// that others know to be retired.
func TestAKeyFileThatWasRotatedElsewhereIsTaken(t *testing.T) {
	t.Parallel()
	now := start
	dir, elsewhere := t.TempDir(), t.TempDir()
	keys := openKeys(t, dir, func() time.Time { return now })
	bring(t, dir, elsewhere)
	rotated := openKeys(t, elsewhere, func() time.Time { return now })
	if err := rotated.Rotate(); err != nil {
		t.Fatal(err)
	}
	if taken, err := keys.Look(); taken || err != nil {
		t.Errorf("nothing was brought yet: %v, %v", taken, err)
	}
	bring(t, elsewhere, dir)
	for _, want := range []bool{true, false} {
		if taken, err := keys.Look(); taken != want || err != nil {
			t.Errorf("taken: %v, %v; want %v", taken, err, want)
		}
	}
	if diff := cmp.Diff(string(rotated.JWKS()), string(keys.JWKS())); diff != "" {
		t.Errorf("published (-there +here):\n%s", diff)
	}
	now = now.Add(time.Hour)
	late := claims()
	late.ReceivedAt = now
	if _, err := receipt.Verify(rotated.JWKS(), must(keys.Sign(late))(t)); err != nil {
		t.Error(err)
	}
}

func TestNoOtherKeyFileIsTakenWhileKeysSign(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		put  func(t *testing.T, dir string)
		says bool
	}{
		"of before its rotation": {func(t *testing.T, dir string) {
			if err := os.Rename(filepath.Join(dir, "former"), filepath.Join(dir, receipt.FileName)); err != nil {
				t.Fatal(err)
			}
		}, false},
		"of somebody else": {func(t *testing.T, dir string) {
			other := t.TempDir()
			openKeys(t, other, at(start))
			bring(t, other, dir)
		}, false},
		"gone": {func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, receipt.FileName)); err != nil {
				t.Fatal(err)
			}
		}, false},
		"half of it": {func(t *testing.T, dir string) {
			if err := os.Truncate(filepath.Join(dir, receipt.FileName), 40); err != nil {
				t.Fatal(err)
			}
		}, true},
		"readable by others": {func(t *testing.T, dir string) {
			if err := os.Chmod(filepath.Join(dir, receipt.FileName), 0o644); err != nil {
				t.Fatal(err)
			}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			keys := openKeys(t, dir, at(start))
			former := must(os.ReadFile(filepath.Join(dir, receipt.FileName)))(t)
			if err := errors.Join(os.WriteFile(filepath.Join(dir, "former"), former, 0o600), keys.Rotate()); err != nil {
				t.Fatal(err)
			}
			before := string(keys.JWKS())
			test.put(t, dir)
			if taken, err := keys.Look(); taken || (err != nil) != test.says {
				t.Errorf("taken: %v, %v", taken, err)
			}
			if diff := cmp.Diff(before, string(keys.JWKS())); diff != "" {
				t.Errorf("published (-before +after):\n%s", diff)
			}
		})
	}
}

// bring copies the key file of one directory into another.
func bring(t *testing.T, from, to string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(to, receipt.FileName), must(os.ReadFile(filepath.Join(from, receipt.FileName)))(t), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestASpoiltKeyFileIsRefusedWithoutQuotingItAndNeverReplaced(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(string) string{
		"empty":                    func(string) string { return "" },
		"no keys":                  func(string) string { return `{"keys":[]}` },
		"cut off":                  func(s string) string { return s[:len(s)/2] },
		"no private half":          func(s string) string { return strings.Replace(s, `"d"`, `"e"`, 1) },
		"halves of different keys": func(s string) string { return strings.Replace(s, `"kid": "`, `"kid": "A`, 1) },
		"retired without a date":   func(s string) string { return strings.ReplaceAll(s, `"verigate_retired_at"`, `"retired"`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := openKeys(t, dir, at(start)).Rotate(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, receipt.FileName)
			content := string(must(os.ReadFile(path))(t))
			spoilt := spoil(content)
			if err := os.WriteFile(path, []byte(spoilt), 0o600); err != nil {
				t.Fatal(err)
			}
			var private struct{ Keys []struct{ D string } }
			if err := json.Unmarshal([]byte(content), &private); err != nil {
				t.Fatal(err)
			}
			_, err := receipt.Open(dir, at(start))
			if err == nil || strings.Contains(err.Error(), private.Keys[0].D) {
				t.Errorf("got %v", err)
			}
			if now := string(must(os.ReadFile(path))(t)); now != spoilt {
				t.Errorf("the file was replaced by %s", now)
			}
		})
	}
}

func TestAWriteThatFailsLeavesTheOldKeysInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys := openKeys(t, dir, at(start))
	before := string(keys.JWKS())
	obstacle := filepath.Join(dir, receipt.FileName+".new", "full")
	if err := os.MkdirAll(obstacle, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := keys.Rotate(); err == nil {
		t.Fatal("rotated")
	}
	if diff := cmp.Diff(before, string(keys.JWKS())); diff != "" {
		t.Errorf("published (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before, string(openKeys(t, dir, at(start)).JWKS())); diff != "" {
		t.Errorf("stored (-before +after):\n%s", diff)
	}
}

func TestADirectoryThatCannotBeWrittenGivesNoKeys(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if keys, err := receipt.Open(filepath.Join(file, "data"), at(start)); err == nil || keys != nil {
		t.Errorf("got %v, %v", keys, err)
	}
}

func TestAnUnfinishedWriteIsForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, receipt.FileName+".new"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	openKeys(t, dir, at(start))
	openKeys(t, dir, at(start))
}

func TestSigningGoesOnWhileKeysRotate(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	var signers sync.WaitGroup
	for range 4 {
		signers.Go(func() {
			for range 50 {
				token, err := keys.Sign(claims())
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := receipt.Verify(keys.JWKS(), token); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		if err := keys.Rotate(); err != nil {
			t.Error(err)
		}
	}
	signers.Wait()
}
