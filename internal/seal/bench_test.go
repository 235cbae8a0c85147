package seal_test

import (
	"bytes"
	"testing"

	"verigate/internal/seal"
)

func BenchmarkBlind(b *testing.B) {
	root := benchRoot(b)
	b.ReportAllocs()
	for b.Loop() {
		root.Blind("board set", "number/VR-7Q4K-M2XD-3F9T")
	}
}

func BenchmarkSealCursor(b *testing.B) {
	root, plain := benchRoot(b), make([]byte, 700) // as a row of the board is sealed
	b.ReportAllocs()
	for b.Loop() {
		if _, err := root.SealCursor("board row vr-1 b 7", plain); err != nil {
			b.Fatal(err)
		}
	}
}

func benchRoot(b *testing.B) *seal.Root {
	b.Helper()
	root, err := seal.NewRoot(bytes.Repeat([]byte{8}, 32))
	if err != nil {
		b.Fatal(err)
	}
	return root
}
