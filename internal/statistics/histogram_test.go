package statistics

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestABucketsMiddleIsCloseToAllThatLiesInIt(t *testing.T) {
	t.Parallel()
	before := -1
	for s := int64(0); s < 400*24*3600; s += 1 + s/200 {
		b := bucketOf(time.Duration(s) * time.Second)
		if b < before {
			t.Fatalf("%d s is in bucket %d, less in %d", s, b, before)
		}
		before = b
		if off := middle(b) - s; 32*max(off, -off) > s {
			t.Fatalf("%d s is told as %d", s, middle(b))
		}
	}
	if got := bucketOf(-time.Hour); got != 0 {
		t.Errorf("less than nothing is in bucket %d", got)
	}
}

func TestPercentilesAreTheNearestRankWithinTheError(t *testing.T) {
	t.Parallel()
	if got := (histogram{}).percentile(50); got != 0 {
		t.Errorf("of nothing: %d", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Int64Range(0, 400*24*3600), 1, 60).Draw(t, "seconds")
		h := histogram{}
		for _, s := range all {
			h[bucketOf(time.Duration(s)*time.Second)]++
		}
		slices.Sort(all)
		for _, p := range []int{50, 90} {
			want := all[(len(all)*p+99)/100-1]
			if off := h.percentile(int64(p)) - want; 32*max(off, -off) > want {
				t.Fatalf("percentile %d of %v is %d, by rank %d", p, all, h.percentile(int64(p)), want)
			}
		}
	})
}
