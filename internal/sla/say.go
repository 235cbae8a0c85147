package sla

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Sentence tells the explanation in one sentence, with neither content nor a name of a person:
//
//	Answer, unit 03: 18 h from Thu 2 Sep 2021, 23:40 Hanoi (UTC+7) (urgent, policy 2, round the clock); due …; 3 h 05 min left.
func (e Explanation) Sentence() Words {
	t := teller{Explanation: e, words: words()}
	limit := t.limit().and("", t.paused()...)
	return say("%s: %s; %s.", "%s: %s; %s.", t.subject(), limit, t.state().and("; ", t.provisional()))
}

// teller is one explanation being told.
type teller struct {
	Explanation
	words dictionary
}

// subject is which clock it is, and who must act.
func (t teller) subject() Words {
	c := t.Clock
	name := t.words.of("clock:" + string(c.Name))
	if c.Item > 0 {
		name = name.and(" ", same(strconv.Itoa(c.Item)))
	}
	if c.ChargedTo != ChargedAll {
		name = name.and(", ", t.words.of(c.ChargedTo))
	}
	if c.Round > 1 {
		name = name.and(", ", say("lần %s", "round %s", same(strconv.Itoa(c.Round))))
	}
	return name
}

// limit is how long, from when, and where that comes from.
func (t teller) limit() Words {
	why := []Words{say("chính sách %s", "policy %s", same(t.Origin().Policy)), t.place(), t.basis(), t.occasion()}
	if t.Clock.PromiseAlreadyBroken && t.Clock.Name != Action {
		why = append(why, Words{"hạn chung đã quá từ trước", "the promise was already broken"})
	}
	if o := t.Origin(); o.Degree != "" {
		why = append([]Words{t.words.of(string(o.Degree))}, why...)
	}
	return say("%s từ %s (%s)", "%s from %s (%s)", t.length(), moment(t.From), why[0].and(", ", why[1:]...))
}

func (t teller) place() Words {
	if w, ok := t.words["place:"+t.Place]; ok {
		return w
	}
	return say("giờ hành chính, %s", "office hours, %s", same(t.Place))
}

// length is the limit, in working days where the policy has days and the clock counts office hours.
func (t teller) length() Words {
	o := t.Origin()
	switch {
	case t.Length <= 0:
		return Words{"không còn thời gian", "no time"}
	case o.Basis == BasisPolicy && t.Place != "" && o.Given.Time == 0 && o.Given.Days == 1:
		return Words{"1 ngày làm việc", "1 working day"}
	case o.Basis == BasisPolicy && t.Place != "" && o.Given.Time == 0:
		return say("%s ngày làm việc", "%s working days", same(strconv.Itoa(o.Given.Days)))
	}
	return exactly(t.Length)
}

// basis says what the limit rests on, nothing of a whole limit of the policy.
func (t teller) basis() Words {
	switch o := t.Origin(); o.Basis {
	case BasisPolicy:
		return Words{}
	case BasisAgency:
		return say("gồm %s cho cơ quan khác", "%s of it for the agency", exactly(o.Extra))
	case BasisShare:
		return say("rút ngắn: %s × %s / %s", "squeezed: %s × %s / %s",
			exactly(o.Share.Limit), exactly(o.Share.Left), exactly(o.Share.Sum))
	case BasisEvent:
		return say("%s trước %s %s", "%s before %s %s", exactly(o.Lead), t.words.of(o.Event.Type), moment(o.Event.At))
	case BasisTold:
		return Words{"theo hạn đã thông báo", "until the due that was told"}
	case BasisKept:
		return Words{"giữ hạn đã có", "the earlier due stays"}
	}
	return Words{}
}

// occasion says what made the promise when it is not the first of its clock.
func (t teller) occasion() Words {
	o := t.Origin()
	var made Words
	switch o.Occasion {
	case Started:
		return Words{}
	case ExtendedAnew:
		made = say("gia hạn %s", "extended %s", moment(o.At))
	case DegreeChanged:
		made = say("đổi độ khẩn %s", "degree changed %s", moment(o.At))
	case Repinned:
		made = say("chuyển chính sách %s", "moved to this policy %s", moment(o.At))
	}
	if o.Code != "" {
		made = made.and(": ", t.words.of(o.Code))
	}
	return made.and(", ", say("cam kết thứ %s", "promise %s", same(strconv.Itoa(o.Promise))))
}

