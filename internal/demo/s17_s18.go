package demo

import "net/http"

// s17 asks what customs does not hold: the desk refuses one question itself and sends the other to the police.
func s17() Story {
	const record matter = "S17"
	cm := partner("CM")
	return Story{
		ID: "S17", Title: "Criminal record and telephone subscriber, in French",
		Steps: []Step{
			record.sends(cm, "received"),
			record.claims(desk(1), "triage"),
			record.answersAtDesk(desk(1), "refuses the subscriber: no legal basis"),
			record.asksAgency(desk(1), "police_records", "with_units"),
			record.reviews(desk(1), "in_review"),
			record.edits(desk(1)),
			record.releases(desk(1)).refused(http.StatusConflict, "same_person"),
			record.releases(desk(2)).gives("with_units"),
			record.pulls(cm, "partial").proving(record.says(1, "pending", ""), record.says(2, "refused", "")),
			record.seen(cm, "partly_answered"),
			onlyTime("the police authority answers question 1"),
		},
	}
}

// s18 finds nothing, and says where it looked.
func s18() Story {
	const bladders matter = "S18"
	mx, khanhhoa := partner("MX"), unit("41")
	return Story{
		ID: "S18", Title: "Totoaba swim bladders, in Spanish, company and payment questions",
		Steps: []Step{
			bladders.sends(mx, "received"),
			bladders.claims(desk(1), "triage"),
			bladders.reads(desk(1), "getCandidates", "asks which unit it points to").proving(bladders.pointsTo("41")),
			bladders.answersAtDesk(desk(1), "sends the payment question to its channel"),
			bladders.routes(desk(1), "routes the company to Khanh Hoa").proving(bladders.routedTo("41")),
			bladders.accepts(khanhhoa),
			bladders.answers(khanhhoa, 1, "answered"),
			bladders.seen(desk(2), "in_review"),
			bladders.edits(desk(1)),
			bladders.releases(desk(2)).gives("answered"),
			bladders.pulls(mx, "final").proving(bladders.says(1, "verified_negative", "NOT_FOUND"), bladders.says(2, "elsewhere", "")),
			onlyTime("an answer that nobody confirms is closed after 14 days"),
		},
	}
}
