package sla_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/sla"
	"verigate/internal/verification"
	"verigate/schemas"
)

func says(t testing.TB, e sla.Explanation, vi, en string) {
	t.Helper()
	if diff := cmp.Diff(sla.Words{VI: vi, EN: en}, e.Sentence()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", e.Clock.Name, diff)
	}
}

// codes reads the codes that a schema has for a property, or for a definition of that name.
func codes(t *testing.T, schema, property string) []string {
	t.Helper()
	raw, err := schemas.FS.ReadFile(schema + ".json")
	if err != nil {
		t.Fatal(err)
	}
	type enum struct {
		Enum []string `json:"enum"`
	}
	var s struct {
		Properties  map[string]enum `json:"properties"`
		Definitions map[string]enum `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	found := slices.Concat(s.Properties[property].Enum, s.Definitions[property].Enum)
	if len(found) == 0 {
		t.Fatalf("%s has no codes of %s", schema, property)
	}
	return found
}

func TestEveryCodeHasItsWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	all := []string{
		sla.ChargedAll, sla.ChargedDesk, sla.ChargedPartner, sla.ChargedOriginator, "running", "clarifying", "consent_pending",
		"flight_arrival", "gate_out", "controlled_window", "vessel_arrival", "court_date",
		"flash", "urgent", "priority", "routine", "look_back", "complex", "place:",
	}
	for _, name := range codes(t, "common", "clock_name") {
		all = append(all, "clock:"+name)
	}
	for _, hold := range codes(t, "hold", "code") {
		all = append(all, "hold:"+hold)
		if hold != "internal" { // charged to the unit
			all = append(all, hold)
		}
	}
	for name := range every(t) {
		if _, place, ok := sla.ParseCalendarName(name); ok {
			all = append(all, "place:"+place)
		}
	}
	all = append(append(all, codes(t, "extension", "code")...), codes(t, "degree-change", "code")...)
	all = append(all, verification.CodeFloor)
	old := regexp.MustCompile(`(oà|oá|uỷ)(\P{L}|$)`)
	for _, code := range all {
		if w, ok := sla.KnownWords(code); !ok || w.VI == "" || w.EN == "" {
			t.Errorf("%s has the words %+v", code, w)
		}
		if w, _ := sla.KnownWords(code); old.MatchString(w.VI) {
			t.Errorf("%s: %s has the other tone placement", code, w.VI)
		}
	}
}

func TestASentenceHasNeitherAMinusSignNorAKey(t *testing.T) {
	t.Parallel()
	rules := load(t)
	wrong := regexp.MustCompile(`-\d|clock:|place:|unit:|agency:|hold:|%!|\(\)|, ,|  `)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		at := s.request.At.Add(time.Duration(rapid.Int64Range(0, int64(9*day)).Draw(t, "later")))
		for _, e := range explained(t, rules, s.decisions(), at) {
			w := e.Sentence()
			for _, text := range []string{w.VI, w.EN} {
				if wrong.MatchString(text) || !strings.HasSuffix(text, ".") {
					t.Fatal(text)
				}
			}
			if overdue := strings.Contains(w.EN, "overdue"); overdue != e.Late || overdue != strings.Contains(w.VI, "; quá hạn") && overdue != strings.Contains(w.VI, ", quá hạn") {
				t.Fatalf("late: %t: %+v", e.Late, w)
			}
		}
	})
}

// S01 with a question back in the night of the holiday.
func TestAnAnswerPausedAcrossTheNightIsTold(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-09-02 23:40")
	in := intake(verification.Urgent, s.start)
	in.Policy = "2"
	s.submit(in, []verification.Assignment{{Unit: "03", Questions: []int{1}}}, "CON")
	s.plays(t, "2021-09-03 00:30", officer("03"), verification.AcceptTask{Task: task(1)})
	s.plays(t, "2021-09-03 02:00", desk, verification.AskPartner{Code: "which_container"})
	says(t, s.explain(t, "2021-09-03 03:00", sla.Answer, 1),
		"Trả lời, đơn vị 03: 18 giờ từ Thứ Năm 02/09/2021, 23:40 (giờ Hà Nội) (thượng khẩn, chính sách 2, trực 24/7), "+
			"tạm dừng 1 giờ: chờ bổ sung thông tin (đối tác); hạn Thứ Sáu 03/09/2021, 18:40 (giờ Hà Nội) nếu tiếp tục ngay; "+
			"đang tạm dừng từ Thứ Sáu 03/09/2021, 02:00 (giờ Hà Nội): chờ bổ sung thông tin (đối tác); còn 15 giờ 40 phút.",
		"Answer, unit 03: 18 h from Thu 2 Sep 2021, 23:40 Hanoi (UTC+7) (urgent, policy 2, round the clock), "+
			"paused 1 h for clarification (partner); due Fri 3 Sep 2021, 18:40 Hanoi (UTC+7) if it goes on now; "+
			"paused since Fri 3 Sep 2021, 02:00 Hanoi (UTC+7) for clarification (partner); 15 h 40 min left.")
	s.plays(t, "2021-09-03 04:10", partner, verification.ReplyToClarification{Body: []byte(`{}`)})

	answer := s.explain(t, "2021-09-03 16:45", sla.Answer, 1)
	says(t, answer,
		"Trả lời, đơn vị 03: 18 giờ từ Thứ Năm 02/09/2021, 23:40 (giờ Hà Nội) (thượng khẩn, chính sách 2, trực 24/7), "+
			"tạm dừng 2 giờ 10 phút: chờ bổ sung thông tin (đối tác); hạn Thứ Sáu 03/09/2021, 19:50 (giờ Hà Nội); còn 3 giờ 05 phút.",
		"Answer, unit 03: 18 h from Thu 2 Sep 2021, 23:40 Hanoi (UTC+7) (urgent, policy 2, round the clock), "+
			"paused 2 h 10 min for clarification (partner); due Fri 3 Sep 2021, 19:50 Hanoi (UTC+7); 3 h 05 min left.")
	around := []sla.Counted{{Date: "2021-09-02", Until: "2021-09-03", Time: 17*hour + 5*minute, Why: sla.WhyAround}}
	if diff := cmp.Diff(around, answer.Days); diff != "" || answer.Zone != "UTC" || answer.Place != "" {
		t.Errorf("%s %s: %s", answer.Zone, answer.Place, diff)
	}
	says(t, s.explain(t, "2021-09-03 16:45", sla.Interim, 1),
		"Trả lời bước đầu, đơn vị 03: 8 giờ từ Thứ Năm 02/09/2021, 23:40 (giờ Hà Nội) (thượng khẩn, chính sách 2, trực 24/7), "+
			"tạm dừng 2 giờ 10 phút: chờ bổ sung thông tin (đối tác); hạn Thứ Sáu 03/09/2021, 09:50 (giờ Hà Nội); quá hạn 6 giờ 55 phút.",
		"Interim answer, unit 03: 8 h from Thu 2 Sep 2021, 23:40 Hanoi (UTC+7) (urgent, policy 2, round the clock), "+
			"paused 2 h 10 min for clarification (partner); due Fri 3 Sep 2021, 09:50 Hanoi (UTC+7); overdue by 6 h 55 min.")
}

func TestThePromiseOverTheNationalDayIsTold(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-09-01 10:05")
	says(t, s.explain(t, "2021-09-06 09:00", sla.Total, 0),
		"Trả lời đầy đủ: 3 ngày làm việc từ Thứ Tư 01/09/2021, 10:05 (giờ Hà Nội) (khẩn, chính sách 2, giờ hành chính, trụ sở); "+
			"hạn Thứ Tư 08/09/2021, 10:05 (giờ Hà Nội); còn 17 giờ 05 phút (giờ hành chính).",
		"Whole answer: 3 working days from Wed 1 Sep 2021, 10:05 Hanoi (UTC+7) (priority, policy 2, office hours of headquarters); "+
			"due Wed 8 Sep 2021, 10:05 Hanoi (UTC+7); 17 h 05 min of office hours left.")
}

func TestASqueezedAnswerIsToldWithItsFraction(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-07 09:30", desk, verification.Claim{})
	s.routes(t, "2021-06-08 09:00", "03")
	says(t, s.explain(t, "2021-06-08 10:00", sla.Answer, 1),
		"Trả lời, đơn vị 03: 10 giờ 40 phút từ Thứ Ba 08/06/2021, 09:00 (giờ Hà Nội) "+
			"(khẩn, chính sách 2, giờ hành chính, miền Bắc, rút ngắn: 16 giờ × 16 giờ / 24 giờ); "+
			"hạn Thứ Tư 09/06/2021, 13:10 (giờ Hà Nội); còn 9 giờ 40 phút (giờ hành chính).",
		"Answer, unit 03: 10 h 40 min from Tue 8 Jun 2021, 09:00 Hanoi (UTC+7) "+
			"(priority, policy 2, office hours of the north, squeezed: 16 h × 16 h / 24 h); "+
			"due Wed 9 Jun 2021, 13:10 Hanoi (UTC+7); 9 h 40 min of office hours left.")
}

// The promise is on a Sunday: from then on it is late, although nothing counts before Monday.
func TestAnExtensionIsToldWithItsReason(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2021-06-07 09:00")
	s.plays(t, "2021-06-10 14:00", lead, verification.Extend{DueAt: hanoi(t, "2021-06-13 12:00"), Code: "laboratory"})
	says(t, s.explain(t, "2021-06-13 15:00", sla.Total, 0),
		"Trả lời đầy đủ: 39 giờ từ Thứ Hai 07/06/2021, 09:00 (giờ Hà Nội) (khẩn, chính sách 2, giờ hành chính, trụ sở, "+
			"theo hạn đã thông báo, gia hạn Thứ Năm 10/06/2021, 14:00 (giờ Hà Nội): phòng thí nghiệm, cam kết thứ 2); "+
			"hạn Chủ Nhật 13/06/2021, 12:00 (giờ Hà Nội); quá hạn.",
		"Whole answer: 39 h from Mon 7 Jun 2021, 09:00 Hanoi (UTC+7) (priority, policy 2, office hours of headquarters, "+
			"until the due that was told, extended Thu 10 Jun 2021, 14:00 Hanoi (UTC+7): laboratory, promise 2); "+
			"due Sun 13 Jun 2021, 12:00 Hanoi (UTC+7); overdue.")
}

func TestARepinIsToldWithTheDueThatStays(t *testing.T) {
	t.Parallel()
	s := repinned(t)
	says(t, s.explain(t, "2021-06-08 10:00", sla.Total, 0),
		"Trả lời đầy đủ: 24 giờ từ Thứ Hai 07/06/2021, 09:00 (giờ Hà Nội) (khẩn, chính sách 2, giờ hành chính, trụ sở, giữ hạn đã có, "+
			"chuyển chính sách Thứ Ba 08/06/2021, 09:00 (giờ Hà Nội), cam kết thứ 2); "+
			"hạn Thứ Năm 10/06/2021, 09:00 (giờ Hà Nội); còn 15 giờ (giờ hành chính).",
		"Whole answer: 24 h from Mon 7 Jun 2021, 09:00 Hanoi (UTC+7) (priority, policy 2, office hours of headquarters, the earlier due stays, "+
			"moved to this policy Tue 8 Jun 2021, 09:00 Hanoi (UTC+7), promise 2); "+
			"due Thu 10 Jun 2021, 09:00 Hanoi (UTC+7); 15 h of office hours left.")
}

func TestADueAcrossADayThatIsNotSureSaysSo(t *testing.T) {
	t.Parallel()
	s := office(t, verification.Priority, "2026-08-20 10:05")
	says(t, s.explain(t, "2026-08-21 09:00", sla.Total, 0),
		"Trả lời đầy đủ: 3 ngày làm việc từ Thứ Năm 20/08/2026, 10:05 (giờ Hà Nội) (khẩn, chính sách 2, giờ hành chính, trụ sở); "+
			"hạn Thứ Hai 24/08/2026, 10:05 (giờ Hà Nội); còn 17 giờ 05 phút (giờ hành chính); "+
			"hạn có thể thay đổi, ngày chưa chính thức: 22/08/2026 (Làm bù cho ngày 31/8).",
		"Whole answer: 3 working days from Thu 20 Aug 2026, 10:05 Hanoi (UTC+7) (priority, policy 2, office hours of headquarters); "+
			"due Mon 24 Aug 2026, 10:05 Hanoi (UTC+7); 17 h 05 min of office hours left; "+
			"the due may move, not sure yet: 22 Aug 2026 (Working Saturday (for 31 Aug)).")
}

// S12: what must be done before the plane lands.
func TestAnActionIsToldWithItsEvent(t *testing.T) {
	t.Parallel()
	s := begin(t, load(t))
	s.start = hanoi(t, "2021-09-05 02:10")
	in := intake(verification.Flash, s.start)
	in.PhysicalEvent = &verification.PhysicalEvent{Type: "flight_arrival", At: hanoi(t, "2021-09-05 07:05")}
	s.submit(in, nil, "TRV", "CON")
	s.after(5*minute, desk, verification.Claim{})
	s.route(5*minute, "01")
	says(t, s.explain(t, "2021-09-05 05:04", sla.Action, 1),
		"Hành động trước sự kiện, đơn vị 01: 2 giờ 50 phút từ Chủ Nhật 05/09/2021, 02:15 (giờ Hà Nội) "+
			"(chính sách 1, trực 24/7, 2 giờ trước chuyến bay đến Chủ Nhật 05/09/2021, 07:05 (giờ Hà Nội)); "+
			"hạn Chủ Nhật 05/09/2021, 05:05 (giờ Hà Nội); còn 1 phút.",
		"Action before the event, unit 01: 2 h 50 min from Sun 5 Sep 2021, 02:15 Hanoi (UTC+7) "+
			"(policy 1, round the clock, 2 h before flight arrival Sun 5 Sep 2021, 07:05 Hanoi (UTC+7)); "+
			"due Sun 5 Sep 2021, 05:05 Hanoi (UTC+7); 1 min left.")
}
