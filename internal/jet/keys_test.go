package jet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/follow"
	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

func TestKeysKeepTheContract(t *testing.T) {
	t.Parallel()
	sealtest.Run(t, func(t *testing.T) seal.KeyStore { return open(t).Keys() })
}

func TestALostAnswerToABatchOfKeysIsFound(t *testing.T) {
	t.Parallel()
	c := open(t)
	lose := lossy(c)
	for _, n := range []int{1, 3} {
		batch := make([]seal.Wrapped, n)
		for i := range batch {
			batch[i] = seal.Wrapped{KID: string(rune('a'+n)) + string(rune('a'+i)), Group: "g", Bytes: []byte{byte(n), byte(i)}}
		}
		lose(2) // of the write, and of the refusal that answers its repeat
		if err := c.Keys().Put(t.Context(), batch); err != nil {
			t.Fatalf("batch of %d: %v", n, err)
		}
	}
}

func TestErasedKeyBytesLeaveTheDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := startIn(t, dir)
	secret, kept := []byte("canary-of-the-erased-key"), []byte("canary-of-the-kept-key")
	batch := []seal.Wrapped{{KID: "gone", Group: "g", Bytes: secret}, {KID: "kept", Group: "g", Bytes: kept}}
	if err := c.Keys().Put(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := c.Keys().Erase(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	s.Close()
	if onDisk(t, dir, secret) || !onDisk(t, dir, kept) {
		t.Fatal("the erased key is on disk, or the search finds nothing")
	}
}

// What an erasure that was cut off has left is told: the tombstone is there, and the key still is.
func TestWhatIsHeldOfEachKeyIsTold(t *testing.T) {
	t.Parallel()
	c := open(t)
	k, batch := c.Keys(), []seal.Wrapped{{KID: "group.2026-11", Group: "root", Bytes: []byte("g")}}
	for n := range pageOf + 1 {
		batch = append(batch, seal.Wrapped{KID: fmt.Sprintf("k%d", n), Group: "group.2026-11", Bytes: []byte{byte(n)}})
	}
	do(t, k.Put(t.Context(), batch))
	do(t, k.Erase(t.Context(), "k1"))
	last, err := c.fromLeader(t.Context(), keyStream, getRequest{LastFor: keySubject("k2")})
	do(t, err)
	do(t, k.bury(t.Context(), "k2", last))
	held, err := k.Held(t.Context())
	do(t, err)
	if len(held) != len(batch) {
		t.Errorf("%d keys, want %d", len(held), len(batch))
	}
	for kid, want := range map[string]follow.Held{"k1": {Tombstone: true}, "k2": {Key: true, Tombstone: true}, "k500": {Key: true}, "group.2026-11": {Key: true}} {
		got := held[kid]
		if since := time.Since(got.At); want.Tombstone && (since < 0 || since > time.Minute) {
			t.Errorf("the tombstone of %s is of %s", kid, got.At)
		}
		if got.Key != want.Key || got.Tombstone != want.Tombstone || got.At.IsZero() == want.Tombstone {
			t.Errorf("of %s is held %+v, want %+v", kid, got, want)
		}
	}
}

// A key that is wrapped anew leaves nothing of its former bytes, also when the process ended before it overwrote them.
func TestFormerBytesOfAReplacedKeyLeaveTheDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := startIn(t, dir)
	keys, ctx := c.Keys(), t.Context()
	do(t, keys.Put(ctx, []seal.Wrapped{{KID: "one", Group: "g", Bytes: []byte("canary-of-the-first-wrapping")}}))
	was, err := keys.Get(ctx, "one")
	do(t, err)
	second := was
	second.Bytes = []byte("canary-of-the-second-wrapping")
	m := keyMessage(second)
	guard(m, was.Place)
	_, err = c.publish(ctx, m) // and the process ends
	do(t, err)
	do(t, keys.Settle(ctx, "one"))
	third, err := keys.Get(ctx, "one")
	do(t, err)
	third.Bytes = []byte("canary-of-the-third-wrapping")
	lose := lossy(c)
	lose(1)
	do(t, keys.Replace(ctx, third))
	c.Close()
	s.Close()
	for what, want := range map[string]bool{"first": false, "second": false, "third": true} {
		if onDisk(t, dir, []byte("canary-of-the-"+what+"-wrapping")) != want {
			t.Errorf("the %s wrapping is on the disk: %v", what, !want)
		}
	}
}

