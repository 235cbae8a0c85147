// Command testlog reads `go test -json` and writes what go test itself would print, and beside it every skipped test with
// its reason, which go test keeps to itself, and at the end the slowest tests.
//
//	go test -json ./... | testlog [-no-skips]
//
// With -no-skips a skipped test ends it with status 1. A failed one does not: the pipe's first half reports that.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout))
}

func run(args []string, in io.Reader, out io.Writer) int {
	flags := flag.NewFlagSet("testlog", flag.ContinueOnError)
	flags.SetOutput(out)
	noSkips := flags.Bool("no-skips", false, "end with status 1 when a test was skipped")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	log := newLog(out)
	if err := log.readAll(in); err != nil {
		fmt.Fprintln(out, "testlog:", err)
		return 1
	}
	log.printSlowest()
	if log.skipped > 0 {
		fmt.Fprintf(out, "%d skipped, see SKIP above\n", log.skipped)
		if *noSkips {
			return 1
		}
	}
	return 0
}

// event is a line of `go test -json`, as `go doc test2json` and `go help buildjson` describe it.
type event struct {
	Action, Package, Test, Output string
	// Elapsed is a test's own time in seconds: not what it waited for its turn, nor its parallel subtests' time.
	Elapsed float64
}

// A test is among the slowest when it takes slow seconds or more, and at most so many are told.
const (
	slow    = 1.0
	slowest = 10
)

// log holds back what a test prints until it is known how the test ended.
type log struct {
	out     io.Writer
	held    map[string]map[string][]string // package, then test ("" is the package itself), then lines
	skipped int
	slow    []event // ends of tests
}

func newLog(out io.Writer) *log {
	return &log{out: out, held: map[string]map[string][]string{}}
}

func (l *log) readAll(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			l.read(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (l *log) read(line string) {
	var e event
	if json.Unmarshal([]byte(line), &e) != nil {
		fmt.Fprint(l.out, line) // not an event: go's own complaint
		return
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(l.out, e.Output)
	case "output":
		l.hold(e)
	case "pass", "fail", "skip":
		l.end(e)
	}
}

func (l *log) hold(e event) {
	tests := l.held[e.Package]
	if tests == nil {
		tests = map[string][]string{}
		l.held[e.Package] = tests
	}
	tests[e.Test] = append(tests[e.Test], e.Output)
}

func (l *log) end(e event) {
	if e.Test == "" {
		l.endPackage(e)
		return
	}
	if e.Action != "pass" {
		l.print(l.held[e.Package][e.Test], isTestOutput)
	}
	if e.Action == "skip" {
		l.skipped++
	}
	if e.Elapsed >= slow {
		l.slow = append(l.slow, e)
	}
	delete(l.held[e.Package], e.Test)
}

// endPackage also prints what tests left behind that never ended: one of them is why the package failed.
func (l *log) endPackage(e event) {
	if e.Action != "fail" {
		l.print(l.held[e.Package][""], isVerdict)
		delete(l.held, e.Package)
		return
	}
	for test, lines := range l.held[e.Package] {
		if test != "" {
			l.print(lines, isTestOutput)
		}
	}
	l.print(l.held[e.Package][""], isTestOutput)
	delete(l.held, e.Package)
}

func (l *log) printSlowest() {
	if len(l.slow) == 0 {
		return
	}
	slices.SortStableFunc(l.slow, func(a, b event) int { return cmp.Compare(b.Elapsed, a.Elapsed) })
	fmt.Fprintln(l.out, "the slowest tests:")
	for _, e := range l.slow[:min(slowest, len(l.slow))] {
		fmt.Fprintf(l.out, "%7.1f s  %s %s\n", e.Elapsed, e.Package, e.Test)
	}
}

func (l *log) print(lines []string, wanted func(string) bool) {
	for _, line := range lines {
		if wanted(line) {
			fmt.Fprint(l.out, line)
		}
	}
}

func isTestOutput(line string) bool { return !strings.HasPrefix(line, "=== ") }

func isVerdict(line string) bool {
	return strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "?")
}
