package request

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

// floor is below what the level of a request does not fall, as the contract says it of who may lower it.
func floor(r client.StaffView) client.Level {
	var highest client.Level
	for _, f := range r.Floors {
		highest = max(highest, f.Level)
	}
	return highest
}

// lowers says whether any level is left that the request may be lowered to.
func lowers(r client.StaffView, _ base) bool { return len(lower(r)) > 0 }

// lower are the levels below the one it has, the highest first, that no floor forbids.
func lower(r client.StaffView) []string {
	all := codes(client.LevelLoweringLevelL2, client.LevelLoweringLevelL1, client.LevelLoweringLevelL0)
	return slices.DeleteFunc(all, func(level string) bool { return level >= string(r.Level) || level < string(floor(r)) })
}

// holds is the sentence of what holds the level up; empty: nothing does.
func (a asked) holds() string {
	var all []string
	for _, f := range a.request.Floors {
		all = append(all, a.visit.Word("floor", string(f.Code))+" ("+a.visit.Word("marking", string(f.Level))+")")
	}
	if len(all) == 0 {
		return ""
	}
	return a.visit.T("request.floors", "floors", strings.Join(all, "; "))
}

// statements are the words of the partner by which it may agree: its reply that states a marking, the newest first, and
// the request itself.
func (a asked) statements() []site.Choice {
	var all []site.Choice
	for i, c := range slices.Backward(a.request.Clarifications) {
		if said := a.Stated(c.Reply.Handling); said != "" {
			all = append(all, site.Choice{Value: strconv.Itoa(i + 1), Text: a.visit.T("request.agreed.reply", "at", a.Moment(c.Reply.At).Named(), "marking", said)})
		}
	}
	return append(all, site.Choice{Value: "0", Text: a.visit.T("request.agreed.request")})
}

// Stated is a marking that the partner stated in a reply, on one line; empty: it stated none.
func (a asked) Stated(h client.StatedMarking) string {
	if h.Code == "" {
		return ""
	}
	return a.members(object(h))
}

// lowering is the form of row 30.
func lowering() command {
	return command{
		name: verification.NameLowerLevel, path: "level", hint: "request.lower_level.hint", sure: "request.lower_level.sure", applies: lowers,
		fields: []field{
			{name: "level", label: "request.field.level", kind: level, required: true},
			{name: "agreed_in", label: "request.field.agreed_in", hint: "request.agreed_in.hint", kind: statement, required: true},
			reason("lowering", lowerings()), remark("text"),
		},
		send: sendLowering,
	}
}

func sendLowering(in *input) (*http.Response, error) {
	return in.visit.API.LowerLevel(in.context(), in.id(), (*client.LowerLevelParams)(in.once()), client.LevelLowering{
		Level: client.LevelLoweringLevel(in.text("level")), Code: client.LevelLoweringCode(in.text("code")), AgreedIn: in.number("agreed_in"), Text: in.text("text"),
	})
}
