package jet

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

// BenchmarkCreate is durable creations of 2 KiB, each on a new subject: raw
// bytes, and the same through codec, key pool and seal.
func BenchmarkCreate(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("raw/callers=%d", callers), func(b *testing.B) {
			j := open(b).Journal()
			data := make([]byte, 2048)
			each(b, callers, func(ctx context.Context, n int64) error {
				m := recordtest.Message(fmt.Sprintf("r%d", n), 0)
				m.Data = data
				_, err := j.Append(ctx, m, 0)
				return err
			})
		})
		b.Run(fmt.Sprintf("sealed/callers=%d", callers), func(b *testing.B) {
			log, stop := sealed(b)
			defer stop()
			text := strings.Repeat("x", 1900)
			each(b, callers, func(ctx context.Context, n int64) error {
				kid, err := log.Take(ctx)
				if err != nil {
					return err
				}
				_, err = log.Append(ctx, record.Entry[verification.Decision]{
					Subject: record.Request(fmt.Sprintf("r%d", n)), KID: kid,
					Decision: verification.Decision{
						Stamp:  verification.Stamp{Command: verification.CommandID(fmt.Sprintf("c%d", n))},
						Events: []verification.Event{verification.Noted{Text: text}},
					},
				}, 0)
				return err
			})
		})
	}
}

// each calls create b.N times, from that many callers at once.
func each(b *testing.B, callers int, create func(ctx context.Context, n int64) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := create(b.Context(), n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
}

// sealed is a log with its keys in the same server, refilled in the
// background.
func sealed(b *testing.B) (*record.Log[verification.Decision], func()) {
	c := open(b)
	vault := seal.New(seal.Settings{
		Store: c.Keys(), Root: sealtest.Root(b),
		Now: func() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) },
	})
	if err := vault.Fill(b.Context()); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = vault.Run(ctx) })
	return record.NewLog(c.Journal(), vault, record.Requests{}), func() {
		cancel()
		wg.Wait()
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
