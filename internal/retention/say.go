package retention

import (
	"fmt"
	"time"
)

// Words are a text in both languages of the gateway.
type Words struct{ VI, EN string }

// Sentence tells a term in words, as clocks are told: which rule, from when, until when. It names neither content nor
// persons.
//
//	Rule requests (requests of any campaign): 60 months from 15 Sep 2021, until 15 Sep 2026; due for erasure since 16 Sep 2026.
func (t Term) Sentence() Words {
	switch t.Standing {
	case Erased:
		return Words{"Nội dung đã được xóa.", "The content is erased."}
	case Open:
		return Words{"Yêu cầu chưa khép lại: chưa tính thời hạn lưu trữ.", "The request is not at an end: no retention period runs."}
	case NoRule:
		return Words{"Không có quy định lưu trữ nào áp dụng: nội dung được giữ lại.", "No retention rule applies: the content is kept."}
	case Held:
		if t.Until == "" {
			return Words{"Đang giữ lại theo lệnh: không xóa.", "Under legal hold: it is not erased."}
		}
		held := t.counted()
		return Words{held.VI + "; đang giữ lại theo lệnh: không xóa.", held.EN + "; under legal hold: it is not erased."}
	case Kept, Due:
	}
	return t.counted().and(t.ending())
}

// counted is the rule and its period.
func (t Term) counted() Words {
	of := t.Rule.subject()
	return Words{
		VI: fmt.Sprintf("Quy định %s (%s): %d tháng kể từ %s, đến hết %s", t.Rule.Name, of.VI, t.Rule.Months, t.Closed.vi(), t.Until.vi()),
		EN: fmt.Sprintf("Rule %s (%s): %s from %s, until %s", t.Rule.Name, of.EN, months(t.Rule.Months), t.Closed.en(), t.Until.en()),
	}
}

func (t Term) ending() Words {
	if t.Standing == Due {
		due := t.Until.next()
		return Words{"; đến hạn xóa từ " + due.vi() + ".", "; due for erasure since " + due.en() + "."}
	}
	return Words{".", "."}
}

func (r Rule) subject() Words {
	of := Words{"yêu cầu và thông tin", "requests and information"}
	switch r.Kind {
	case KindRequest:
		of = Words{"yêu cầu", "requests"}
	case KindInformation:
		of = Words{"thông tin", "information"}
	}
	if r.Campaign == "" {
		return of.and(Words{" của mọi chiến dịch", " of any campaign"})
	}
	return of.and(Words{" của chiến dịch " + r.Campaign, " of campaign " + r.Campaign})
}

func (w Words) and(more Words) Words { return Words{w.VI + more.VI, w.EN + more.EN} }

func (d Day) vi() string { return d.written("02/01/2006") }
func (d Day) en() string { return d.written("2 Jan 2006") }

func (d Day) written(layout string) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format(layout)
}

// months is a number of months in English; Vietnamese has one form.
func months(n int) string {
	if n == 1 {
		return "1 month"
	}
	return fmt.Sprintf("%d months", n)
}
