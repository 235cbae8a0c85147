package sealed

import (
	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// alarm is a sealed matter that waits to be claimed and alarms the visitor.
type alarm struct {
	client.AlarmsItem
	Since   text.Since
	Due     site.Due
	Known   bool          // the visitor may open it: it is on their board
	Keepers []site.Choice // whom a lead may appoint
	Key     string
	Chosen  string // whom the form named that was refused
}

// alarms asks for them; none: the visitor can never be alarmed.
func alarms(v *site.Visit, labels map[string]string, rows []row, refused *refusedKeeper) ([]alarm, error) {
	if !v.May(access.OpListAlarms) {
		return nil, nil
	}
	all, err := site.Read[client.Alarms](v.API.ListAlarms(v.Context()))
	if err != nil {
		return nil, err
	}
	var out []alarm
	for _, a := range all.Items {
		one := alarm{AlarmsItem: a, Since: v.Language.Since(a.Since, v.Now), Due: v.Due(a.DueAt), Known: a.Rung != client.AlarmsItemRungLead, Key: v.NewKey()}
		for _, r := range rows {
			one.Known = one.Known || r.ID == a.Request
		}
		for _, k := range a.Keepers {
			one.Keepers = append(one.Keepers, site.Choice{Value: k, Text: labels[k]})
		}
		if refused != nil && refused.request == a.Request {
			one.Key, one.Chosen = v.KeyAfter(refused.problem), refused.person
		}
		out = append(out, one)
	}
	return out, nil
}

// refusedKeeper is an appointment that was refused.
type refusedKeeper struct {
	request, person string
	problem         *site.Problem
}

// appoint names the keeper of a matter that alarms a lead. What is refused is shown with whom it named.
func appoint(v *site.Visit) error {
	named := refusedKeeper{request: v.Form("id"), person: v.Form("person")}
	err := site.Done(v.API.AppointAlarmed(v.Context(), named.request, &client.AppointAlarmedParams{IdempotencyKey: v.Key()}, client.Keeper{Person: named.person}))
	p, refused := site.Refused(err)
	switch {
	case err == nil:
		return v.GoSaying("/sealed", "appoint_alarmed")
	case !refused:
		return err
	}
	named.problem = p
	return showAs(v, nil, &named)
}
