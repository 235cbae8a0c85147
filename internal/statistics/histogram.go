package statistics

import (
	"maps"
	"math/bits"
	"slices"
	"time"
)

// precision: each doubling is divided into 16 buckets, so the middle of a bucket is at most 1/32 from all that lies in
// it. Integers alone: every machine counts the same.
const (
	parts     = 16
	partsBits = 4
)

// bucketOf is the bucket of a duration, in whole seconds. Below 32 seconds every second has its own.
func bucketOf(d time.Duration) int {
	s := uint64(max(d, 0) / time.Second)
	shift := max(bits.Len64(s)-1-partsBits, 0)
	return shift*parts + int(s>>shift) //nolint:gosec // below 32
}

// middle is the number of seconds that stands for a bucket.
func middle(bucket int) int64 {
	if bucket < 2*parts {
		return int64(bucket)
	}
	shift := bucket/parts - 1
	lower, width := int64(bucket%parts+parts)<<shift, int64(1)<<shift
	return lower + (width-1)/2
}

// histogram is how often each bucket was met.
type histogram map[int]int64

func (h histogram) size() int64 {
	var n int64
	for _, count := range h {
		n += count
	}
	return n
}

// percentile is the value at the nearest rank, zero when there is none.
func (h histogram) percentile(p int64) int64 {
	rank := (h.size()*p + 99) / 100
	for _, bucket := range slices.Sorted(maps.Keys(h)) {
		if rank -= h[bucket]; rank <= 0 {
			return middle(bucket)
		}
	}
	return 0
}
