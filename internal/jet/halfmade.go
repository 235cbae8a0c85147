package jet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"
)

// dropHalfMade takes back the description of a stream that was killed while it was made: one without its checksum, which
// is written next. The server passes over such a stream when it starts; made again, it would keep the description as it
// is, take messages and acknowledge them, and pass over them at the next start. Without the description the stream is
// made whole, with whatever lies in it. Only a directory that no server has open is looked at.
func dropHalfMade(dir string) error {
	found, err := filepath.Glob(filepath.Join(dir, server.JetStreamStoreDir, "*", "streams", "*", server.JetStreamMetaFile))
	if err != nil {
		return fmt.Errorf("look for streams that are half made: %w", err)
	}
	for _, description := range found {
		sum, err := os.Stat(filepath.Join(filepath.Dir(description), server.JetStreamMetaFileSum))
		switch {
		case err == nil && sum.Size() > 0:
			continue
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("look for streams that are half made: %w", err)
		}
		if err := os.Remove(description); err != nil {
			return fmt.Errorf("take back a stream that is half made: %w", err)
		}
	}
	return nil
}
