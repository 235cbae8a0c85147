package sealed

import (
	"cmp"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// trial is the last test of a compartment's alarm: rung by rung, whom it reached and who has confirmed it.
type trial struct {
	At    text.Moment // zero: it was never tried
	By    string
	Rungs []rung
}

// rung is one step of the way of the alarm.
type rung struct {
	Name  client.CompartmentsItemAlarmTestToldRung
	Heard []heard // none: nobody is there to be alarmed
}

type heard struct {
	Who string
	At  text.Moment // zero: not confirmed
}

func trialOf(v *site.Visit, t client.CompartmentsItemAlarmTest, labels map[string]string) trial {
	out := trial{At: v.Moment(t.At), By: labels[t.By]}
	if t.At.IsZero() {
		return out
	}
	for _, name := range []client.CompartmentsItemAlarmTestToldRung{
		client.CompartmentsItemAlarmTestToldRungKeeper, client.CompartmentsItemAlarmTestToldRungDeputy, client.CompartmentsItemAlarmTestToldRungLead,
	} {
		step := rung{Name: name}
		for _, h := range t.Told {
			if h.Rung == name {
				step.Heard = append(step.Heard, heard{Who: cmp.Or(labels[h.Person], h.Person), At: v.Moment(h.ConfirmedAt)})
			}
		}
		out.Rungs = append(out.Rungs, step)
	}
	return out
}

type trialsView struct{ Rooms []room }

// showTrials is the part of the page that asks again by itself. It is answered what listCompartments answers, and how often
// it asks depends on nothing that others do: so neither the answer nor the line tells anybody else of a test.
func showTrials(v *site.Visit) error {
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	all, err := tended(v, labels, nil)
	if err != nil {
		return err
	}
	return v.Show("sealed/trials", trialsView{all})
}

// try alarms those whom a sealed matter of the compartment would.
func try(v *site.Visit) error {
	if err := site.Done(v.API.TestAlarm(v.Context(), v.Form("compartment"), client.AlarmTest{})); err != nil {
		return err
	}
	return v.GoSaying("/sealed", "test_alarm")
}
