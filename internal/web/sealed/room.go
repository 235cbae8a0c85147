package sealed

import (
	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// room is a compartment that the visitor sees to.
type room struct {
	ID, Name  string
	Members   []member
	Turns     []turn
	Uncovered text.Moment // when, within a day, nobody is on duty or no deputy
	Keepers   []site.Choice
	Form      turnForm
	Trial     trial
}

// turn is who is on duty in a time.
type turn struct {
	Keeper, Deputy string // empty: nobody
	From, Until    text.Moment
	Now            bool
}

// turnForm is how it is said who is on duty.
type turnForm struct {
	Open                        bool // it was sent, and refused
	Keeper, Deputy, From, Until string
	Flaws                       map[string]string
}

// member is one of its persons, with how they came to be one.
type member struct {
	Who          string
	Keeper       bool
	Since, Until text.Moment
	Reason       string
	By           []string // who granted it: two persons, where a grant did
}

// rooms are the compartments that the visitor sees to; none: they see to none. A form that was refused is shown again in its
// own.
func rooms(v *site.Visit, labels map[string]string, refused *refusedTurn) ([]room, error) {
	if !v.May(access.OpListCompartments) {
		return nil, nil
	}
	return tended(v, labels, refused)
}

// tended asks for them.
func tended(v *site.Visit, labels map[string]string, refused *refusedTurn) ([]room, error) {
	all, err := site.Read[client.Compartments](v.API.ListCompartments(v.Context()))
	if err != nil {
		return nil, err
	}
	var out []room
	for _, c := range all.Items {
		out = append(out, roomOf(v, c, labels, refused))
	}
	return out, nil
}

func memberOf(v *site.Visit, m client.CompartmentsItemMember, labels map[string]string) member {
	out := member{Who: labels[m.Person], Keeper: m.Keeper, Since: v.Moment(m.Since), Until: v.Moment(m.Until), Reason: m.Reason}
	for _, by := range []string{m.ProposedBy, m.ConfirmedBy} {
		if by != "" {
			out.By = append(out.By, labels[by])
		}
	}
	return out
}

func roomOf(v *site.Visit, c client.CompartmentsItem, labels map[string]string, refused *refusedTurn) room {
	one := room{ID: c.Compartment, Name: v.Word("request.compartment", c.Compartment), Uncovered: v.Moment(c.UncoveredFrom), Trial: trialOf(v, c.AlarmTest, labels)}
	for _, m := range c.Members {
		one.Members = append(one.Members, memberOf(v, m, labels))
		if m.Keeper {
			one.Keepers = append(one.Keepers, site.Choice{Value: m.Person, Text: labels[m.Person]})
		}
	}
	for _, t := range c.Turns {
		one.Turns = append(one.Turns, turn{
			Keeper: labels[t.Person], Deputy: labels[t.Deputy], From: v.Moment(t.From), Until: v.Moment(t.Until), Now: !t.From.After(v.Now),
		})
	}
	one.Form.From, one.Form.Until = site.Night(v.Now)
	if refused != nil && refused.room == one.ID {
		one.Form = refused.form
	}
	return one
}

// refusedTurn is a form that was refused, of one compartment.
type refusedTurn struct {
	room    string
	form    turnForm
	problem *site.Problem
}

// setDuty sends who is on duty; what the gateway refuses is shown beside the field.
func setDuty(v *site.Visit) error {
	typed := turnForm{Open: true, Keeper: v.Form("keeper"), Deputy: v.Form("deputy"), From: v.Form("from"), Until: v.Form("until"), Flaws: map[string]string{}}
	err := site.Done(v.API.SetKeepersOnDuty(v.Context(), v.Form("compartment"), client.KeepersTurn{
		Person: typed.Keeper, Deputy: typed.Deputy, From: site.TurnTyped(typed.From), Until: site.TurnTyped(typed.Until),
	}))
	p, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.GoSaying("/sealed", "set_keepers_on_duty")
	case !refused:
		return err
	}
	for field, pointer := range map[string]string{"keeper": "/person", "deputy": "/deputy", "until": "/until"} {
		if len(p.At(pointer)) > 0 {
			typed.Flaws[field] = v.Word("sealed.flaw", field)
		}
	}
	return showAs(v, &refusedTurn{room: v.Form("compartment"), form: typed, problem: p}, nil)
}
