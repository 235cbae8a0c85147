package gateway

import (
	"context"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/evidence"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// NoticePage is a page of the notices that the caller hears of, the one recorded last first. Of the filter the caller
// chooses what is open, the clock and the step; whose notices it lists follows from who calls.
func (g *Gateway) NoticePage(ctx context.Context, c Call, f board.NoticeFilter, p Page) (List[board.NoticeRow], error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return List[board.NoticeRow]{}, err
	}
	f.Rungs, f.InSealed, f.Unit = heard(c.By, false), heard(c.By, true), ""
	if forUnit(c.By) {
		if f.Unit = c.By.Unit; f.Unit == "" {
			return List[board.NoticeRow]{}, ErrForbidden
		}
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	read := func(at board.Page, only func(board.NoticeRow) bool) (board.List[board.NoticeRow], error) {
		return g.Board.Notices(ctx, f, at, inside(c.By), only)
	}
	return pages(g, c, turnOf(c, f), p, listing[board.NoticeRow]{read, g.hidesNotice(c.By), func(n board.NoticeRow) evidence.Sight {
		return evidence.Sight{Request: n.Request, Task: n.Step.Task, Level: n.Level}
	}})
}

func forUnit(c access.Caller) bool {
	return c.Has(verification.RoleUnit) || c.Has(verification.RoleUnitLead)
}

// heard are the rungs of which the caller hears: of shared matters, or those of sealed ones beyond them.
func heard(c access.Caller, sealed bool) []sla.Rung {
	var out []sla.Rung
	for _, rung := range sla.Ladder() {
		shared := access.Hears(c, standing(rung), false)
		if shared && !sealed || sealed && !shared && access.Hears(c, standing(rung), true) {
			out = append(out, rung)
		}
	}
	return out
}

// standing is who stands on a rung.
func standing(r sla.Rung) verification.Role {
	switch r {
	case sla.RungUnitOfficer:
		return verification.RoleUnit
	case sla.RungUnitLead:
		return verification.RoleUnitLead
	case sla.RungDesk:
		return verification.RoleDesk
	case sla.RungLead:
		return verification.RoleLead
	case sla.RungHeadquarters:
		return verification.RoleSupervisor
	}
	return ""
}

// hidesNotice drops what the reader may not know of. A unit that reads no closed case is still told that it owes the
// cause of a breach: a notice has nothing of the case but its number.
func (g *Gateway) hidesNotice(c access.Caller) func(board.NoticeRow) bool {
	if !forUnit(c) {
		hides := g.hides(c)
		return func(n board.NoticeRow) bool {
			return hides(board.Row{ID: n.Request, Partner: n.Partner, State: n.State, Level: n.Level})
		}
	}
	return func(n board.NoticeRow) bool {
		if n.Level.Sealed() && !g.Watch.holds(n.Request) { // as in hides: in doubt nobody sees it
			return true
		}
		return n.State.Ended() && !n.Open() || g.Watch.HidesTask(c, n.Step.Task)
	}
}
