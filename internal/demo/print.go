package demo

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// printer tells a play on a terminal.
type printer struct {
	out    io.Writer
	colour bool
}

const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	plain  = "\x1b[0m"
)

func (p printer) in(code, text string) string {
	if !p.colour {
		return text
	}
	return code + text + plain
}

func (p printer) start(base, run string) {
	fmt.Fprintf(p.out, "%s\n", p.in(bold, "Verigate demonstration at "+base+" · "+run))
	fmt.Fprintf(p.out, "%s\n", p.in(dim, "All people, companies and numbers are fictional. Dates are moved to today; texts are left as they were told."))
}

func (p printer) title(s Story) {
	fmt.Fprintf(p.out, "\n%s  %s\n", p.in(bold, s.ID), p.in(bold, s.Title))
}

// step tells who did what, what came back, and by when the next thing is due.
func (p printer) step(s Step, r reply, remarks []string) {
	came := fmt.Sprintf("%d %s", r.code, r.state)
	colour := green
	if r.problem != "" {
		came, colour = fmt.Sprintf("%d %s", r.code, r.problem), yellow
	}
	fmt.Fprintf(p.out, "  %s %-46s %s", p.in(cyan, fmt.Sprintf("%-18s", s.By)), s.Does, p.in(colour, fmt.Sprintf("%-19s", came)))
	if r.number != "" {
		fmt.Fprintf(p.out, " %s", r.number)
	}
	switch over := []string{"answered", "confirmed", "closed", "refused", "withdrawn"}; {
	case r.due.IsZero():
	case slices.Contains(over, r.state):
		fmt.Fprintf(p.out, "  was %s", due(r.due))
	default:
		fmt.Fprintf(p.out, "  %s", due(r.due))
	}
	fmt.Fprintln(p.out)
	for _, remark := range remarks {
		fmt.Fprintf(p.out, "  %18s %s\n", "", p.in(dim, remark))
	}
}

// due says when something is due, in the words of every page: "due Fri 3 Sep 2021, 17:40 Hanoi (UTC+7)".
func due(t time.Time) string {
	return "due " + t.In(hanoi()).Format("Mon 2 Jan 2006, 15:04") + " Hanoi (UTC+7)"
}

func (p printer) later(s Step) {
	fmt.Fprintf(p.out, "  %s\n", p.in(dim, fmt.Sprintf("%-18s %s (not played)", "only time", s.Does)))
}

func (p printer) failed(err error) {
	fmt.Fprintf(p.out, "  %s\n", p.in(red, "NOT AS TOLD: "+err.Error()))
}

func (p printer) finish(stories, failed int, took time.Duration) {
	seconds := fmt.Sprintf("%.1f s", took.Seconds())
	if failed > 0 {
		fmt.Fprintf(p.out, "\n%s\n", p.in(red, fmt.Sprintf("%d of %d stories did not go as told, %s.", failed, stories, seconds)))
		return
	}
	fmt.Fprintf(p.out, "\n%s\n", p.in(green, fmt.Sprintf("%d stories went as told, in %s.", stories, seconds)))
}
