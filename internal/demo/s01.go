package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"verigate/api/client"
)

// s01 is the whole main job: a container on a holiday night, routed by itself, answered, released by two, pulled.
func s01() Story {
	const night matter = "S01"
	ng, haiphong := partner("NG"), unit("03")
	return Story{
		ID: "S01", Title: "Container with suspected pangolin scales, night of the National Day holiday",
		Steps: []Step{
			night.sends(ng, "in_progress").proving(night.promisedAsTold),
			night.sendsAgain(ng, "in_progress"),
			night.seen(desk(1), "with_units").proving(night.routedTo("03")),
			night.accepts(haiphong),
			night.answers(haiphong, 1, "in_progress"),
			night.answers(haiphong, 2, "answered"),
			night.claims(desk(1), "in_review"),
			night.edits(desk(1)),
			night.releases(desk(1)).refused(http.StatusConflict, "same_person"),
			night.releases(desk(2)).gives("answered"),
			night.hiddenFrom(partner("KE")),
			night.pulls(ng, "final").proving(night.says(1, "held", "ARRIVED"), night.says(2, "held", "CONFIRMED"), night.says(3, "held", "SEIZED")),
			night.readers(auditor()),
			night.confirms(ng, "closed"),
			night.seen(desk(1), "confirmed"),
			onlyTime("an answer that nobody confirms is closed after 14 days"),
		},
	}
}

// readers asks who has seen it: the pull is there.
func (m matter) readers(by Actor) Step {
	s := m.reads(by, "getReaders", "asks who has seen it")
	return s.proving(func(_ context.Context, _ *stage, r reply) (string, error) {
		seen, err := as[client.Readers](r)
		if err != nil || len(seen.Items) == 0 {
			return "", errors.Join(err, errors.New("nobody, though it was pulled"))
		}
		last := seen.Items[len(seen.Items)-1]
		return fmt.Sprintf("%s: %s", last.Role, last.Action), nil
	})
}
