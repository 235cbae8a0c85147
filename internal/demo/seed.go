package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"verigate/api/client"
)

// Seeding says over what twelve requests are made, and when.
type Seeding struct {
	Credentials Credentials
	HTTP        *http.Client
	Clock       func() time.Time // the gateway's
	Now         time.Time        // when everything is to stand as it is told
	// Reach lets the gateway's clock reach a time, and whatever falls due until then be recorded at its own. Changed is the
	// id of the request that the last step was about; empty before the first.
	Reach func(ctx context.Context, at time.Time, changed string) error
}

// SeedBegins is how long before its end the seeding begins: the age of the oldest of the twelve.
const SeedBegins = 29 * time.Hour

// Seed makes the twelve requests of a fresh demonstration, each step by whoever takes it and at its own time.
func Seed(ctx context.Context, o Seeding) error {
	s, err := newStage(ctx, Options{Credentials: o.Credentials, HTTP: o.HTTP, Now: o.Clock, Out: io.Discard})
	if err != nil {
		return err
	}
	s.plain = true
	all := twelve()
	slices.SortStableFunc(all, func(a, b moment) int { return int(b.ago - a.ago) })
	changed := ""
	for _, m := range all {
		if err := o.Reach(ctx, o.Now.Add(-m.ago), changed); err != nil {
			return fmt.Errorf("seed a demonstration: %w", err)
		}
		if _, _, err := s.step(ctx, m.Step); err != nil {
			return fmt.Errorf("seed a demonstration (%s %s): %w", m.By, m.Does, err)
		}
		changed = s.files[m.of].id
	}
	return o.Reach(ctx, o.Now, changed)
}

// moment is a step of a seeded request, so long before everybody looks.
type moment struct {
	of  matter
	ago time.Duration
	Step
}

// ago is a moment before now, in hours and minutes.
func (m matter) ago(hours, minutes int, s Step) moment {
	return moment{m, time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute, s}
}

// twelve are the seeded requests (ui.md, The first two minutes). Those that a clock is shown of belong to the campaign,
// which keeps clocks running day and night: else what they say would hang on the hour at which somebody starts.
func twelve() []moment {
	return slices.Concat(
		overdue(), dueSoon(), waitingForPartner(), atLaboratory(), waitingForReviewer(), sealedAway(),
		accepted(), routine(), partlyAnswered(), routedByRule(), inTriage(), circulating(),
	)
}

// overdue has not been accepted in time, and the unit's lead has said why.
func overdue() []moment {
	const truck matter = "S07"
	return []moment{
		truck.ago(10, 5, truck.sends(partner("KH"), "in_progress")),
		truck.ago(1, 50, truck.explains(leadOf("45"), client.BreachCause{
			Code: client.BreachCauseCodeLineDown, Text: "Cửa khẩu mất đường truyền; đã báo trực ban bằng điện thoại.",
		})),
	}
}

// dueSoon is to be taken by the desk within twelve minutes: four hours are given for it.
func dueSoon() []moment {
	const record matter = "S17"
	return []moment{record.ago(3, 48, record.sends(partner("CM"), "received"))}
}

func waitingForPartner() []moment {
	const permit matter = "S02"
	return []moment{
		permit.ago(9, 0, permit.sends(partner("SG"), "in_progress")),
		permit.ago(8, 50, permit.seen(desk(1), "with_units").proving(permit.tasksAreKnown)),
		permit.ago(8, 0, permit.accepts(unit("02"))),
		permit.ago(7, 0, permit.claims(desk(1), "with_units")),
		permit.ago(6, 30, permit.writes(desk(1), "askPartner", "asks the partner", func(*file) any {
			return client.Clarification{
				Code: client.ClarificationCodeDocumentUnreadable, Questions: []int{2},
				Text: "The number of the security stamp cannot be read in the scan. Please send it in letters, or a sharper picture.",
			}
		}).gives("clarifying")),
	}
}

func atLaboratory() []moment {
	const container matter = "S05-MW"
	haiphong := unit("03")
	return []moment{
		container.ago(26, 0, container.sends(partner("MW"), "in_progress")),
		container.ago(25, 50, container.seen(desk(1), "with_units").proving(container.tasksAreKnown)),
		container.ago(25, 0, container.accepts(haiphong)),
		container.ago(22, 0, container.writes(haiphong, "holdTask", "waits for the laboratory", func(f *file) any {
			return client.Hold{
				Code: client.HoldCodeLaboratory, EvidenceReference: "BBLM-FICT-117", ReviewAt: f.to.Add(48 * time.Hour).UTC(),
				Note: "Mẫu vảy đã gửi giám định.",
			}
		}).gives("on_hold")),
		container.ago(21, 0, container.writes(leadOf("03"), "confirmHold", "confirms the hold", func(*file) any {
			return client.HoldConfirmation{}
		}).gives("on_hold")),
	}
}

