package jet

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// A process that is killed between the description of a stream and its checksum leaves the one without the other.
func TestAStreamThatWasHalfMadeIsMadeWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := startIn(t, dir)
	parts := c.partitions
	c.Close()
	s.Close()
	streams := filepath.Join(dir, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams")
	if err := os.RemoveAll(filepath.Join(streams, recordStream(0, parts))); err != nil { // which is made last
		t.Fatal(err)
	}
	half := filepath.Join(streams, recordStream(parts-1, parts))
	if err := os.Remove(filepath.Join(half, server.JetStreamMetaFileSum)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // made again, and there at the start after that
		s, c = startIn(t, dir)
		c.Close()
		s.Close()
	}
	if _, err := os.Stat(filepath.Join(half, server.JetStreamMetaFileSum)); err != nil {
		t.Errorf("the stream still lacks its checksum: %v", err)
	}
}
