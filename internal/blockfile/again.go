package blockfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"verigate/internal/durable"
)

// WriteLastAgain writes the last block of a stream anew, byte for byte, so that it is on the disk when it returns: behind an
// fsync that failed the kernel may hold as written what the disk has not. Nobody has the stream open.
func WriteLastAgain(stream string) error {
	found, err := filepath.Glob(filepath.Join(stream, "msgs", "*.blk"))
	if err != nil {
		return fmt.Errorf("look for the blocks of %s: %w", stream, err)
	}
	last, path := -1, ""
	for _, one := range found {
		if n, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(one), ".blk")); err == nil && n > last {
			last, path = n, one
		}
	}
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the last block of %s: %w", stream, err)
	}
	return durable.Replace(path, content)
}
