package demo

import "net/http"

// s02 asks an outside authority beside the unit. Who writes down what the agency said is an author, and does not
// release it.
func s02() Story {
	const permit matter = "S02"
	sg, airport := partner("SG"), unit("02")
	return Story{
		ID: "S02", Title: "CITES re-export permit said to be issued in Viet Nam",
		Steps: []Step{
			permit.sends(sg, "in_progress"),
			permit.claims(desk(1), "with_units").proving(permit.routedTo("02")),
			permit.asksAgency(desk(1), "cites_ma", "with_units"),
			permit.accepts(airport),
			permit.accepts(desk(1)),
			permit.answers(airport, 1, "answered"),
			permit.answers(desk(1), 1, "answered"),
			permit.seen(desk(2), "in_review").proving(permit.routedTo("02", deskUnit)),
			permit.edits(desk(1)),
			permit.releases(desk(1)).refused(http.StatusConflict, "same_person"),
			permit.releases(desk(2)).gives("answered"),
			permit.pulls(sg, "final").proving(permit.says(1, "held", "ALTERED"), permit.says(2, "held", "FORGED"), permit.says(3, "held", "")),
			permit.seen(sg, "answered"),
			onlyTime("an answer that nobody confirms is closed after 14 days"),
		},
	}
}

// s03 is routed by a person to two gates; what they have goes out while an agency still looks.
func s03() Story {
	const courier matter = "S03"
	th, cautreo, mocbai := partner("TH"), unit("30"), unit("45")
	return Story{
		ID: "S03", Title: "Courier between two border gates: two provinces and immigration data",
		Steps: []Step{
			courier.sends(th, "received"),
			courier.claims(desk(1), "triage"),
			courier.reads(desk(1), "getCandidates", "asks which units it points to").proving(courier.pointsTo("30", "45")),
			courier.asksAgency(desk(1), "immigration_a08", "triage"),
			courier.routes(desk(1), "routes two questions to both gates").proving(courier.routedTo("30", "45", deskUnit)),
			courier.accepts(cautreo),
			courier.accepts(mocbai),
			courier.answers(cautreo, 1, "answered"),
			courier.answers(mocbai, 1, "answered"),
			courier.reviews(desk(1), "in_review"),
			courier.edits(desk(1)),
			courier.releases(desk(2)).gives("with_units"),
			courier.pulls(th, "partial").proving(courier.says(1, "held", ""), courier.says(3, "pending", "")),
			courier.seen(th, "partly_answered"),
			onlyTime("the immigration authority answers question 3"),
		},
	}
}
