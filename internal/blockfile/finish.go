package blockfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"verigate/internal/durable"
)

// Finish overwrites in a stream's directory each message whose deletion is noted and which is still there, and says how
// many they were. A directory without blocks, or none, has none. No server may have it open. Killed at any point it leaves
// every block as it was or whole and new; called again, it goes on. It reads the blocks once, and a second time when a
// message's deletion is noted whose overwritten place it has not met.
func Finish(stream string) (finished int, err error) {
	indexes, err := blocksIn(stream)
	if err != nil {
		return 0, fmt.Errorf("look for what was deleted and not overwritten: %w", err)
	}
	deleted, err := deletions(stream, indexes)
	if err != nil {
		return 0, fmt.Errorf("look for what was deleted and not overwritten: %w", err)
	}
	if len(deleted) == 0 {
		return 0, nil
	}
	for _, index := range indexes {
		n, err := overwrite(stream, index, deleted)
		finished += n
		if err != nil {
			return finished, fmt.Errorf("overwrite what was deleted: %w", err)
		}
	}
	return finished, nil
}

// file is where a block is.
func file(stream string, index uint32) string {
	return filepath.Join(stream, "msgs", strconv.FormatUint(uint64(index), 10)+".blk")
}

// blocksIn are the numbers of a stream's blocks.
func blocksIn(stream string) (indexes []uint32, err error) {
	entries, err := os.ReadDir(filepath.Dir(file(stream, 1)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		number, is := strings.CutSuffix(e.Name(), ".blk")
		if index, err := strconv.ParseUint(number, 10, 32); is && err == nil {
			indexes = append(indexes, uint32(index))
		}
	}
	return indexes, err
}

func open(stream string, index uint32) (block, error) {
	content, err := os.ReadFile(file(stream, index))
	if err != nil {
		return block{}, err
	}
	return newBlock(filepath.Base(stream), index, content)
}

// deletions are the sequences whose deletion is noted, without those whose overwritten place is there.
func deletions(stream string, indexes []uint32) (map[uint64]bool, error) {
	noted, over := map[uint64]bool{}, []uint64{}
	for _, index := range indexes {
		b, err := open(stream, index)
		if err != nil {
			return nil, err
		}
		b.each(func(m message) {
			switch {
			case m.note:
				noted[m.sequence] = true
			case m.over:
				over = append(over, m.sequence)
			}
		})
	}
	for _, sequence := range over {
		delete(noted, sequence)
	}
	return noted, nil
}

// overwrite writes a block anew when a message that was deleted is in it.
func overwrite(stream string, index uint32, deleted map[uint64]bool) (n int, err error) {
	b, err := open(stream, index)
	if err != nil {
		return 0, err
	}
	b.each(func(m message) {
		if !m.note && !m.over && deleted[m.sequence] {
			b.blot(m)
			n++
		}
	})
	if n == 0 {
		return 0, nil
	}
	return n, durable.Replace(file(stream, index), b.content)
}
