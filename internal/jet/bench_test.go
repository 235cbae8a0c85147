package jet

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"verigate/internal/record/recordtest"
)

// BenchmarkCreate is durable creations of 2 KiB, each on a new subject.
func BenchmarkCreate(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			c := open(b)
			j := c.Journal()
			data := make([]byte, 2048)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range callers {
				wg.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						m := recordtest.Message(fmt.Sprintf("r%d", n), 0)
						m.Data = data
						if _, err := j.Append(b.Context(), m, 0); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
		})
	}
}

// BenchmarkRead is the whole of one aggregate, warm.
func BenchmarkRead(b *testing.B) {
	for _, messages := range []uint64{1, 8, 20} {
		b.Run(fmt.Sprintf("messages=%d", messages), func(b *testing.B) {
			j := open(b).Journal()
			var after uint64
			for n := range messages {
				m := recordtest.Message("r1", n)
				m.Data = make([]byte, 2048)
				seq, err := j.Append(b.Context(), m, after)
				if err != nil {
					b.Fatal(err)
				}
				after = seq
			}
			for b.Loop() {
				if _, err := j.Read(b.Context(), recordtest.Message("r1", 0).Subject); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
