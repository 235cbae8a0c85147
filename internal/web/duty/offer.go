package duty

import (
	"slices"

	"verigate/api/client"
	"verigate/internal/verification"
)

// offer is the one thing that a page proposes to do next, by the name of the command and the address where it is done.
type offer struct {
	Command verification.Name
	Path    string
}

// ofRequest chooses among the commands that the contract allows on a request what most needs doing, the last steps first:
// what waits for a second person waits for nobody else. No offer: the visitor can only look.
func ofRequest(r client.StaffView) (offer, bool) {
	path := "/requests/" + r.ID
	for _, next := range []offer{
		{verification.NameReleasePackage, path + "/review"},
		{verification.NameApproveRefusal, path + "#refusal"},
		{verification.NamePreparePackage, path + "/package"},
		{verification.NameRoute, path + "/triage"},
		{verification.NameCorrect, path + "#do-correct"},
		{verification.NameExplainBreach, path + "#breaches"},
		{verification.NameClaim, path},
	} {
		if slices.Contains(r.Allowed, string(next.Command)) && waits(r, next.Command) {
			return next, true
		}
	}
	return offer{}, false
}

// waits says whether the request stands where the command is the next step, not merely possible.
func waits(r client.StaffView, c verification.Name) bool {
	switch c {
	case verification.NameReleasePackage:
		return r.Package.Version > 0 && !r.Package.Void
	case verification.NameApproveRefusal:
		return r.Refusal.Hash != "" && r.Refusal.ApprovedBy == ""
	case verification.NamePreparePackage:
		return r.State == client.RequestStateInReview && (r.Package.Version == 0 || r.Package.Void)
	case verification.NameRoute:
		return r.State == client.RequestStateTriage
	case verification.NameCorrect:
		return recalled(r)
	case verification.NameExplainBreach:
		return slices.ContainsFunc(r.Breaches, func(b client.BreachView) bool { return b.Cause.Code == "" && b.Annulled.Code == "" })
	case verification.NameClaim:
		return r.Holder.Person == ""
	default:
		return false
	}
}

// recalled says whether the last answer was recalled: the partner is owed another.
func recalled(r client.StaffView) bool {
	for _, version := range slices.Backward(r.Releases) {
		if verification.ReleaseKind(version.Kind) != verification.ReleaseRecall {
			return version.Recalled
		}
	}
	return false
}

// ofTask is ofRequest for an item of a unit's queue.
func ofTask(i client.QueueItem) offer {
	path := "/tasks/" + i.Task
	switch i.State {
	case client.TaskStateQueued:
		return offer{verification.NameAcceptTask, path}
	case client.TaskStateOnHold:
		return offer{verification.NameResumeTask, path}
	case client.TaskStateStopped:
		return offer{verification.NameAcknowledgeStop, path}
	default:
		return offer{verification.NameAnswerTask, path + "/answer"}
	}
}
