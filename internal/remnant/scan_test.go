package remnant

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const kid = "abcdefghijklmnopqrstuvwxyz"

// message is one as a stream's file has it: subject, length of the header, header, bytes.
func message(kid, header, data string) []byte {
	var b bytes.Buffer
	b.WriteString("key." + kid)
	_ = binary.Write(&b, binary.LittleEndian, uint32(len(header)))
	b.WriteString(header + data)
	return b.Bytes()
}

const (
	putting = "NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: 0\r\nVg-Group: group.2026-11\r\n\r\n"
	buried  = "NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: 7\r\nVg-Erased: 1\r\n\r\n"
)

func write(t *testing.T, content []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "1.blk"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Wherever in a file a key stands, also across the windows in which it is read, it is found at its byte.
func TestAKeyIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	put := message(kid, putting, "wrapped")
	for _, at := range []int{0, 1, 1<<20 - reach - 1, 1<<20 - reach, 1<<20 - 30, 1<<20 - 5, 1 << 20, 1<<20 + 1, 2<<20 - reach + 3, 3 << 20} {
		t.Run(fmt.Sprint("at ", at), func(t *testing.T) {
			t.Parallel()
			dir := write(t, append(append(bytes.Repeat([]byte{'k'}, at), put...), bytes.Repeat([]byte{0}, 1<<20)...))
			r, err := Scan([]string{dir}, []string{kid, "zyxwvutsrqponmlkjihgfedcba"})
			want := []Found{{KID: kid, Path: filepath.Join(dir, "1.blk"), Offset: int64(at)}}
			if diff := cmp.Diff(want, r.Found); err != nil || diff != "" || len(r.Tombstones) != 0 {
				t.Error(err, diff, r.Tombstones)
			}
		})
	}
}

func TestAKeyIsToldFromItsTombstone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content    []byte
		found      int
		tombstones int
	}{
		"a key":                          {message(kid, putting, "wrapped"), 1, 0},
		"its tombstone":                  {message(kid, buried, ""), 0, 1},
		"both":                           {append(message(kid, putting, "wrapped"), message(kid, buried, "")...), 1, 1},
		"a tombstone, then another key":  {append(message(kid, buried, ""), message("zzz", putting, "wrapped")...), 0, 1},
		"subjects in a list":             {[]byte("key." + kid + "\x01\x02key.zzz\x01"), 0, 0},
		"a subject that is cut off":      {[]byte("key." + kid[:20]), 0, 0},
		"a subject at the end":           {[]byte("xkey." + kid), 0, 0},
		"the header of another stream":   {[]byte("Vg-Kid: " + kid), 0, 0},
		"a length that looks like an id": {message(kid, putting+string(bytes.Repeat([]byte{' '}, 'z'-len(putting))), "x"), 1, 0},
		"a reply between them":           {[]byte("key." + kid + "\x20\x00_INBOX.abc.def\x10\x00" + putting), 1, 0},
		"nothing":                        {nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Scan([]string{write(t, test.content)}, []string{kid})
			if err != nil || len(r.Found) != test.found || len(r.Tombstones) != test.tombstones || r.Files != 1 || r.Bytes != int64(len(test.content)) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

func TestADirectoryThatIsNotThereIsNoEmptyOne(t *testing.T) {
	t.Parallel()
	if _, err := Scan([]string{filepath.Join(t.TempDir(), "none")}, []string{kid}); err == nil {
		t.Error("it was searched")
	}
}
