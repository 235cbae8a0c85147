package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/follow"
	"verigate/internal/verification"
)

// searches is what is known when searches were noted, by System.
func searches(t *testing.T, notes ...access.NoteSearch) (c access.Custody) {
	t.Helper()
	for _, note := range notes {
		stamp := verification.Stamp{At: note.At, By: verification.System()}
		events, err := access.Entry{}.Decide(stamp, note)
		if err != nil {
			t.Fatal(err)
		}
		c = c.With(access.Decision{Stamp: stamp, Events: events})
	}
	return c
}

func TestWhatWentWithItsMonthIsGoneWithTheMonthsKey(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return time.Date(2026, 11, 1, n, 0, 0, 0, time.UTC) }
	buried := func(group string, n int) follow.Held { return follow.Held{Tombstone: true, Group: group, At: at(n)} }
	nodes := []string{"n0"}
	month := follow.Gone{Month: "2026-01", Keys: []string{"group.2026-01", "group.2026-01-2"}}
	request := func(keys ...string) follow.Gone { return follow.Gone{Request: "r", Keys: keys} }
	ofMonth := admin.Erased{Gone: month, Here: at(5), Backups: at(6)}
	done := func(e admin.Erased, n int) admin.Erased {
		e.Searched, e.Nodes = at(n), nodes
		return e
	}
	noMonths := access.NoteSearch{Nodes: nodes, At: at(3), Erasures: []access.SearchedErasure{{Request: "r", Destroyed: at(2)}}}
	both := access.NoteSearch{
		Nodes: nodes, At: at(8), Erasures: []access.SearchedErasure{{Request: "r", Destroyed: at(5)}}, Months: []access.SearchedMonth{{Month: "2026-01", Destroyed: at(5)}},
	}
	went := admin.Erased{Gone: request(month.Keys...), With: []string{"2026-01"}, Here: at(5), Backups: at(6)}
	for name, test := range map[string]struct {
		keys  []string
		notes []access.NoteSearch
		want  admin.Erased
		month admin.Erased
	}{
		"under way with its month":              {[]string{"a", "b"}, nil, went, ofMonth},
		"done with its month":                   {[]string{"a", "b"}, []access.NoteSearch{both}, done(went, 8), done(ofMonth, 8)},
		"done before its month":                 {[]string{"a", "b"}, []access.NoteSearch{noMonths}, done(admin.Erased{Gone: went.Gone, With: went.With, Here: at(2), Backups: at(3)}, 3), ofMonth},
		"a key of it was under another month":   {[]string{"a", "other"}, nil, admin.Erased{Gone: request("a", "other"), Here: at(2), Backups: at(3)}, ofMonth},
		"of a key nobody knows where it was":    {[]string{"a", "old"}, nil, admin.Erased{Gone: request("a", "old"), Here: at(2), Backups: at(3)}, ofMonth},
		"a key of it is stored though":          {[]string{"a", "stored"}, nil, admin.Erased{Gone: request("a", "stored")}, ofMonth},
		"one was under what outlives the month": {[]string{"lasting"}, nil, admin.Erased{Gone: request("lasting"), Here: at(1), Backups: at(2)}, ofMonth},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := reckoning{
				held: map[string]follow.Held{
					"group.2026-01": buried("root", 4), "group.2026-01-2": buried("root", 5), "a": buried("group.2026-01", 1), "b": buried("group.2026-01-2", 2),
					"other": buried("group.2026-02", 2), "old": buried("1", 2), "stored": {Key: true, Group: "group.2026-01"}, "lasting": buried("lasting.2026-01", 1),
				},
				custody: searches(t, test.notes...), copies: func(destroyed time.Time) time.Time { return destroyed.Add(time.Hour) }, now: at(0),
			}
			got := r.all([]follow.Gone{month, request(test.keys...)})
			if diff := cmp.Diff([]admin.Erased{test.month, test.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