// paused tells the pauses by cause and charge; one that has ended and took nothing is left out.
func (t teller) paused() []Words {
	type why struct{ cause, chargedTo string }
	took := map[why]time.Duration{}
	var order []why
	for _, p := range t.Pauses {
		w := why{p.Cause, p.ChargedTo}
		if _, known := took[w]; !known {
			order = append(order, w)
		}
		took[w] += p.Took
	}
	var out []Words
	for _, w := range order {
		if took[w] > 0 {
			out = append(out, say(", tạm dừng %s: %s", ", paused %s for %s", t.counted(took[w]), t.cause(w.cause, w.chargedTo)))
		}
	}
	return out
}

// cause says why, and who it is charged to unless that is the same word.
func (t teller) cause(cause, chargedTo string) Words {
	if cause == causeHold(chargedTo) {
		return t.words.of(cause)
	}
	return say("%s (%s)", "%s (%s)", t.words.of(cause), t.words.of(chargedTo))
}

// state is the due and how the clock stands to it.
func (t teller) state() Words {
	due := say("hạn %s", "due %s", moment(t.Due))
	switch t.Clock.State {
	case Stopped:
		return due.and("; ", say("dừng %s", "stopped %s", moment(t.Clock.StoppedAt))).and(", ", t.standing())
	case Paused:
		return due.and(" ", Words{"nếu tiếp tục ngay", "if it goes on now"}).and("; ", t.stands(), t.standing())
	case Running:
	}
	return due.and("; ", t.standing())
}

// stands says since when the clock is paused, by the pause that began first of those that last.
func (t teller) stands() Words {
	for _, p := range t.Pauses {
		if p.To.IsZero() {
			return say("đang tạm dừng từ %s: %s", "paused since %s for %s", moment(p.From), t.cause(p.Cause, p.ChargedTo))
		}
	}
	return Words{}
}

// standing is what is left, or by how much it is too late.
func (t teller) standing() Words {
	switch {
	case t.Late && t.Overdue == 0:
		return Words{"quá hạn", "overdue"}
	case t.Late:
		return say("quá hạn %s", "overdue by %s", t.counted(t.Overdue))
	}
	return say("còn %s", "%s left", t.counted(t.Left))
}

func (t teller) provisional() Words {
	var days []string
	var inEN []string
	for _, d := range t.Provisional {
		on, err := time.Parse(time.DateOnly, d.Date)
		if err != nil {
			continue // no calendar has such a date
		}
		days = append(days, on.Format("02/01/2006")+" ("+d.Name.VI+")")
		inEN = append(inEN, on.Format("2 Jan 2006")+" ("+d.Name.EN+")")
	}
	if len(days) == 0 {
		return Words{}
	}
	return say("hạn có thể thay đổi, ngày chưa chính thức: %s", "the due may move, not sure yet: %s",
		Words{VI: strings.Join(days, ", "), EN: strings.Join(inEN, ", ")})
}

// counted is a length of counted time, and says so where not every hour counts.
func (t teller) counted(d time.Duration) Words {
	if t.Place == "" {
		return roughly(d)
	}
	return say("%s (giờ hành chính)", "%s of office hours", roughly(d))
}

// moment has weekday, 24 hours and zone. Hanoi has been at +07:00 since 1975 and has no summer time.
func moment(at time.Time) Words {
	at = at.In(time.FixedZone("", 7*60*60))
	weekdays := [...]string{"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"}
	return Words{
		VI: weekdays[at.Weekday()] + at.Format(" 02/01/2006, 15:04 (giờ Hà Nội)"),
		EN: at.Format("Mon 2 Jan 2006, 15:04 Hanoi (UTC+7)"),
	}
}

// roughly is a length without the seconds of a minute that has begun.
func roughly(d time.Duration) Words {
	if d > 0 && d < time.Minute {
		return Words{"chưa đến 1 phút", "less than 1 min"}
	}
	return exactly(d.Truncate(time.Minute))
}

// exactly is a length in hours, minutes and seconds, without what is none at the end.
func exactly(d time.Duration) Words {
	hours, minutes, rest := d/time.Hour, d%time.Hour/time.Minute, d%time.Minute
	var vi, en []string
	if hours > 0 {
		vi, en = append(vi, grouped(hours)+" giờ"), append(en, grouped(hours)+" h")
	}
	if minutes > 0 || rest > 0 || hours == 0 {
		n := fmt.Sprintf("%02d", minutes)
		if hours == 0 {
			n = strconv.Itoa(int(minutes))
		}
		vi, en = append(vi, n+" phút"), append(en, n+" min")
	}
	if rest > 0 {
		vi, en = append(vi, seconds(rest)+" giây"), append(en, seconds(rest)+" s")
	}
	return Words{VI: strings.Join(vi, " "), EN: strings.Join(en, " ")}
}

// grouped writes a number with a narrow space before every three digits.
func grouped(n time.Duration) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
