package main

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

// The marks of the clocks.
const (
	markLag  = time.Second
	markPage = 5 * time.Millisecond
	markFold = 20 * time.Microsecond
)

func (c clocks) print(out io.Writer, s scale, busy string) {
	fmt.Fprintf(out, "Clocks: %s, %d CPUs%s. One gateway, embedded record with fsync, redis-server on this machine without persistence.\n"+
		"Open requests are rows with a clock that waits. Due: requests made over HTTP, %d a second for %s.\n\n",
		runtime.Version(), runtime.NumCPU(), busy, lagRate, s.window)
	fmt.Fprintf(out, "%9s | %8s %8s | %8s %8s | %9s | %8s %8s | %8s %8s\n",
		"open", "lag p50", "p99 ms", "page p50", "p99 ms", "B/request", "warm s", "steps/s", "cold s", "steps/s")
	for _, o := range c.sizes {
		fmt.Fprintf(out, "%9d | %8.1f %8.1f | %8.2f %8.2f | %9d | %s | %s\n",
			o.open, ms(o.lags, 0.50), ms(o.lags, 0.99), ms(o.pages, 0.50), ms(o.pages, 0.99), o.memory, o.warm, o.cold)
	}
	if c.left > 0 {
		fmt.Fprintf(out, "%9d | left out: it would not have ended within %s; -section clocks leaves it more time\n", c.left, longest)
	}
	fmt.Fprintf(out, "\nlag: from due until the step is on the disk. page: the 50 most urgent, opened. B/request: of Redis' memory.\n"+
		"warm, cold: %d due at once, until the last was on the disk (how late that one was); cold after a restart, nothing cached.\n", s.storm)
	last := c.sizes[len(c.sizes)-1]
	fmt.Fprintf(out, "\nfiring lag p99 with %d open: %.0f ms (mark %.0f ms at 1,000,000)\n", last.open, ms(last.lags, 0.99), markLag.Seconds()*1000)
	fmt.Fprintf(out, "page of 50 p99 with %d open: %.2f ms (mark %.0f ms at 1,000,000)\n", last.open, ms(last.pages, 0.99), markPage.Seconds()*1000)
	fmt.Fprintf(out, "clocks of one request folded from its history of 7 decisions: %.1f µs, %.0f allocations (mark %.0f µs); what is due of them: %.2f µs, %.0f\n",
		micro(c.fold.took), c.fold.allocs, micro(markFold), micro(c.due.took), c.due.allocs)
}

// String are the two columns of a storm.
func (s storm) String() string {
	return fmt.Sprintf("%8.2f %8.0f", s.took.Seconds(), float64(s.steps)/s.took.Seconds())
}

func ms(times []time.Duration, q float64) float64 {
	return float64(percentile(times, q)) / float64(time.Millisecond)
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
