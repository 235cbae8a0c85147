package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"verigate/api/client"
)

// s05 brings the container of S01 again, from two more partners. Twins are linked for the desk and never merged; a
// fact that came from NG goes out only when NG allows it, without learning to whom.
func s05() Story {
	const (
		first = matter("S01")
		mw    = matter("S05-MW")
		rilo  = matter("S05-RILO-AP")
	)
	ng, malawi, rap, haiphong := partner("NG"), partner("MW"), partner("RILO-AP"), unit("03")
	return Story{
		ID: "S05", Title: "The same container from two more partners: never merged", Needs: "S01",
		Steps: []Step{
			mw.sends(malawi, "in_progress"),
			rilo.sends(rap, "in_progress"),
			mw.claims(desk(1), "with_units").proving(mw.routedTo("03")),
			rilo.claims(desk(1), "with_units").proving(rilo.routedTo("03")),
			mw.twinOf(desk(1), rilo),
			mw.duplicates(desk(1), first).saying("marks MW's a duplicate of NG's"),
			mw.duplicates(desk(1), rilo).saying("marks MW's a duplicate of RILO-AP's"),
			mw.listed(malawi, true),
			rilo.listed(malawi, false),
			rilo.hiddenFrom(malawi).saying("opens the address of RILO-AP's"),
			first.hiddenFrom(malawi).saying("opens the address of NG's"),
			mw.hiddenFrom(rap).saying("opens the address of MW's"),
			mw.accepts(haiphong),
			rilo.accepts(haiphong),
			mw.answers(haiphong, 1, "answered"),
			rilo.answers(haiphong, 1, "answered"),
			mw.edits(desk(1)).refused(http.StatusConflict, "fact_locked"),
			mw.does(desk(2), "askConsent", 1, "asks whose fact it is").gives("consent_pending"),
			mw.asked(ng),
			mw.does(ng, "decideConsent", 1, "allows it, unnamed").gives("granted"),
			mw.edits(desk(1)),
			mw.releases(desk(2)).gives("answered"),
			mw.pulls(malawi, "final").proving(mw.says(1, "held", "SEIZED"), mw.says(2, "held", "PARTIAL")),
			rilo.edits(desk(1)),
			rilo.releases(desk(2)).gives("answered"),
			rilo.pulls(rap, "final").proving(rilo.says(1, "held", "SEIZED")),
			onlyTime("a consent that nobody decides expires, and its fact stays locked"),
		},
	}
}

// twinOf shows the desk that another partner asks about the same thing.
func (m matter) twinOf(by Actor, other matter) Step {
	return Step{
		By: by, Does: "asks who else asks about it", Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) {
			var last reply
			err := s.until(ctx, "the twin", func() (bool, error) {
				var err error
				if last, err = s.look(ctx, m, by, "getCandidates"); err != nil || last.code != http.StatusOK {
					return true, err
				}
				found, err := as[client.Candidates](last)
				return slices.ContainsFunc(found.Twins, func(t client.CandidatesTwin) bool {
					return t.ID == s.files[other].id && !t.SamePartner
				}), err
			})
			return last, err
		},
	}
}

// duplicates tries to merge the matter into another partner's.
func (m matter) duplicates(by Actor, of matter) Step {
	return Step{
		By: by, Want: want{code: http.StatusConflict, problem: "other_partner"},
		act: func(ctx context.Context, s *stage) (reply, error) {
			body, err := json.Marshal(client.Duplicate{Of: s.files[of].id})
			if err != nil {
				return reply{}, fmt.Errorf("write a duplicate: %w", err)
			}
			key := s.run + "-" + string(m) + "-duplicate-of-" + string(of)
			return s.call(ctx, by, request{op: "markDuplicate", id: s.files[m].id, key: key, body: body})
		},
	}
}

// listed looks for the matter's number in a partner's own list.
func (m matter) listed(by Actor, there bool) Step {
	says := "finds it in its own list"
	if !there {
		says = "looks for the other's number in its own list"
	}
	return Step{
		By: by, Does: says, Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) {
			var last reply
			err := s.until(ctx, "the request in the partner's list", func() (bool, error) {
				var err error
				if last, err = s.call(ctx, by, request{op: "listRequests", number: s.files[m].number}); err != nil || last.code != http.StatusOK {
					return true, err
				}
				page, err := as[client.RequestPage](last)
				found := slices.ContainsFunc(page.Items, func(r client.RequestRow) bool { return r.ID == s.files[m].id })
				if found && !there {
					return true, errors.New("another partner's request is in the list")
				}
				return found == there, err
			})
			return last, err
		},
	}
}

// asked finds the ask in the originator's list, which must not tell for whom it is.
func (m matter) asked(by Actor) Step {
	return Step{
		By: by, Does: "finds the ask; it names nobody", Want: want{code: http.StatusOK},
		act: func(ctx context.Context, s *stage) (reply, error) {
			f := s.files[m]
			var last reply
			err := s.until(ctx, "the ask", func() (bool, error) {
				var err error
				if last, err = s.call(ctx, by, request{op: "listConsents"}); err != nil || last.code != http.StatusOK {
					return true, err
				}
				if contains(last, f.id, f.number, `"MW"`) {
					return true, errors.New("the ask tells for whom it is")
				}
				page, err := as[client.ConsentPage](last)
				f.ask = askOf(page.Items, s.run)
				return f.ask != "", err
			})
			return last, err
		},
	}
}

// askOf is the id of the open ask of this play, empty when there is none.
func askOf(asks []client.ConsentView, run string) string {
	for _, ask := range asks {
		if ask.State == client.ConsentViewStateOpen && strings.Contains(ask.Text, run) {
			return ask.ID
		}
	}
	return ""
}
