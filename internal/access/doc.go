// Package access says who somebody is and what they may do: persons and systems with their keys, and one authoriser.
//
//	proof ▶ Keyring.Identify ─▶ Caller ─┐
//	session ▶ Keyring.InSession ▶ Caller┤
//	path id ─▶ load once ─▶ ObjectOf ───┴▶ May(caller, operation, object) ──▶ Allowed │ Forbidden (403) │ Hidden (404)
//	row ─────────────────▶ ObjectOf ─────▶ Visible(caller)(object) ──▶ kept or dropped, before anything is counted
//	notice, beside that ─────────────────▶ Hears(caller, rung told) ─▶ listed or not
//
// Everything is denied that is not permitted. A rule has two halves: the roles that an operation is for ([Table]), and
// whether the caller acts in one of them with regard to this very object. The second is written in Cedar, one file for
// each role or idea: policies/*.cedar, readable without Go. An operation is an action in the group of each role of its
// row, so that a policy says "an action of the DESK" and a new row needs none. That one may know of an object is the
// action "know", which is in all groups. Who may not even know gets the answer of an object that does not exist; who
// merely lacks the operation is told so.
//
//	operation.go  the table                        actions.go   the actions that it makes
//	facts.go      callers and objects for Cedar    policies.go  reads, checks and asks the policies
//
// There is no second authority: reads, lists, counts, feeds, exports, queues and the door's own look at a role ([Ever])
// are all answered by the same policies. They are checked at the start ([CheckPolicies]) against the table and against
// policies/schema.cedarschema. What spares time decides nothing: a question passes over policies whose scope cannot
// apply, and is asked once of all callers and cases that no policy can tell apart (decided.go).
//
// A proof is an API key, a signature of the call, or a client certificate, alone or beside one of the others: whichever
// it is, one answer for all that is wrong with it (ErrUnauthenticated).
//
// Before that, [Barred] closes an operation to a caller by how it signed in: a credential may have scopes, which take away
// from what its principal may do and never add to it, and with --production [PersonsOwn] is for persons who signed in.
//
// What only the state of a request decides (four eyes, the order of steps) stays with package verification, which
// refuses again whatever gets past here.
//
// One person is one principal. What opens content is a [Grant], proposed by one person and confirmed by another, with an
// end; nobody grants to self, and an operator opens none of it. How a person is recognised is an [Identity], bound the
// same way: neither of the two can sign in by it. [Principal.At] says what is open at a time. The first two operators are
// the machine's owner's to make ([Setting.Admits]). Roles without an end come from decisions that are older than
// grants, from demonstrations, and to partners' programs.
//
// Who is on call as second reviewer ([OnCall]) and up to when a person has read what ([Mark]) open nothing: they say who is
// alarmed, and of what. So does who is on duty in a compartment ([Duty]) and the last test of its alarm ([AlarmTests]), its
// keepers' own. What is known of copies of keys and of erased ones ([Custody]) says since when something is erased here, and
// when everywhere.
//
// Principals and changes of the directory are aggregates of the record: [Decide] and [Entry.Decide] make events,
// [Codec] writes and reads them. Nothing here does I/O or reads a clock.
//
// # Threats
//
// One line for each: who, what is at stake, how, what stands against it, and the test that would fail without it, as
// package.Test. A test of this package reads the lines and looks for each test in the repository. A threat is written
// here with its control, not before.
//
//	actor | asset | attack | control | test
//	partner | another's request | reads or changes it by its id | its own requests alone; hidden is answered as absent | httpapi.TestEveryActorGetsOverHTTPWhatTheTableSays
//	partner | that another's exists | compares answers to ids, its own and made-up ones | one answer, one set of headers for both | httpapi.TestAnothersAndNobodysAreAnsweredInTheSameBytes
//	partner | that another's exists | gives commands on ids, its own and made-up ones | one answer for both | httpapi.TestWhatIsHiddenIsAnsweredAsWhatIsAbsent
//	partner | that another's exists | measures how long answers take | both are answered on one beat | e2e.TestTheTimeOfAnAnswerTellsNotWhetherAnotherHasIt
//	partner | that another's exists | reads its own views, tags and times over time | nothing of another's history moves them | gateway.TestWhatAPartnerSeesIsTheSameWhateverAnotherDoes
//	partner | steps inside | watches tags and times of its own request | internal steps move neither | gateway.TestNoStepChangesWhatThePartnerSees
//	partner | steps inside | listens when its request's stream speaks | it speaks of what the partner can see | gateway.TestAPartnerHearsOfWhatItSeesAlone
//	partner | how much others do | listens when its stream begins anew | what was forgotten is looked at again, not told | gateway.TestHowMuchOthersDoIsNotHeard
//	partner | names of units and officers | reads its views for what leaked | explicit forms of what goes out | gateway.TestNothingInsideGoesOut
//	partner | another's list | reads on with another's cursor | a cursor is sealed to reader and list | gateway.TestACursorIsItsReadersAndItsLists
//	partner | another originator's fact | is sent it without consent | locked until the originator agrees | gateway.TestAFactOfAnotherStaysLockedUntilItsOriginatorAgrees
//	partner | another's consent | decides an ask of another originator, or a forged one | an ask is its originator's, under a sealed id | gateway.TestAFactOfAnotherStaysLockedUntilItsOriginatorAgrees
//	unit officer | other units' work | asks for a task or queue of theirs | a unit's own tasks; another's queue is as none | gateway.TestAQueueIsItsUnits
//	unit officer | other units' and sealed work | listens to a queue's stream | it speaks of what the officer's list shows | gateway.TestOfASealedCaseTheUnitHearsNothing
//	unit officer | how much of the queue is hidden | measures how long a page takes | a page is one pass over the board, whatever is dropped | gateway.TestAPageAsksTheBoardOnceHoweverMuchIsHidden
//	unit officer | how much of the queue is hidden | measures how long a page takes, many times | lists that are sifted leave on a beat | httpapi.TestListsThatAreSiftedLeaveOnABeat
//	unit officer | closed cases | reads on after the end | reads end with the case, but a stop | access.TestAUnitReadsNoClosedCaseButAStopThatItHasNotAcknowledged
//	unit officer | a sealed matter | reads it as a colleague of who is named | the officers named in the task | access.TestASealedTaskIsReadByTheOfficersNamedInIt
//	unit officer | a case of a friend | is routed to it in spite of the conflict | exclusion forbids whatever permits | gateway.TestAnExcludedOfficerSeesNothingAndForwardsObeyTheExclusion
//	unit's program | a sealed matter | drains its queue | what a program may not know is in no queue | follow.TestWhatIsSealedIsInNoQueue
//	unit's program | a sealed matter | is granted a compartment | no program is in any | access.TestAProgramIsInNoCompartmentWhateverItWasGranted
//	desk | a sealed matter | reads it by id, list, stream, notice or count | members of its compartment, asked at each read | access.TestNobodyOutsideSeesASealedMatterInAnyRead
//	desk | a matter sealed since | reads rows written before | dropped at read time; a stream says it left | gateway.TestARowThatWasSealedIsDroppedThoughTheBoardDoesNotKnow
//	desk | a matter sealed since | resumes a stream before the sealing | the backlog is asked anew | gateway.TestWhatWasSealedSinceIsNotToldFromTheBacklog
//	desk | that a sealed twin exists | looks for twins of an identifier | twins are asked as objects of their own | gateway.TestATwinInACompartmentIsNoTwinForOthers
//	desk | a sealed matter's number | reads supervision's counts | sealed is counted for nobody | gateway.TestWhatIsSealedIsCountedForNobody
//	desk | a case of a friend | reads the numbers in which it is counted | numbers leave out what excludes their reader | gateway.TestNumbersAreThoseOfARecordWithoutWhatExcludesTheReader
//	desk | a release alone | releases what the same person edited or wrote | two persons, compared as persons | gateway.TestNeitherEditorNorAuthorReleases
//	desk | a grave release | releases H3 or L3 with one signature | reviewer and lead, two persons | gateway.TestH3AndL3NeedTwoPersons
//	desk | a package after its release | changes bytes that were approved | the hash of the exact bytes is released | record.TestReleasedBytesStayAsTheyWereHashed
//	keeper | the desk's other work | uses the desk's rights outside | the desk's rights inside, and there only | access.TestEveryActorMayWhatTheMatrixSaysAndNothingElse
//	keeper | the desk's other work | reads the queue of the desk's unit | each row of a queue is asked for | gateway.TestTheDesksOwnQueueIsReadRowByRow
//	supervisor | a sealed matter | is granted a compartment | below L3 whatever is granted | access.TestEveryActorMayWhatTheMatrixSaysAndNothingElse
//	auditor | content | reads requests beside their evidence | evidence operations alone | httpapi.TestEveryActorGetsOverHTTPWhatTheTableSays
//	operator | content | calls the interface with an own key | in no row of the table | httpapi.TestEveryActorGetsOverHTTPWhatTheTableSays
//	operator | any role | grants roles or compartments to self | refused; roles of two hands in none | access.TestCommandsOnAPrincipalAreRefusedWithTheirCode
//	insider | another's case | names object A in the path and B in the body | the path's object is loaded, asked and passed on | httpapi.TestNoBodyNamesTheObjectOfThePath
//	insider | a case by a forgotten route | calls an operation that nobody gave a rule | a route without a row stops the start | httpapi.TestARouteWithoutARowStopsTheStart
//	insider | that nobody knows of a read | reads what leaves nothing in the record | evidence is on the disk before content leaves | httpapi.TestNothingIsReadWithoutEvidence
//	insider | that nobody knows of a read | stops, fills or deletes the evidence first | content is refused within three seconds | evidence.TestAStoreThatHangsIsNotWaitedForLongerThanThreeSeconds
//	insider | that nobody knows of a read | repeats a command, which records nothing | a repeat is a read | httpapi.TestACommandIsItsOwnEvidence
//	auditor | a sealed matter | reads the evidence of it | taken out of each entry but for members | httpapi.TestEvidenceOfASealedMatterIsForItsMembers
//	desk | what colleagues read | asks for the readers of a case | colleagues are named to who answers for them | httpapi.TestReadersAreToldBesidePulls
//	outsider | the evidence | fills it with calls of nobody | strangers are counted beyond some | evidence.TestStrangersCannotFillTheStore
//	store | the evidence | moves, copies or changes a message | bound to its writer and number | evidence.TestAMessageOpensInItsPlaceAlone
//	insider | rules that err | waits for a policy that means nothing | policies are checked at the start | access.TestAPolicyThatCannotBeReadStopsTheStart
//	insider | rules that fail | sends what a policy cannot evaluate | denied and told | access.TestAPolicyThatCannotBeEvaluatedDeniesAndIsTold
//	insider | rules that differ | finds the one of two places that is laxer | table and state machine are compared | access.TestTheTableAndTheMachineNameTheSameRoles
//	insider | the reader's spreadsheet | writes a formula into a text | no text is a formula | export.TestNoTextIsAFormula
//	operator | content | grants a colleague a role, or the colleague the operator | two persons open it, neither the holder | access.TestNoOrderOfActsOpensContentByOnePerson
//	operator | content | opens an account for somebody and signs in by it | the first password has two halves, shown to two | access.TestAnIdentityIsBoundByAnotherPersonAndSharedByNobody
//	operator | content | issues a key, a signer or a certificate to a person who reads it | such a person has none | access.TestTheConsoleFoundsTwoOperatorsAndNoMore
//	operator | content | plays the second person at the console | the console is nobody; each act is proved | e2e.TestNoOneOpensContentAlone
//	operator | content | keeps a right that nobody needs any more | a grant ends by itself | access.TestAGrantOpensOnceAnotherPersonConfirmedItAndStopsByItself
//	insider | a session that was taken away | goes on with an open page or stream | a change of rights ends it; streams ask each second | httpapi.TestOneOf200StreamsEndsWithItsSessionAndTheOthersLoseNothing
//	insider | a colleague's open page | releases by it | release wants a proof of the last five minutes | httpapi.TestReleaseAndRecallWantAFreshProof
//	insider | a session that was ended elsewhere | works at a gateway whose line is cut | a gateway that hears nothing answers nobody | session.TestABookThatHearsNothingAnswersNobody
//	provider | roles | names somebody a head of the desk | the record grants, the provider chooses among that | signin.TestAProviderChoosesAmongWhatTheRecordGrants
//	store | a session | writes one, or copies another's | sealed and bound to the token's hash | session.TestWhoeverWritesToTheStoreMakesNoSession
//	outsider | an account | tells names that exist by answer or time | one answer after one hash | signin.TestARefusalTakesOneHashWhoeverIsMeant
//	outsider | an account | guesses a password | slowed by account and source; the owner is not | signin.TestGuessingFromOneSourceIsSlowedAndTheOwnerIsNot
//	outsider | an account | sends a one-time code again, also after a restart | a code is noted before it is believed | jet.TestASpentCodeAndASessionSurviveARestart
//	outsider | memory | signs in a thousand times at once | two passwords are hashed at a time | account.TestWhoGetsNoTurnIsToldThatItIsBusy
//	outsider | a session | forges a cookie, or plants one before the sign-in | a token is drawn here and never taken over | httpapi.TestAForgedOrPlantedCookieIsNeverAdopted
//	outsider | a session | sends a token of another issuer, client, browser or time | each is checked | oidc.TestAWrongTokenIsBelievedByNobody
//	outsider | everybody's sessions | sends a logout in the provider's name | it is signed by the provider | oidc.TestALogoutTokenIsTheProvidersAndNoOther
//	passer-by | what a wall tells | reads the screen, or its bytes | times, degrees and sums; no id, number, person, partner | httpapi.TestNothingInAWallNamesARequestAPartnerOrAPerson
//	lead | a sealed matter | opens what alarms them | number and clock; the keeper they name keeps it already | httpapi.TestASealedMatterAlarmsTheKeeperThenTheDeputyThenTheLeadUntilItIsClaimed
//	lead | a compartment | hears its alarm tried | that somewhere one was, and not where | httpapi.TestATestOfTheAlarmReachesWhomAMatterWouldAndSaysNothingOfTheCompartment
//	lead | a sealed matter | lowers its level | a member's alone, and by the partner's own word | httpapi.TestALevelFallsByTheLeadAndTheWordOfThePartnerOnly
//	insider | which compartments there are | sets who is on duty in them | hidden is answered as absent | httpapi.TestTheKeeperSaysWhoIsOnDutyInTheOwnCompartmentAndNobodyIsToldOfAnother
//	passer-by | a sealed matter | reads it off a wall, or that there is one | it is in nothing of a wall | gateway.TestWhatIsSealedIsInNothingOfAWall
//	passer-by | all else | takes the screen's cookie elsewhere | it opens the wall alone | httpapi.TestAScreensCookieOpensTheWallAndNothingElse
//	outsider | a screen | reads the code that a device shows, or what the store holds | neither leads to the key | screen.TestACodeOpensNothing
//	insider | a screen | guesses codes, or types one again | slowed down; ten minutes, and once | screen.TestWhoeverTypesWrongCodesIsSlowedDown
//	outsider | an account | signs in as its owner, who does not know | when and whence is told at the next sign-in | session.TestASignInIsToldAtTheNextOne
//	outsider | an identity | guesses, alters or reuses a revoked key | one answer to all | access.TestUnknownRevokedAndDisabledAreOneAnswer
//	outsider | an identity | goes on with a key that is over, was rotated out, or had less to do | ends and scopes are asked at each call | access.TestAKeyEndsWhenItExpires
//	outsider | an identity | tries what is no credential and compares the refusals | one 401, byte for byte | httpapi.TestEveryBadKeyIsTheSameStranger
//	outsider | an identity | sends a signed call again, elsewhere or after a restart | its nonce is used up first, for all gateways | e2e.TestASignatureIsTakenOnceByTwoGatewaysAndOverARestart
//	outsider | a signed call | changes its query, content or components, or sends it to another gateway | all of it is signed, in one form | httpapi.TestWhatIsNotSignedAsItShouldBeIsAStranger
//	outsider | a signed call | uses it up with other content | content is held against the signature before the nonce | httpapi.TestOtherContentUsesNothingUp
//	outsider | an identity | keeps a connection longer than its certificate is bound | the leaf is looked up at each call | httpapi.TestACertificateIsCheckedOnEachCallOfAConnection
//	outsider | an identity | writes a certificate into a header | its own connection's counts alone | httpapi.TestACertificateInAHeaderIsNothing
//	outsider | an identity | binds a certificate that is another's too | what two have bound is nobody's | access.TestACertificateCountsWhileItIsGood
//	whoever holds a key | what else its principal may do | calls beyond the key's scopes | scopes take away before roles are asked | access.TestAScopeTakesAwayAndNeverGives
//	whoever holds a key | decisions that persons answer for | claims, edits, releases by program | with --production a session alone | access.TestWithProductionOnlyASessionGivesWhatIsAPersonsOwn
//	outsider | an identity | reads keys in logs and errors | keys are never printed | access.TestAKeyIsNeverPrinted
//	outsider | content in errors | sends bad bodies and reads the refusals | pointers and codes, never the value | httpapi.TestABadBodyIsRefusedByPointerAndCodeAndNeverByValue
//	outsider | content in logs | reads the log | routes and codes, no value | httpapi.TestALogLineNamesTheRouteAndNoValue
//	outsider | an identity | uses a key that was revoked at another gateway, after a message that cannot be read | a request's is passed by who follows keys; over a principal's nobody is let in | e2e.TestAKeyThatWasRevokedElsewhereOpensNothingWhateverCannotBeRead
//	outsider | an identity | the same, while a gateway hears of nothing | one that will never hear again lets nobody in | httpapi.TestNobodyIsLetInWhileItIsNotKnownWhatWasRevoked
//	outsider | an open stream | goes on listening with a revoked key | the key is asked before each batch | httpapi.TestAStreamEndsWithItsReadersRightsAndWithTheServer
//	outsider | the demonstration | has a browser ask it under another name | loopback, and its own names only | e2e.TestADemonstrationAnswersUnderItsOwnNamesOnly
//	outsider | an identity | sends the headers in which a proxy names somebody | no header says who somebody is | httpapi.TestIdentityNeverComesFromAHeader
//	outsider | an address | sends a PROXY header of its own | believed from named networks only, version 2 | edge.TestAProxyMustSendAHeaderOfVersion2AndNobodyElseMay
//	outsider | a route past its check | spells a path in another way | a path has one spelling; all others are absent | httpapi.TestAPathHasOneSpelling
//	outsider | a route past its check | sends a path as bytes that no client sends | refused before it is taken apart | e2e.TestPathsAsBytesAreRefused
//	outsider | a change | has the browser of one who is signed in send it | another site's writes are refused | httpapi.TestAPageOfAnotherSiteChangesNothing
//	outsider | a change | hides it behind a link | reading changes nothing | httpapi.TestReadingLeavesTheRecordAsItIs
//	outsider | a reader's browser | frames or sniffs an answer | strict headers on every answer | httpapi.TestEveryAnswerHasTheStrictHeaders
//	outsider | the service | holds 200 slow connections | bounded in time, and nobody waits for them | e2e.TestTwoHundredSlowConnectionsKeepNobodyFromBeingAnswered
//	outsider | the service | opens connections without end | so many of one source, and in all | edge.TestASourceHasSoManyConnectionsAndOthersHaveTheirs
//	outsider | the service | calls without end and without identity | limited by source, which keeps no credential out | httpapi.TestWhoShowsNoIdentityIsLimitedBySource
//	partner | the service | calls a hundred times too often | an allowance for each, told before a body is read | e2e.TestOnePartnerAtAHundredTimesIsToldSoAndTheOtherWaitsForNothing
//	partner | the service | spreads its calls over gateways | they share the allowance | rdb.TestTwoGatewaysLetInNoMoreThanOne
//	partner | others' urgent requests | declares everything urgent | a lane of each one's own, held against the body | httpapi.TestWhatIsUrgentHasALaneOfItsOwn
//	anybody | the service | asks for more than it can do | shed in order: reading first, health never | httpapi.TestTooMuchAtWorkIsShedInOrderAndHealthGoesOn
//	whoever holds Redis | content and names | reads all of it | opaque ids and times alone | rdb.TestNoNameIsReadableInRedis
//	whoever holds Redis | another's rows | swaps replies | a value carries its key and is checked again | rdb.TestAReplyThatBelongsToAnotherIsRefused
//	whoever holds Redis | the board's truth | removes or alters rows | compared with the record, and made again | e2e.TestARowRemovedFromRedisByHandIsNamedAndMadeAgain
//	whoever holds the disk | content | reads the record or a backup of it | sealed under keys kept apart | seal.TestAnotherRootOpensNothing
//	whoever holds the disk | the record's truth | swaps, moves or replays messages | sealed to stream, place, version and command | record.TestSealedMessagesFitTheirPlaceOnly
//	whoever holds the disk | the keys' truth | swaps wrapped keys | a wrapped key opens in its place only | seal.TestSwappedWrappedKeysDoNotOpen
//	whoever holds the disk | the record's truth | alters or drops a message | followers stop and name the sequence | e2e.TestWhatCannotBeReadInTheRecordStopsTheFollowersAndIsNamed
//	whoever holds the disk | what was erased | looks for the bytes of its key | they leave the disk | jet.TestErasedKeyBytesLeaveTheDisk
//	whoever holds the disk | what was erased | kills the gateway at once, or brings an old KEYS back | destroyed before a door opens | e2e.TestWhatIsErasedLosesItsKeyOnTheDisk
//	whoever holds the disk | receipts | reads the key that signs them | the owner's file, or no start | receipt.TestAKeyFileThatOthersMayReadIsRefused
//	whoever forges | receipts and releases | signs, alters or mixes them | type, key and time are checked | receipt.TestForgeriesAreRefused
//	whoever holds the host | passwords | reads the arguments of processes | passwords come by files | cli.TestAPasswordInAnArgumentIsRefusedUnread
//	whoever holds the host | keys and content | reads a core dump | none is written | app.TestNoCoreIsWritten
//	whoever holds the network | what goes to Redis | listens, or poses as it | TLS, and the server's certificate | app.TestRedisIsSpokenToOverTLS
//	whoever holds the network | what goes to NATS | poses as gateway or server | the one's key, the other's certificate | app.TestNATSKnowsTheGatewayByItsKeyAndIsKnownByItsCertificate
//	whoever holds the network | what clients send | listens, or speaks an old TLS | TLS 1.3; 1.2 by option, forward secret | edge.TestTheDoorSpeaksTLS13Only
//	whoever holds the network | a client's certificate | resumes a connection on which another proved it | proved on each connection; none is resumed | edge.TestNoConnectionIsResumed
//	whoever holds the host | the door's key | reads its file | not readable by all, or no start | edge.TestADoorDoesNotOpenWithWhatItsClientsWouldRefuse
//	an error of operation | the door | puts a certificate in place that cannot serve | the old one serves on, and it is told | edge.TestABrokenNewPairKeepsTheOldOneAndIsToldOnce
//	whoever names a host | what stands inside | gives a name that leads inside, or does the second time | the address is looked at as the connection is made | outbound.TestANameThatLeadsElsewhereTheSecondTimeIsNotFollowed
//	whoever names a host | what stands inside | spells an address as a name | exact names of the operator's, in one spelling | outbound.TestNoOtherHostIsCalledInAnySpelling
//	a host that is called | what stands inside | redirects there | no redirect is followed | outbound.TestNoRedirectIsFollowed
//	a host that is called | the service | answers without end | bounded in size and time | outbound.TestAnAnswerIsBoundedInSizeAndTime
//	power and crash | an acknowledged request | stops the process at any instant | written through before it is answered | e2e.TestKilledAtAnyInstantNothingIsLostOrDoubled
//	power and crash | an acknowledged request | runs on a store that does not sync | sync always, or no start | jet.TestEmbeddedSyncsAlways
package access
