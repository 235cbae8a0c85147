package boardtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"verigate/internal/board"
	"verigate/internal/marking"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// Start is the time at which samples were received.
func Start() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

// ID is the id of the n-th sample.
func ID(n int) verification.RequestID { return verification.RequestID(fmt.Sprintf("%026d", n)) }

// Sample is the rows of the n-th of many requests: of partner NG, at unit 03, urgent, due n minutes after Start, shared.
func Sample(n int, changes ...func(*board.Rows)) board.Rows {
	id, number := ID(n), fmt.Sprintf("VR-%04d-0000-0000", n)
	due := Start().Add(time.Duration(n) * time.Minute)
	r := board.Rows{
		Request: board.Row{
			ID: id, Number: number, Kind: verification.KindRequest, State: verification.WithUnits,
			Status: verification.StatusInProgress, Partner: "NG", Units: []verification.UnitCode{"03"},
			Degree: verification.Urgent, Level: marking.L1, Clock: "accept", DueAt: due, TotalDueAt: due.Add(time.Hour),
			WaitingOn: "unit:03", ReceivedAt: Start(), Round: 1, Questions: []int{1, 2}, UpdatedAt: Start(),
		},
		Partner: board.PartnerRow{
			ID: id, Number: number, Kind: verification.KindRequest, Status: verification.StatusInProgress, Round: 1,
			Degree: verification.Urgent, ReceivedAt: Start(), DueAt: due.Add(time.Hour),
			UpdatedAt: Start().Add(time.Duration(n) * time.Second), Partner: "NG", View: view(n),
		},
		Tasks: []board.QueueItem{{
			Task: verification.NewTaskID(id, 1), Request: id, Number: number, Unit: "03", Kind: verification.TaskQuestion,
			State: verification.Queued, Degree: verification.Urgent, Questions: []int{1, 2},
			AcceptDueAt: due, AnswerDueAt: due.Add(time.Hour), UpdatedAt: Start(),
		}},
		Due:         due,
		Audience:    board.Audience{Level: marking.L1, Partner: "NG", Units: []verification.UnitCode{"03"}},
		Identifiers: []string{fmt.Sprintf("container:%d", n/2)},
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func view(n int) string {
	sum := sha256.Sum256(fmt.Append(nil, n))
	return hex.EncodeToString(sum[:16])
}

// Adds is what a sample contributes: to its month by degree, and to the month of each unit with a task, so many that
// every change of it changes the numbers.
func Adds(r board.Rows) statistics.Contribution {
	if r.Audience.Sealed() {
		return nil
	}
	month := statistics.MonthOf(r.Request.ReceivedAt)
	of := statistics.Contribution{{
		Cells: []statistics.Cell{
			{Month: month, Level: statistics.Headquarters, By: statistics.ByNone},
			{Month: month, Level: statistics.Headquarters, By: statistics.ByDegree, Value: string(r.Request.Degree)},
		},
		Counts: statistics.Counts{
			"received": 1, statistics.Counter(map[bool]string{true: "open", false: "ended"}[r.Request.State.Open()]): 1,
			"spent:desk": max(int64(r.Request.DueAt.Sub(Start())/time.Second), 1),
		},
	}}
	for _, u := range r.Request.Units {
		of = append(of, statistics.Share{
			Cells:  []statistics.Cell{{Month: month, Level: statistics.Department, Unit: u, By: statistics.ByNone}},
			Counts: statistics.Counts{"received": 1},
		})
	}
	return of
}

// SealedIn puts a sample at L3 into a compartment.
func SealedIn(c verification.Compartment) func(*board.Rows) {
	return func(r *board.Rows) {
		r.Request.Level, r.Audience.Level, r.Audience.Compartment = marking.L3, marking.L3, c
	}
}

// DueIn moves a sample's first clock to so long after Start.
func DueIn(d time.Duration) func(*board.Rows) {
	return func(r *board.Rows) {
		r.Request.DueAt, r.Due, r.Tasks[0].AcceptDueAt = Start().Add(d), Start().Add(d), Start().Add(d)
	}
}

// Notice is of the answer clock of the n-th sample's task, recorded so long after Start, and told that rung.
func Notice(n, percent int, after time.Duration, told sla.Rung) notice.Notice {
	return notice.Notice{
		Step: verification.Step{
			Clock: "answer", Task: verification.NewTaskID(ID(n), 1), Round: 1, Promise: 1, Percent: percent, DueAt: Start().Add(after),
		},
		At: Start().Add(after), Told: []sla.Rung{told}, Unit: "03", ChargedTo: "unit:03", DueAt: Start().Add(time.Hour),
	}
}

// Noticed gives a sample notices.
func Noticed(all ...notice.Notice) func(*board.Rows) {
	return func(r *board.Rows) { r.Notices = all }
}

// Settled is a notice whose clock has stopped a day after Start.
func Settled(n notice.Notice) notice.Notice {
	n.Settled = notice.Settlement{At: Start().Add(24 * time.Hour), By: notice.Stopped}
	return n
}

// Ended ends a sample.
func Ended(r *board.Rows) {
	r.Request.State, r.Request.Status, r.Partner.Status = verification.Answered, verification.StatusAnswered, verification.StatusAnswered
	r.Request.Units, r.Request.Clock, r.Request.DueAt, r.Request.WaitingOn = nil, "", time.Time{}, ""
	r.Tasks, r.Due = nil, time.Time{}
}

// Owed ends a sample whose answer was recalled since: it stays on the board.
func Owed(r *board.Rows) {
	Ended(r)
	r.Request.Flags = []board.Flag{board.FlagRecalled}
}

// Everyone may see everything: they are members of all compartments that tests use.
func Everyone() board.Visible {
	return board.Visible{
		Compartments: []verification.Compartment{"general-l3", "drugs", "wildlife-l3"},
		May:          func(board.Audience) bool { return true },
	}
}

// Outsiders are members of no compartment.
func Outsiders() board.Visible {
	return board.Visible{May: func(a board.Audience) bool { return !a.Sealed() }}
}
