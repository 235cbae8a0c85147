package access

import "slices"

// PersonsOwn are the operations that --production keeps for persons who signed in (trust.md: keys cannot claim, edit,
// review, release, extend, refuse, recall or seal). A credential that a program can hold says which account acted; four
// eyes are about who did. The numbers are the rows of lifecycle.md.
func PersonsOwn() []Operation {
	return []Operation{
		OpClaimRequest,                               // 3
		OpPutPackage,                                 // 15a, which is editing
		OpSendToReview, OpReturnToUnit, OpAskConsent, // 11, and the reviewer's 12 and 13
		OpReleasePackage,                                    // 15
		OpExtendPromise,                                     // 24
		OpProposeRefusal, OpApproveRefusal, OpRejectRefusal, // 9a to 9c
		OpRecallVersion,                   // 20
		OpSealRequest,                     // 23
		OpPlaceLegalHold, OpLiftLegalHold, // 28a, 28b
		OpProposeErasure, OpProposeErasures, OpConfirmErasure, OpConfirmErasures, OpDropErasure, // 29a to 29c
		OpLowerLevel,                                         // 30
		OpProposeMonthEnd, OpConfirmMonthEnd, OpDropMonthEnd, // the key of all that was erased of a month
	}
}

// personsOwn says whether only a person who signed in may give the operation.
func personsOwn(op Operation) bool { return slices.Contains(PersonsOwn(), op) }
