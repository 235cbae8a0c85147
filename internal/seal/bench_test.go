package seal_test

import (
	"testing"

	"verigate/internal/seal/sealtest"
)

func BenchmarkBlind(b *testing.B) {
	names := sealtest.Names(b)
	b.ReportAllocs()
	for b.Loop() {
		names.Blind("board set", "number/VR-7Q4K-M2XD-3F9T")
	}
}

func BenchmarkSealCursor(b *testing.B) {
	names, plain := sealtest.Names(b), make([]byte, 700) // as a row of the board is sealed
	b.ReportAllocs()
	for b.Loop() {
		if _, err := names.SealCursor("board row vr-1 b 7", plain); err != nil {
			b.Fatal(err)
		}
	}
}
