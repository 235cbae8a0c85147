// Command bench measures what the gateway costs beside the bare store: durable creations per second over HTTP, and
// guarded publishes of messages of the same size into a store of the same kind on the same disk. Both are measured in
// one run, in turns, so that what else the machine does hits both; what counts are the ratios. Then it measures what
// it costs to know who calls and whether they may; what a read waits for its evidence, and what it costs that Redis holds
// nothing readable and each reader is shown what is theirs; what clocks cost: how late a step is recorded with up to a
// million open, and how long what is due at once takes. Last it measures pages: how long the board takes, what it weighs, and what it
// takes to tell each change to many who look at it.
//
//	go run ./internal/bench                   # all, some six minutes
//	go run ./internal/bench -section clocks   # or creates, security, secrecy, pages
//	go run ./internal/bench -quick            # whether it works, about 20 seconds
//
// It speaks to 127.0.0.1 only and leaves nothing behind. Its results are no promise for another machine; compare two
// runs only on one machine, and only when it was quiet.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE) // whoever reads may go
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// longest bounds a whole run, whatever happens in it.
const longest = 8 * time.Minute

// run is main with its surroundings handed in.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	if s.traced != "" {
		err = runTraced(ctx, s)
	} else {
		err = sections(ctx, s, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

// sections measures what is asked for, one after the other.
func sections(ctx context.Context, s settings, out io.Writer) error {
	for i, one := range []struct {
		name    string
		measure func(context.Context, settings, io.Writer) error
	}{{sectionCreates, measure}, {sectionSecurity, measureSecurity}, {sectionSecrecy, measureSecrecy}, {sectionClocks, measureClocks}, {sectionPages, measurePages}} {
		if s.section != sectionAll && s.section != one.name {
			continue
		}
		if s.section == sectionAll && i > 0 {
			fmt.Fprintln(out)
		}
		if err := one.measure(ctx, s, out); err != nil {
			return err
		}
	}
	return nil
}

// The sections.
const (
	sectionAll      = "all"
	sectionCreates  = "creates"
	sectionSecurity = "security"
	sectionSecrecy  = "secrecy"
	sectionClocks   = "clocks"
	sectionPages    = "pages"
)

// settings are the flags.
type settings struct {
	section string
	quick   bool
	clients []int
	window  time.Duration // of one measurement
	rounds  int
	creates int    // over which fsyncs are counted
	profile string // directory for profiles; empty: none

	traced string // of the process that runs under strace: its data directory
	redis  string // address of the Redis that it is to use; empty: miniredis
}

func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{rounds: 4, creates: 512}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.section, "section", sectionAll, "creates, security, secrecy, clocks, pages, or all")
	flags.BoolVar(&s.quick, "quick", false, "one short round: whether it works, not how fast")
	clients := flags.String("clients", "1,16,64", "clients at once, one table row each")
	seconds := flags.Float64("seconds", 1.5, "length of one measurement")
	flags.StringVar(&s.profile, "profile", "", "write cpu, mutex and allocation profiles of one more measurement of the last row into this directory")
	flags.StringVar(&s.traced, "traced", "", "internal: data directory of the process whose fsyncs are counted")
	flags.StringVar(&s.redis, "redis", "", "internal: Redis of that process")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if !slices.Contains([]string{sectionAll, sectionCreates, sectionSecurity, sectionSecrecy, sectionClocks, sectionPages}, s.section) {
		fmt.Fprintln(stderr, "bench: -section is creates, security, secrecy, clocks, pages or all")
		return s, errors.New("bad -section")
	}
	if s.quick {
		s.rounds, s.creates, *seconds = 1, 64, 0.5
	}
	s.window = time.Duration(*seconds * float64(time.Second))
	for _, text := range strings.Split(*clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			fmt.Fprintln(stderr, "bench: -clients is a list of numbers from 1 to 1000")
			return s, errors.New("bad -clients")
		}
		s.clients = append(s.clients, n)
	}
	return s, nil
}
