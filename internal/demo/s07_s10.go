package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"verigate/api/client"
)

// s07 is withdrawn when a unit works on it already: the unit is stopped and says that it has.
func s07() Story {
	const truck matter = "S07"
	kh, tayninh := partner("KH"), unit("45")
	return Story{
		ID: "S07", Title: "Vehicle check withdrawn by the partner after assignment",
		Steps: []Step{
			truck.sends(kh, "in_progress"),
			truck.accepts(tayninh),
			truck.does(kh, "withdrawRequest", 1, "withdraws it").gives("withdrawn"),
			truck.does(tayninh, "acknowledgeStop", 1, "has stopped").gives("stopped"),
			truck.does(desk(1), "noteRequest", 1, "notes why nothing is deleted").gives("withdrawn"),
			truck.seen(kh, "withdrawn"),
		},
	}
}

// s10 is large: 412 files listed, of which 23 are one.
func s10() Story {
	const declarations matter = "S10"
	be, binhduong := partner("BE"), unit("43")
	return Story{
		ID: "S10", Title: "412 attachments: 137 export declarations to verify",
		Steps: []Step{
			declarations.sends(be, "in_progress"),
			declarations.seen(desk(1), "with_units").proving(declarations.routedTo("43"), declarations.listsItsFiles),
			declarations.accepts(binhduong),
			declarations.answers(binhduong, 1, "answered"),
			declarations.claims(desk(1), "in_review"),
			declarations.edits(desk(1)),
			declarations.releases(desk(1)).refused(http.StatusConflict, "same_person"),
			declarations.releases(desk(2)).gives("answered"),
			declarations.pulls(be, "final").proving(declarations.says(1, "held", "AUTHENTIC"), declarations.says(2, "held", "CONFIRMED")),
			onlyTime("an answer that nobody confirms is closed after 14 days"),
		},
	}
}

// listsItsFiles counts the attachments as they were accepted, and those that are one file under several names.
func (m matter) listsItsFiles(_ context.Context, s *stage, r reply) (string, error) {
	view, err := as[client.StaffView](r)
	if err != nil {
		return "", err
	}
	asked, err := as[client.VerificationRequest](reply{body: view.Request})
	if err != nil {
		return "", err
	}
	alike, most := map[string]int{}, 0
	for _, a := range asked.Attachments {
		alike[a.Sha256]++
		most = max(most, alike[a.Sha256])
	}
	expect := s.files[m].Expect
	if len(asked.Attachments) != expect.Attachments || most != expect.SameContent {
		return "", errors.New("the attachments are not those that were declared")
	}
	return fmt.Sprintf("%d attachments listed, %d of them one file", len(asked.Attachments), most), nil
}
