package e2e

import (
	"cmp"
	"math"
	"slices"
	"testing"
	"time"
)

// mannWhitney is the two-sided p of the Mann-Whitney U test that two samples come from one distribution: the normal
// approximation with the corrections for ties and for continuity, good for the thousands of values that it is given.
func mannWhitney(a, b []time.Duration) float64 {
	type value struct {
		took  time.Duration
		first bool
	}
	all := make([]value, 0, len(a)+len(b))
	for _, took := range a {
		all = append(all, value{took, true})
	}
	for _, took := range b {
		all = append(all, value{took, false})
	}
	slices.SortFunc(all, func(x, y value) int { return cmp.Compare(x.took, y.took) })
	ranks, ties := 0.0, 0.0 // the sum of the first sample's ranks; the sum of t³-t over groups of t equals
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].took == all[from].took {
			to++
		}
		t := float64(to - from)
		for _, v := range all[from:to] {
			if v.first {
				ranks += float64(from+to+1) / 2 // the mean of the ranks from+1 to to
			}
		}
		ties += t*t*t - t
		from = to
	}
	m, n := float64(len(a)), float64(len(b))
	u := ranks - m*(m+1)/2
	deviation := math.Sqrt(m * n / 12 * (m + n + 1 - ties/((m+n)*(m+n-1))))
	z := (math.Abs(u-m*n/2) - 0.5) / deviation
	return math.Min(1, math.Erfc(z/math.Sqrt2))
}

// TestMannWhitneyIsThatOfTheBooks: the ages of the documentation of scipy.stats.mannwhitneyu, whose p by the same
// approximation is 0.11134688653314041, and ties, worked out by hand: U = 0.5, deviation = sqrt(9/12·(7-18/30)).
func TestMannWhitneyIsThatOfTheBooks(t *testing.T) {
	t.Parallel()
	p := mannWhitney([]time.Duration{19, 22, 16, 29, 24}, []time.Duration{20, 11, 17, 12})
	if math.Abs(p-0.11134688653314041) > 1e-12 {
		t.Errorf("p = %v", p)
	}
	p = mannWhitney([]time.Duration{1, 1, 2}, []time.Duration{2, 3, 3})
	if want := math.Erfc((math.Abs(0.5-4.5) - 0.5) / math.Sqrt(9.0/12*(7-18.0/30)) / math.Sqrt2); math.Abs(p-want) > 1e-12 {
		t.Errorf("with ties p = %v, want %v", p, want)
	}
	if p = mannWhitney([]time.Duration{1, 2, 3}, []time.Duration{1, 2, 3}); p != 1 {
		t.Errorf("of equals p = %v", p)
	}
}