func onDisk(t *testing.T, dir string, what []byte) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Contains(data, what)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestVaultOverTheRealStore(t *testing.T) {
	t.Parallel()
	c := open(t)
	now := func() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }
	fresh := func() *seal.Vault {
		return seal.New(seal.Settings{Store: c.Keys(), Root: sealtest.Root(t), Now: now})
	}
	v := fresh()
	kid, err := v.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(t.Context(), kid, []byte("bound"), []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := fresh().Open(t.Context(), kid, []byte("bound"), sealed)
	if err != nil || string(plain) != "content" {
		t.Fatalf("got %q, %v", plain, err)
	}
}

// A replacement that ended between the tombstone of the former group key and the overwriting leaves its bytes to the next call.
func TestABuriedGroupKeyIsOverwrittenByTheNextReplacement(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := startIn(t, dir)
	keys, ctx := c.Keys(), t.Context()
	now := func() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }
	v := seal.New(seal.Settings{Store: keys, Root: sealtest.Root(t), Now: now})
	kid, err := v.Take(ctx)
	do(t, err)
	sealed, err := v.Seal(ctx, kid, []byte("bound"), []byte("content"))
	do(t, err)
	former, err := keys.Get(ctx, "group.2021-09")
	do(t, err)
	_, group, err := v.ReplaceGroup(ctx, "group.2021-09")
	do(t, err)
	// As the process would have left it: the tombstone, with the former bytes before it.
	last, err := c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject("group.2021-09")})
	do(t, err)
	do(t, c.overwrite(ctx, keyStream, last.Sequence))
	do(t, keys.Put(ctx, []seal.Wrapped{former}))
	last, err = c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject("group.2021-09")})
	do(t, err)
	do(t, keys.bury(ctx, "group.2021-09", last))

	_, again, err := v.ReplaceGroup(ctx, "group.2021-09")
	if err != nil || group != "group.2021-09-2" || again != "group.2021-09-3" {
		t.Errorf("%s, then %s, %v", group, again, err)
	}
	if plain, err := v.Open(ctx, kid, []byte("bound"), sealed); err != nil || string(plain) != "content" {
		t.Errorf("%q, %v", plain, err)
	}
	c.Close()
	s.Close()
	if onDisk(t, dir, former.Bytes) {
		t.Error("the former group key is on the disk")
	}
}

// Which month the key of an erased request was under is told by its tombstone alone.
func TestATombstoneKeepsTheGroupOfItsKey(t *testing.T) {
	t.Parallel()
	c := open(t)
	if err := c.Keys().Put(t.Context(), []seal.Wrapped{{KID: "a", Group: "group.2026-01", Bytes: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Keys().Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	held, err := c.Keys().Held(t.Context())
	if h := held["a"]; err != nil || h.Key || !h.Tombstone || h.Group != "group.2026-01" {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := c.Keys().Get(t.Context(), "a"); !errors.Is(err, record.ErrErased) {
		t.Errorf("asked for: %v", err)
	}
}

// A key whose headers cannot be read is told, and not passed as one of another group: the end of its group would take it along.
func TestAKeyWhoseHeadersAreDamagedIsNotLeftOutOfItsGroup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := startIn(t, dir)
	for _, kid := range []string{"whole", "damaged"} {
		do(t, c.Keys().Put(t.Context(), []seal.Wrapped{{KID: kid, Group: "group.2026-01", Bytes: []byte("x")}}))
	}
	c.Close()
	s.Close()
	file := filepath.Join(dir, "jetstream", "$G", "streams", keyStream, "msgs", "1.blk")
	block, err := os.ReadFile(file)
	do(t, err)
	subject := []byte(keySubject("damaged"))
	length := block[bytes.LastIndex(block, subject)+len(subject):] // of the headers: no sum of the store covers it
	binary.LittleEndian.PutUint32(length, 5)
	do(t, os.WriteFile(file, block, 0o600))

	s, c = startIn(t, dir)
	defer s.Close()
	defer c.Close()
	var seen []string
	err = c.Keys().Each(t.Context(), "group.2026-01", func(w seal.Wrapped) error {
		seen = append(seen, w.KID)
		return nil
	})
	if !errors.Is(err, record.ErrUnreadable) || !strings.Contains(err.Error(), "keys sequence 2") {
		t.Errorf("the keys of the group are %v, %v", seen, err)
	}
}