// waitingForReviewer is edited, and waits for the other person who has to approve it.
func waitingForReviewer() []moment {
	const again matter = "S05-RILO-AP"
	haiphong := unit("03")
	return []moment{
		again.ago(20, 0, again.sends(partner("RILO-AP"), "in_progress")),
		again.ago(19, 50, again.seen(desk(1), "with_units").proving(again.tasksAreKnown)),
		again.ago(19, 0, again.accepts(haiphong)),
		again.ago(4, 0, again.answers(haiphong, 1, "answered")),
		again.ago(3, 0, again.claims(desk(1), "in_review")),
		again.ago(2, 0, again.edits(desk(1))),
	}
}

// sealedAway lies in a compartment of which neither the desk nor its lead is a member: of all who have a key here, only
// its keeper knows of it, and the partner whose it is.
func sealedAway() []moment {
	const precursor matter = "S08"
	return []moment{
		precursor.ago(0, 50, precursor.sendsAs(partner("NL"), "received", func(body map[string]any) {
			body["urgency"] = map[string]any{"degree": "urgent", "justification": "goods_in_motion"}
			if handling, is := body["handling"].(map[string]any); is {
				handling["compartment_hint"] = "precursor"
			}
		})),
		precursor.ago(0, 35, precursor.claims(keeper(), "triage").proving(precursor.sealedIn("precursor"))),
	}
}

func accepted() []moment {
	const night matter = "S01"
	return []moment{
		night.ago(1, 35, night.sends(partner("NG"), "in_progress")),
		night.ago(1, 30, night.seen(desk(1), "with_units").proving(night.tasksAreKnown)),
		night.ago(1, 20, night.accepts(unit("03"))),
	}
}

func routine() []moment {
	const declarations matter = "S10"
	return []moment{
		declarations.ago(28, 0, declarations.sends(partner("BE"), "in_progress")),
		declarations.ago(27, 50, declarations.seen(desk(1), "with_units").proving(declarations.tasksAreKnown)),
		declarations.ago(23, 0, declarations.accepts(unit("43"))),
	}
}

// partlyAnswered waits for an agency; what customs has is released, and not yet read.
func partlyAnswered() []moment {
	const courier matter = "S03"
	cautreo, mocbai := unit("30"), unit("45")
	return []moment{
		courier.ago(20, 0, courier.sends(partner("TH"), "received")),
		courier.ago(19, 40, courier.claims(desk(1), "triage")),
		courier.ago(19, 30, courier.asksAgency(desk(1), "immigration_a08", "triage")),
		courier.ago(19, 20, courier.routes(desk(1), "routes two questions to both gates").proving(courier.tasksAreKnown)),
		courier.ago(18, 50, courier.accepts(cautreo)),
		courier.ago(18, 40, courier.accepts(mocbai)),
		courier.ago(18, 30, courier.writes(desk(1), "acceptTask", "takes the agency's task", func(*file) any { return client.Acceptance{} })),
		courier.ago(9, 0, courier.answers(cautreo, 1, "answered")),
		courier.ago(7, 0, courier.answers(mocbai, 1, "answered")),
		courier.ago(6, 30, courier.reviews(desk(1), "in_review")),
		courier.ago(6, 0, courier.edits(desk(1))),
		courier.ago(5, 30, courier.releases(desk(2)).gives("with_units")),
	}
}

func routedByRule() []moment {
	const third matter = "S05-MW from KE"
	return []moment{third.ago(5, 0, third.sends(partner("KE"), "in_progress"))}
}

func inTriage() []moment {
	const bladders matter = "S18"
	return []moment{
		bladders.ago(21, 0, bladders.sendsAs(partner("MX"), "received", func(body map[string]any) { body["campaign"] = "golden-strike-2021" })),
		bladders.ago(17, 0, bladders.claims(desk(2), "triage")),
		bladders.ago(16, 30, bladders.answersAtDesk(desk(2), "sends the payment question to its channel")),
	}
}

// circulating is a notice that three departments have read by now.
func circulating() []moment {
	const notice matter = "S20"
	all := []moment{
		notice.ago(6, 0, notice.sends(partner("WCO"), "received")),
		notice.ago(5, 40, notice.claims(desk(1), "triage")),
		notice.ago(5, 10, notice.routes(desk(1), "distributes it to every department").proving(notice.everybodyHasIt)),
	}
	for i, code := range []string{"01", "03", "30"} {
		all = append(all, notice.ago(4-i, 0, notice.accepts(unit(code)).gives("done").saying("reads it")))
	}
	return all
}

// tasksAreKnown remembers the tasks that the desk sees, so that nobody has to look through a list for them.
func (m matter) tasksAreKnown(_ context.Context, s *stage, r reply) (string, error) {
	view, err := as[client.StaffView](r)
	if err != nil {
		return "", err
	}
	for _, t := range view.Tasks {
		s.files[m].tasks[t.Unit] = t.Task
	}
	return "", nil
}

// explains says why the first breach came about.
func (m matter) explains(by Actor, cause client.BreachCause) Step {
	return m.writes(by, "setBreachCause", "says why it is late", func(*file) any { return cause })
}
