package access_test

import (
	"errors"
	"slices"
	"testing"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// forPersons says of every operation whether --production keeps it for a person who signed in. It is written apart from
// the rule: an operation that is new is in neither list, and somebody has to say which it belongs to.
func forPersons() map[access.Operation]bool {
	own := []access.Operation{
		"claimRequest", "putPackage", "sendToReview", "returnToUnit", "askConsent", "releasePackage", "extendPromise",
		"proposeRefusal", "approveRefusal", "rejectRefusal", "recallVersion", "sealRequest",
		"placeLegalHold", "liftLegalHold", "proposeErasure", "proposeErasures", "confirmErasure", "confirmErasures", "dropErasure", "lowerLevel",
		"proposeMonthEnd", "confirmMonthEnd", "dropMonthEnd",
	}
	programs := []access.Operation{
		"submitRequest", "listRequests", "getRequest", "streamRequest", "listAnswers", "answerQuestions", "replyToClarification",
		"withdrawRequest", "confirmAnswer", "followUp", "reopenRequest", "listPromises", "listConsents", "decideConsent",
		"getUnitQueue", "streamQueue", "getTask", "streamTask", "getTaskClocks", "getDraft", "putDraft", "deleteDraft", "acceptTask", "declineTask", "forwardTask", "holdTask", "resumeTask",
		"proposeClarification", "answerTask", "assignTask", "noteTask", "acknowledgeStop", "confirmHold", "rejectHold",
		"getBoard", "streamBoard", "listNotices", "listPeople", "listCompartments", "setKeepersOnDuty", "testAlarm", "listAlarms", "confirmAlarmTests", "appointAlarmed", "listMilestones", "listRetention", "listMonthEnds", "getOnCall", "setOnCall", "getStatistics", "exportBoard", "exportStatistics",
		"registerRequest", "registerStub", "getCandidates", "routeRequest", "askAgency", "askPartner", "rejectClarification",
		"declareNotCompetent", "markDuplicate", "correctAnswer", "dropCorrection", "changeDegree",
		"declareAboveCeiling", "handleOutside", "closeCirculation", "appointKeeper", "repinPolicy", "noteRequest",
		"setBreachCause", "annulBreach", "getPackage", "getClocks", "getReaders", "getHistory", "listEvidence", "listGrants", "findRequest", "findByReference", "getReference", "getLedger",
		"getWall", "beginPairing", "listScreens", "pairScreen", "removeScreen", "getLive", "getReady", "getOpenAPI", "getKeySet", "getLedgerKeys",
		// A program has no session: what is about one is refused to it everywhere.
		"signIn", "listWays", "beginAtProvider", "finishAtProvider", "endByProvider", "getSession", "signOut",
		"reauthenticate", "changePassword", "beginSecondFactor", "confirmSecondFactor", "listSessions", "signOutEverywhere",
		"getMarks", "setMark",
	}
	table := map[access.Operation]bool{}
	for _, op := range own {
		table[op] = true
	}
	for _, op := range programs {
		table[op] = false
	}
	return table
}

func TestASessionIsOfAPersonWhoIsNotDisabled(t *testing.T) {
	t.Parallel()
	ring := access.NewKeyring()
	given(t, ring, deskPerson("p_1"))
	given(t, ring, deskPerson("p_2"), access.DisablePrincipal{Reason: "left"})
	given(t, ring, access.CreatePrincipal{Person: "s_1", System: true, Label: "Unit's system", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"})
	c, _, err := ring.InSession("p_1", noon)
	if err != nil || c.Person != "p_1" || c.Means != access.BySession || !c.Has(verification.RoleDesk) || c.Key != "" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, id := range []verification.PersonID{"p_2", "s_1", "p_3", ""} {
		if c, _, err := ring.InSession(id, noon); !errors.Is(err, access.ErrUnauthenticated) || c.Person != "" {
			t.Errorf("%s: %+v, %v", id, c, err)
		}
	}
}

func TestWithProductionOnlyASessionGivesWhatIsAPersonsOwn(t *testing.T) {
	t.Parallel()
	table, inside := forPersons(), columns()[3]
	for _, rule := range access.Table() {
		own, said := table[rule.Operation]
		if !said {
			t.Errorf("%s: nobody has said whether a program may", rule.Operation)
		}
		delete(table, rule.Operation)
		o := objectFor(rule, inside)
		for name, caller := range actors() {
			for _, means := range []access.Means{"", access.ByKey, access.BySignature, access.ByCertificate, access.BySession} {
				caller.Means = means
				before, strict := access.May(caller, rule.Operation, o), caller
				strict.Production = true
				got := access.May(strict, rule.Operation, o)
				bar := access.Barred(strict, rule)
				closed := own && means != access.BySession
				switch {
				case closed && (got != access.Forbidden || bar != access.SessionRequired):
					t.Errorf("%s by %s, signed in by %q: %s, %q", rule.Operation, name, means, got, bar)
				case !closed && (got != before || bar != access.NotBarred):
					t.Errorf("%s by %s, signed in by %q: %s, %q; without --production %s", rule.Operation, name, means, got, bar, before)
				}
			}
		}
	}
	for op := range table {
		t.Errorf("%s is in no contract", op)
	}
}

// What a session keeps for persons is nothing that the object could tell: the answer is one for all of them.
func TestTheBarTellsNothingOfAnObject(t *testing.T) {
	t.Parallel()
	by := actors()["DESK"]
	by.Means, by.Production = access.ByKey, true
	for _, op := range access.PersonsOwn() {
		rule, _ := access.RuleOf(op)
		for _, column := range append(columns(), verification.Request{}) {
			if got := access.May(by, op, objectFor(rule, column)); got != access.Forbidden {
				t.Errorf("%s: %s", op, got)
			}
		}
		if access.Ever(by, op) {
			t.Errorf("%s: its body would be read", op)
		}
	}
	if own := access.PersonsOwn(); len(own) != len(slices.Compact(slices.Sorted(slices.Values(own)))) {
		t.Error("an operation stands twice")
	}
}
