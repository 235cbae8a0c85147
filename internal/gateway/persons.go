package gateway

import (
	"context"
	"slices"
	"strconv"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// Whoever a command names must exist and be able to do what the command gives them: a slip of the pen in an id would
// hand a request to nobody.

// named refuses an id of nobody, of a program, of somebody whose access has ended, and of who does not fit.
func (g *Gateway) named(id verification.PersonID, pointer string, fits func(access.Principal) bool) error {
	p, ok := g.Persons(id)
	if !ok || p.Disabled || p.System || !fits(p) {
		return invalid(pointer, "unknown_value")
	}
	return nil
}

func holdsRequests(p access.Principal) bool {
	return p.Has(verification.RoleDesk) || p.Has(verification.RoleKeeper)
}

func keepsStubs(p access.Principal) bool { return holdsRequests(p) || p.Has(verification.RoleLead) }

// mayHold says to whom a request can be handed over. One of a compartment is for those who work in it, a stub also for its
// keeper: to everybody else it does not exist.
func (g *Gateway) mayHold(r verification.Request) func(access.Principal) bool {
	if !access.ObjectOf(r).Sealed() {
		return holdsRequests
	}
	roster := access.RosterOf(g.Everybody(), g.Now())
	inside := slices.Concat(roster.Keepers(r.Compartment), roster.Desk(r.Compartment))
	return func(p access.Principal) bool {
		return holdsRequests(p) && (slices.Contains(inside, p.ID) || r.Stub && p.ID == r.Keeper)
	}
}

// mayKeep says who can be appointed. A keeper is alarmed with the number and the clock of the matter, so that of a sealed one
// it is somebody who keeps its compartment already.
func (g *Gateway) mayKeep(r verification.Request) func(access.Principal) bool {
	if r.Stub || r.Compartment == "" {
		return keepsStubs
	}
	keepers := access.RosterOf(g.Everybody(), g.Now()).Keepers(r.Compartment)
	return func(p access.Principal) bool { return slices.Contains(keepers, p.ID) }
}

func officerOf(unit verification.UnitCode) func(access.Principal) bool {
	return func(p access.Principal) bool {
		return p.Unit == unit && (p.Has(verification.RoleUnit) || p.Has(verification.RoleUnitLead))
	}
}

// officersExist checks the officers that a task names: each is one of the unit's.
func (g *Gateway) officersExist(officers []verification.PersonID, unit verification.UnitCode, pointer string) error {
	for i, id := range officers {
		if err := g.named(id, pointer+"/"+strconv.Itoa(i), officerOf(unit)); err != nil {
			return err
		}
	}
	return nil
}

// People are those whom the caller may name or is shown: of a unit its own, for headquarters everybody, by id.
func (g *Gateway) People(c Call) ([]access.Principal, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	all := slices.DeleteFunc(g.Everybody(), access.Principal.IsScreen) // a device is nobody
	if !forUnit(c.By) || c.By.Unit == verification.DeskUnit {
		return all, nil
	}
	return slices.DeleteFunc(all, func(p access.Principal) bool { return p.Unit != c.By.Unit }), nil
}

// Claim is row 3. It is handed over only to somebody who can hold it.
func (g *Gateway) Claim(ctx context.Context, c Call, id verification.RequestID, cmd verification.Claim) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		if cmd.To != "" {
			if err := g.named(cmd.To, "/to", g.mayHold(v.Request)); err != nil {
				return nil, err
			}
		}
		return cmd, nil
	})
	return g.view(c, a), err
}

// AppointKeeper names who keeps a stub or a sealed matter.
func (g *Gateway) AppointKeeper(ctx context.Context, c Call, id verification.RequestID, person verification.PersonID) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		return verification.AppointKeeper{Person: person}, g.named(person, "/person", g.mayKeep(v.Request))
	})
	return g.view(c, a), err
}

// Assign names officers of the task's own unit.
func (g *Gateway) Assign(ctx context.Context, c Call, cmd verification.AssignTask) (View, error) {
	id, ok := cmd.Task.Request()
	if !ok {
		return View{}, ErrHidden
	}
	a, err := g.act(ctx, c.onTask(cmd.Task), id, func(v View, _ verification.Stamp) (verification.Command, error) {
		task, _ := v.Request.Task(cmd.Task)
		return cmd, g.officersExist(cmd.Officers, task.Unit, "/officers")
	})
	return g.view(c, a), err
}
