package site

import (
	"log/slog"
	"net/url"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/text"
)

// Alarm is what every page has for who may be on call as second reviewer, or on duty as keeper: what waits for them, without
// content. It asks again by itself, and sounds until it is opened.
type Alarm struct {
	Unknown bool   // whether something waits could not be asked
	Over    bool   // the session is, and nothing that waits is told here; what sounded then, which Mark says, sounds on
	Number  string // empty: a test is of no matter
	Mark    string // what waits: a package for a second reviewer, a sealed matter to be claimed, or that a test is confirmed; empty: nothing does
	Request string
	Since   text.Since
	Until   string // what is opened by opening this one: all that waited by then
}

// alarm asks what waits for the visitor; nil: nobody ever alarms them.
func (v *Visit) alarm() *Alarm {
	if !v.May(access.OpReleasePackage) || len(v.Session.Needs) > 0 {
		return nil
	}
	on, err := Read[client.OnCall](v.API.GetOnCall(v.Context()))
	switch {
	case err != nil:
		v.site.Logger.WarnContext(v.Context(), "what waits for the second reviewer cannot be asked", slog.Any("error", err))
		return &Alarm{Unknown: true}
	case on.Alarm.Mark == "":
		return &Alarm{}
	}
	return &Alarm{
		Number: on.Alarm.Number, Mark: string(on.Alarm.Mark), Request: on.Alarm.Request, Since: v.Language.Since(on.Alarm.Since, v.Now),
		Until: on.Alarm.Since.Format(time.RFC3339Nano),
	}
}

type alarmView struct{ Alarm *Alarm }

// showAlarm is the part of a page that asks again by itself. The session of whom it alarms may end under an open page: that is
// said in the page, which may hold what was typed.
func showAlarm(v *Visit) error {
	if v.Session == nil {
		return v.Show("alarm", alarmView{&Alarm{Over: true, Mark: v.Query("mark")}})
	}
	return v.Show("alarm", alarmView{v.alarm()})
}

// openAlarm ends the alarm, everywhere, and leads to what waits.
func openAlarm(v *Visit) error {
	until, err := time.Parse(time.RFC3339Nano, v.Form("until"))
	if err != nil {
		return notThere()
	}
	if v.Form("mark") == string(client.OnCallAlarmMarkAlarmTest) {
		if err := Done(v.API.ConfirmAlarmTests(v.Context(), client.AlarmTestConfirmation{})); err != nil {
			return err
		}
		return v.GoSaying("/sealed", "confirm_alarm_test")
	}
	mark := client.MarkMark(v.Form("mark"))
	if err := Done(v.API.SetMark(v.Context(), client.Mark{Mark: mark, Until: until})); err != nil {
		return err
	}
	if mark == client.MarkMarkSealedMatter {
		return v.Go("/sealed")
	}
	return v.Go("/requests/" + url.PathEscape(v.Form("id")) + "/review")
}
