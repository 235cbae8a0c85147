package follow_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/rdb"
	"verigate/internal/rdb/redistest"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// readers are all who are told numbers; some of them are excluded from some requests.
func readers() []access.Caller {
	all := []access.Caller{
		gatewaytest.Editor(), gatewaytest.Reviewer(), gatewaytest.Third(), gatewaytest.Outsider(), gatewaytest.Lead(),
		gatewaytest.Supervisor(), gatewaytest.Auditor(),
	}
	for _, unit := range []verification.UnitCode{"03", "02", "33", "15"} {
		all = append(all, gatewaytest.Officer(unit), gatewaytest.Chief(unit))
	}
	return all
}

// conflict routes one question of a request once more and excludes some readers and perhaps a unit, also one that has a task:
// what it had goes to the same place.
func (b *busy) conflict(g *gateway.Gateway, id verification.RequestID) {
	b.Helper()
	var x verification.Exclusion
	for _, by := range readers()[1:] { // the editor routes
		if b.random.IntN(3) == 0 {
			x.Persons = append(x.Persons, by.Person)
		}
	}
	if b.random.IntN(2) == 0 {
		x.Units = []verification.UnitCode{[]verification.UnitCode{"03", "33"}[b.random.IntN(2)]}
	}
	questions := []int{1}
	for _, t := range b.Latest()[string(id)].Request.Tasks {
		if slices.Contains(x.Units, t.Unit) {
			questions = append(questions, t.Questions...)
		}
	}
	b.Claim(gatewaytest.Editor(), id)
	_, err := g.Route(b.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "15", Questions: questions}}, Exclude: x,
	})
	if err != nil {
		b.Fatal(err)
	}
}

// excluded is the rule in words of its own.
func excluded(by access.Caller, r verification.Request) bool {
	ofUnit := by.Has(verification.RoleUnit) || by.Has(verification.RoleUnitLead)
	return slices.Contains(r.Excluded.Persons, by.Person) || ofUnit && slices.Contains(r.Excluded.Units, by.Unit)
}

// may is what of the record a reader may be told in numbers.
func (b *busy) may(by access.Caller) (tiles board.Counters, cells []statistics.Counted) {
	b.Helper()
	var rows []board.Row
	all := statistics.Tally{}
	for _, s := range b.Latest() {
		if excluded(by, s.Request) {
			continue
		}
		all.Add(statistics.Of(b.Rules, s.Request, s.Clocks), 1)
		if !s.Rows.Audience.Sealed() && s.Request.State.Open() {
			rows = append(rows, s.Rows.Request)
		}
	}
	for cell, counts := range all {
		cells = append(cells, statistics.Counted{Cell: cell, Counts: counts})
	}
	tiles = board.Counters{ByDegree: map[verification.Degree]int{}, ByState: map[verification.State]int{}}
	for _, r := range rows {
		tiles.Open++
		tiles.ByDegree[r.Degree]++
		tiles.ByState[r.State]++
		if r.State == verification.Received || r.State == verification.Triage {
			tiles.Unrouted++
		}
		if r.Overdue(b.Clock.Now()) {
			tiles.Overdue++
		}
	}
	return tiles, cells
}

// compare reads what everybody is told and recounts it. It returns for how many readers something was left out.
func (b *busy) compare(g *gateway.Gateway) (fewer int) {
	b.Helper()
	_, everything := b.may(access.Caller{})
	for _, by := range readers() {
		tiles, cells := b.may(by)
		if len(everything) != len(cells) {
			fewer++
		}
		page, err := g.BoardPage(b.Context(), gatewaytest.Call(by, access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 1})
		if err == nil && page.Counters != nil {
			page.Counters.AsOf = board.Position{}
			if diff := cmp.Diff(tiles, *page.Counters); diff != "" {
				b.Errorf("tiles of %s (-recount +told):\n%s", by.Person, diff)
			}
		}
		for _, level := range []statistics.Level{"", statistics.Department, statistics.SubDepartment} {
			for _, division := range []statistics.By{statistics.ByNone, statistics.ByPartner, statistics.ByCampaign, statistics.ByDegree} {
				q := statistics.Query{Level: level, By: division, From: "2021-08", To: "2021-12"}
				got, err := g.Statistics(b.Context(), gatewaytest.Call(by, access.OpGetStatistics), q)
				if err != nil {
					b.Fatalf("%s: %v", by.Person, err)
				}
				rows, all := statistics.Sum(got.Query, cells)
				if diff := cmp.Diff(rows, got.Rows) + cmp.Diff(all, got.All); diff != "" {
					b.Errorf("%s by %s of %s (-recount +told):\n%s", got.Query.Level, division, by.Person, diff)
				}
			}
		}
	}
	return fewer
}

func TestWhatAReaderIsToldIsARecountOfWhatTheReaderMaySee(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: four histories, each counted again and again for each reader, 4 s")
	}
	t.Parallel()
	addr := redistest.Start(t)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := world(t)
			s := rdb.Open(rdb.Options{Addrs: []string{addr}, Name: fmt.Sprint("seed", seed)}, open{})
			t.Cleanup(func() { _ = s.Close() })
			parts := w.Parts(w.Watch)
			parts.Board = s
			g := gateway.New(parts)
			b := newBusy(w, seed)
			for i, id := range b.ids {
				if i%2 == 1 { // S12 is not among them
					b.conflict(g, id)
				}
			}
			w.Run(w.Watcher.Run, boarder(w, s).Run)
			fewer := 0
			for range 4 {
				b.play(12)
				followed := func() bool {
					end, err := w.Journal.Last(t.Context())
					at, berr := s.Position(t.Context())
					return err == nil && berr == nil && at.Record == end && w.Watch.Position() == end && w.Watch.Current(w.Clock.Now()) == nil
				}
				w.Eventually("board and watch follow", followed)
				fewer += b.compare(g)
			}
			if fewer == 0 {
				t.Error("nothing was left out for anybody")
			}
		})
	}
}
