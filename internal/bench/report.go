package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/record"
)

// The first mark, and what another stack did with 1.6 KB of JSON, one fsync each, on a machine of the same kind.
const (
	markRatio   = 0.30
	markClients = 64
	reference16 = 1958
	reference64 = 2008
)

// report is everything that was measured.
type report struct {
	settings
	rows  []row
	syncs syncs
	redis string
	size  int    // bytes of a sealed message
	load  string // of the machine before anything was measured
}

func (r report) print(out io.Writer) {
	r.printSetting(out)
	fmt.Fprintf(out, "\n%7s | %8s %7s %7s | %9s %7s %7s | %5s | %7s %6s | %10s | %6s %8s\n", "clients",
		"bare/s", "p50 ms", "p99 ms", "creates/s", "p50 ms", "p99 ms", "ratio", "alone/s", "on/off", "cpu ms", "behind", "catch-up")
	for _, row := range r.rows {
		row.print(out)
	}
	fmt.Fprint(out, "\nratio: creates/s by bare/s, round by round. alone: nobody follows the record. on/off: the ratio with followers by that\n"+
		"without. All are medians of the rounds. cpu: of a create, store and clients included. behind: messages the slowest\n"+
		"follower had yet to take when the posts ended.\n\n")
	r.printSyncs(out)
	r.printOne(out)
	r.printMark(out)
}

func (r report) printSetting(out io.Writer) {
	board := "redis-server"
	if r.redis == "" {
		board = "miniredis (redis-server is not installed: make deps)"
	}
	fmt.Fprintf(out, "%s, %d CPUs%s. Store embedded, fsync before each acknowledgement. Board: %s.\n", runtime.Version(), runtime.NumCPU(), r.load, board)
	fmt.Fprintf(out, "Creates: POST of %d bytes over HTTP, each sealed (%d bytes), signed for and routed to one unit by rule; clients in\n"+
		"this process on kept connections. Bare: guarded publish of the same sealed bytes, each a new subject. %d rounds of %s each.\n",
		r.posted(), r.size, r.rounds, r.window)
}

func (r report) posted() int {
	body, err := newBody(time.Now())
	if err != nil {
		return 0
	}
	return len(body[0]) + len(mark) + len(body[1])
}

// load is the machine's load of the last minute. What was measured on a busy machine says little: the bare store waits
// for a processor as long as the gateway does, which flatters the ratio, and a create takes more of it.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	text, _, _ := strings.Cut(string(raw), " ")
	if one, err := strconv.ParseFloat(text, 64); err == nil && one > float64(runtime.NumCPU())/2 {
		text += " (BUSY: repeat this on a quiet machine)"
	}
	return ", load before " + text
}

func (r row) print(out io.Writer) {
	bare, on := r.on.bare, r.on.creates
	fmt.Fprintf(out, "%7d | %8.0f %7.2f %7.2f | %9.0f %7.2f %7.2f | %5.2f | %7.0f %6.2f | %10.2f | %6d %7.1fs\n", r.clients,
		rate(bare), quantile(bare, 0.50), quantile(bare, 0.99), rate(on), quantile(on, 0.50), quantile(on, 0.99), r.ratio(),
		rate(r.off.creates), r.ratio()/r.off.ratio(), cpu(on), slices.Max(r.behind), r.catchUp.Seconds())
}

func (r row) ratio() float64 { return r.on.ratio() }

// ratio is the median of the rounds.
func (t turns) ratio() float64 { return quotient(t.creates, t.bare) }

func rate(results []result) float64 {
	var all []float64
	for _, r := range results {
		all = append(all, r.rate())
	}
	return median(all)
}

// quotient is the median of a's rate by b's, round by round.
func quotient(a, b []result) float64 {
	var all []float64
	for i := range a {
		all = append(all, a[i].rate()/b[i].rate())
	}
	return median(all)
}

func median(all []float64) float64 {
	slices.Sort(all)
	if n := len(all); n%2 == 0 {
		return (all[n/2-1] + all[n/2]) / 2
	}
	return all[len(all)/2]
}

// quantile is over the calls of all rounds, in milliseconds.
func quantile(results []result, q float64) float64 {
	var all []time.Duration
	for _, r := range results {
		all = append(all, r.times...)
	}
	slices.Sort(all)
	return float64(all[int(q*float64(len(all)-1))]) / float64(time.Millisecond)
}

func cpu(results []result) float64 {
	var all []float64
	for _, r := range results {
		all = append(all, r.cpu.Seconds()*1000/float64(r.done))
	}
	return median(all)
}

func (r report) printSyncs(out io.Writer) {
	how := "counted by strace, followers at work"
	if !r.syncs.traced {
		how = "not traced: messages stored, each of which the store fsyncs once; keys and positions not counted"
	}
	n := float64(r.syncs.creates)
	fmt.Fprintf(out, "fsyncs per create: %.2f (", float64(r.syncs.total())/n)
	for i, name := range slices.Sorted(maps.Keys(r.syncs.by)) {
		if i > 0 {
			fmt.Fprint(out, ", ")
		}
		fmt.Fprintf(out, "%s %.2f", name, float64(r.syncs.by[name])/n)
	}
	fmt.Fprintf(out, "), over %d creates; %s\n", r.syncs.creates, how)
}

// printOne tells what the creates are by a store that is not parted: a record lies in so many streams because files that are
// synced side by side take more, which makes the bare store quicker than it was when the mark was set.
func (r report) printOne(out io.Writer) {
	for _, row := range r.rows {
		fmt.Fprintf(out, "bare into one of the store's %d streams at %d clients: %.0f/s; creates/s by that: %.2f, alone %.2f\n",
			record.Partitions, row.clients, rate(row.on.one), quotient(row.on.creates, row.on.one), quotient(row.off.creates, row.off.one))
	}
}

func (r report) printMark(out io.Writer) {
	var rates []string
	for _, row := range r.rows {
		rates = append(rates, fmt.Sprintf("%.0f at %d", rate(row.on.creates), row.clients))
		if row.clients == markClients {
			fmt.Fprintf(out, "ratio at %d clients with sealing and receipts on: %.2f (mark %.2f)\n", markClients, row.ratio(), markRatio)
		}
	}
	fmt.Fprintf(out, "creates/s %s (reference %d at 16 clients, %d at 64, measured elsewhere: Echo + PostgreSQL + River)\n",
		strings.Join(rates, ", "), reference16, reference64)
}
