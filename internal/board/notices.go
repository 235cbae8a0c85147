package board

import (
	"slices"

	"verigate/internal/marking"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// NoticeRow is a notice in a list: with what names its request, and what decides who may know of that.
type NoticeRow struct {
	notice.Notice
	ID      string
	Request verification.RequestID
	Number  string
	State   verification.State // of the request
	Partner verification.PartnerCode
	Level   marking.Level
}

// NoticeFilter chooses notices: those of which the lowest rung that hears is one of Rungs, or of sealed matters one of
// InSealed too; with a unit only those that it hears of. The other fields, when empty, choose all.
type NoticeFilter struct {
	Rungs, InSealed []sla.Rung
	Unit            verification.UnitCode
	Open            bool // only those that nothing has ended
	Clock           sla.Name
	Percent         int
}

// Sets are the sets that the filter lists together, the twins of some compartments among them.
func (f NoticeFilter) Sets(in []verification.Compartment) []Set {
	var out []Set
	for _, open := range []bool{true, false} {
		switch {
		case f.Open && !open:
		case f.Unit != "":
			out = append(out, SetUnitNotices(f.Unit, open).With(nil)...)
		default:
			for _, rung := range f.Rungs {
				out = append(out, SetNotices(rung, open).With(in)...)
			}
			for _, rung := range f.InSealed {
				out = append(out, SetNotices(rung, open).With(in)[1:]...) // its twins alone
			}
		}
	}
	return out
}

// Match says whether the filter chooses the notice, of one that is in its sets.
func (f NoticeFilter) Match(n notice.Notice) bool {
	return (slices.Contains(f.Rungs, n.Lowest()) || slices.Contains(f.InSealed, n.Lowest())) &&
		(f.Unit == "" || n.Unit == f.Unit) &&
		(!f.Open || n.Open()) &&
		(f.Clock == "" || string(f.Clock) == n.Step.Clock) &&
		(f.Percent == 0 || f.Percent == n.Step.Percent)
}

// SetNotices holds notices, open or settled, by the lowest rung that hears of them, so that each is found once by who
// hears of several; by the time of recording. It has a twin, as every set of notices.
func SetNotices(lowest sla.Rung, open bool) Set {
	return Set(openOrSettled(open) + "/" + string(lowest))
}

// SetUnitNotices holds the notices that a unit hears of.
func SetUnitNotices(u verification.UnitCode, open bool) Set {
	return Set(openOrSettled(open) + "/unit/" + string(u))
}

func openOrSettled(open bool) string {
	if open {
		return "notices"
	}
	return "settled"
}

func (p *placing) notice(r verification.RequestID, n notice.Notice) {
	at, id := Score(n.At), n.ID(r)
	p.shared(SetNotices(n.Lowest(), n.Open()), at, id)
	if n.ToUnit() {
		p.ofUnit(SetUnitNotices(n.Unit, n.Open()), at, id)
	}
}

// NoticeRow finds a notice among those of the request by its id.
func (r Rows) NoticeRow(id string) (NoticeRow, bool) {
	i := slices.IndexFunc(r.Notices, func(n notice.Notice) bool { return n.ID(r.Request.ID) == id })
	if i < 0 {
		return NoticeRow{}, false
	}
	return NoticeRow{
		Notice: r.Notices[i], ID: id, Request: r.Request.ID, Number: r.Request.Number, State: r.Request.State,
		Partner: r.Request.Partner, Level: r.Request.Level,
	}, true
}
