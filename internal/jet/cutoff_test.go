package jet

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/seal"
)

// A process that is killed between the store's note of a deletion and its overwriting leaves the key in the file, as a
// deletion that does not overwrite does. The next start overwrites it, and its neighbours open as before.
func TestAKeyThatWasOnlyNotedAsDeletedIsOverwrittenAtTheStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := startIn(t, dir)
	gone, stays := seal.Wrapped{KID: "gone", Group: "g.2026-11", Bytes: []byte("what must leave the disk")}, seal.Wrapped{KID: "stays", Group: "g.2026-11", Bytes: []byte("what must stay on it")}
	if err := c.Keys().Put(t.Context(), []seal.Wrapped{gone, stays}); err != nil {
		t.Fatal(err)
	}
	m, err := c.fromLeader(t.Context(), keyStream, getRequest{LastFor: keySubject(gone.KID)})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Success bool }
	noted := map[string]any{"seq": m.Sequence, "no_erase": true}
	if err := c.ask(t.Context(), "$JS.API.STREAM.MSG.DELETE."+keyStream, noted, &answer); err != nil || !answer.Success {
		t.Fatal(answer, err)
	}
	c.Close()
	s.Close()
	blocks := filepath.Join(dir, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams", keyStream, "msgs", "*.blk")
	if !anyHas(t, blocks, gone.Bytes) {
		t.Fatal("the store has overwritten it by itself: nothing is tried here")
	}

	for _, want := range []int{1, 0} {
		s, c = startIn(t, dir)
		if s.Finished != want {
			t.Errorf("%d messages were finished, want %d", s.Finished, want)
		}
		if anyHas(t, blocks, gone.Bytes) {
			t.Error("the key is on the disk while the store is open")
		}
		if got, err := c.Keys().Get(t.Context(), stays.KID); err != nil || !bytes.Equal(got.Bytes, stays.Bytes) {
			t.Errorf("its neighbour: %v", err)
		}
		c.Close()
		s.Close()
	}
}

func anyHas(t *testing.T, pattern string, what []byte) bool {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, what) {
			return true
		}
	}
	return false
}
