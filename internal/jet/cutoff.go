package jet

import (
	"fmt"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/blockfile"
)

// finishOverwriting overwrites what a server noted as deleted for good and did not overwrite before it was killed: in the
// streams of which messages are deleted so (Conn.overwrite). Only a directory that no server has open is looked at. It says
// how many messages they were.
func finishOverwriting(dir string) (finished int, err error) {
	for _, stream := range []string{keyStream, draftStream} {
		found, err := filepath.Glob(filepath.Join(dir, server.JetStreamStoreDir, "*", "streams", stream))
		if err != nil {
			return finished, fmt.Errorf("look for stream %s: %w", stream, err)
		}
		for _, path := range found {
			n, err := blockfile.Finish(path)
			finished += n
			if err != nil {
				return finished, err
			}
		}
	}
	return finished, nil
}
