package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/limit"
	"verigate/internal/screen"
	"verigate/internal/session"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

// The codes that are the edge's own. Like all others they are part of the contract: never renamed.
const (
	codeUnauthenticated  = "unauthenticated"
	codeNotPermitted     = "not_permitted"
	codeNotFound         = "not_found"
	codeMethod           = "method_not_allowed"
	codeMisdirected      = "misdirected"
	codeCrossOrigin      = "cross_origin"
	codeTooManyRequests  = "too_many_requests"
	codeTooManyAtOnce    = "too_many_at_once"
	codeOverloaded       = "overloaded"
	codeDegreeDiffers    = "degree_differs"
	codeUnreadable       = "unreadable"
	codeParameter        = "invalid_parameter"
	codeCursor           = "invalid_cursor"
	codeKeyRequired      = "idempotency_key_required"
	codeKeyInvalid       = "idempotency_key_invalid"
	codeKeyReused        = "key_reused"
	codeIfMatch          = "if_match_invalid"
	codeStale            = "stale"
	codeErased           = "erased"
	codeTooLarge         = "too_large"
	codeTooManyRows      = "too_many_rows"
	codeTooManyConflicts = "too_many_conflicts"
	codeMediaType        = "unsupported_media_type"
	codeInvalidBody      = "invalid_body"
	codeInternal         = "internal"
	codeUnavailable      = "unavailable"
	codeIntakeStopped    = "intake_stopped"
	codeCatchingUp       = "catching_up"
	codeBoardUnavailable = "board_unavailable"
	codeUnwitnessed      = "evidence_unavailable"
	codeNotKnown         = "revocations_unknown"

	codeSignInRefused       = "sign_in_refused"
	codeTooManyAttempts     = "too_many_attempts"
	codeProofNeeded         = "proof_needed"
	codeProofRefused        = "proof_refused"
	codeAccountUnfinished   = "account_unfinished"
	codeNothingEnrolled     = "nothing_enrolled"
	codeSessionsUnavailable = "sessions_unavailable"
	codeProviderUnavailable = "provider_unavailable"
)

// kind is what all problems of one code have in common.
type kind struct {
	code   string
	status int
	title  string
}

// problems is the one table of codes: a code that is not in it is answered as a defect of ours.
func problems() map[string]kind {
	table := map[string]kind{}
	for _, k := range []kind{
		{codeUnauthenticated, http.StatusUnauthorized, "A valid credential is needed"},
		{codeNotPermitted, http.StatusForbidden, "Not permitted"},
		{string(access.OutOfScope), http.StatusForbidden, "The key is limited to other calls"},
		{string(access.SessionRequired), http.StatusForbidden, "A person who signed in is needed"},
		{codeNotFound, http.StatusNotFound, "Not found"},
		{codeMethod, http.StatusMethodNotAllowed, "The method is not allowed here"},
		{codeMisdirected, http.StatusMisdirectedRequest, "Not a name of this gateway"},
		{codeCrossOrigin, http.StatusForbidden, "Not from a page of another site"},
		{codeTooManyRequests, http.StatusTooManyRequests, "Too many requests"},
		{codeTooManyAtOnce, http.StatusTooManyRequests, "Too many requests at once"},
		{codeOverloaded, http.StatusServiceUnavailable, "Too much to do: try again with the same key"},
		{codeDegreeDiffers, http.StatusBadRequest, "The declared degree is not that of the body"},
		{codeUnreadable, http.StatusBadRequest, "The request cannot be read"},
		{codeParameter, http.StatusBadRequest, "A parameter is not valid"},
		{codeCursor, http.StatusBadRequest, "The cursor is not valid here"},
		{codeKeyRequired, http.StatusBadRequest, "An Idempotency-Key is required"},
		{codeKeyInvalid, http.StatusBadRequest, "The Idempotency-Key is not valid"},
		{codeKeyReused, http.StatusConflict, "The key was used with another body"},
		{codeIfMatch, http.StatusBadRequest, "If-Match is not valid"},
		{codeStale, http.StatusPreconditionFailed, "Changed since it was read"},
		{codeErased, http.StatusGone, "Erased"},
		{codeTooLarge, http.StatusRequestEntityTooLarge, "The body is too large"},
		{codeMediaType, http.StatusUnsupportedMediaType, "The body must be application/json in UTF-8"},
		{codeTooManyRows, http.StatusUnprocessableEntity, "More rows than a file holds: choose fewer"},
		{codeTooManyConflicts, http.StatusForbidden, "Excluded from too many requests: a colleague reads these numbers"},
		{codeInvalidBody, http.StatusUnprocessableEntity, "The request body is not valid"},
		{codeInternal, http.StatusInternalServerError, "Something went wrong here"},
		{codeUnavailable, http.StatusServiceUnavailable, "Try again with the same key"},
		{codeIntakeStopped, http.StatusServiceUnavailable, "No new request is taken for now: try again with the same key"},
		{codeCatchingUp, http.StatusServiceUnavailable, "Catching up with the record"},
		{codeBoardUnavailable, http.StatusServiceUnavailable, "The board is not available"},
		{codeNotKnown, http.StatusServiceUnavailable, "It is not known which keys are revoked: nobody is let in"},
		{codeUnwitnessed, http.StatusServiceUnavailable, "Content is not shown while it cannot be recorded who reads it"},

		// Of people who sign in. A refusal is one, whatever was wrong.
		{codeSignInRefused, http.StatusUnauthorized, "Not signed in"},
		{codeTooManyAttempts, http.StatusTooManyRequests, "Too many attempts: wait"},
		{codeProofNeeded, http.StatusForbidden, "Prove once more who you are"},
		{codeProofRefused, http.StatusForbidden, "Not proved"},
		{codeAccountUnfinished, http.StatusForbidden, "Choose a password and enrol a second factor first"},
		{codeNothingEnrolled, http.StatusConflict, "No second factor is being enrolled"},
		{codeProviderUnavailable, http.StatusServiceUnavailable, "The OpenID provider does not answer"},
		{codeSessionsUnavailable, http.StatusServiceUnavailable, "Sessions are not available for a moment"},

		// A rule said no: about the state, so 409. What the role may never do is not_permitted above.
		{string(verification.WrongState), http.StatusConflict, "Not in this state"},
		{string(verification.SamePerson), http.StatusConflict, "Two persons are needed"},
		{string(verification.ConflictOfInterest), http.StatusConflict, "Conflict of interest"},
		{string(verification.AlreadyClaimed), http.StatusConflict, "Claimed by somebody else"},
		{string(verification.ReasonMissing), http.StatusConflict, "A code or a reason is needed"},
		{string(verification.NotTheHolder), http.StatusConflict, "Only the holder may do this"},
		{string(verification.UnknownQuestion), http.StatusConflict, "No such question"},
		{string(verification.QuestionClosed), http.StatusConflict, "The question is closed"},
		{string(verification.QuestionOpen), http.StatusConflict, "A question is open"},
		{string(verification.QuestionUnassigned), http.StatusConflict, "A question would be with nobody"},
		{string(verification.NothingToRoute), http.StatusConflict, "Nothing to route"},
		{string(verification.UnitHasQuestion), http.StatusConflict, "The unit has had the question"},
		{string(verification.UnitExcluded), http.StatusConflict, "The unit is excluded"},
		{string(verification.SealedNoRule), http.StatusConflict, "Sealed matters are not routed by rule"},
		{string(verification.OtherPartner), http.StatusConflict, "Another partner's request"},
		{string(verification.TwinUnanswered), http.StatusConflict, "The other request gives no answer"},
		{string(verification.TwinLater), http.StatusConflict, "The other request came later"},
		{string(verification.NothingAsked), http.StatusConflict, "Nothing is asked"},
		{string(verification.AlreadyAsked), http.StatusConflict, "The partner is asked already"},
		{string(verification.NotDue), http.StatusConflict, "Not due"},
		{string(verification.NoProposal), http.StatusConflict, "Nothing is proposed"},
		{string(verification.HashMismatch), http.StatusConflict, "The hash names other bytes"},
		{string(verification.ReturnedTwice), http.StatusConflict, "Returned twice already"},
		{string(verification.UnknownFact), http.StatusConflict, "No such fact"},
		{string(verification.FactLocked), http.StatusConflict, "The originator has not agreed"},
		{string(verification.ConsentOpen), http.StatusConflict, "A consent is being asked"},
		{string(verification.UnknownConsent), http.StatusConflict, "No such consent"},
		{string(verification.NoPackage), http.StatusConflict, "No package is prepared"},
		{string(verification.PackageVoid), http.StatusConflict, "The package is void"},
		{string(verification.PackageInvalid), http.StatusConflict, "The package is not valid"},
		{string(verification.MoreCertain), http.StatusConflict, "More certain than the answers"},
		{string(verification.UnknownVersion), http.StatusConflict, "No such version"},
		{string(verification.NotRead), http.StatusConflict, "The answer has not been read"},
		{string(verification.IsRecalled), http.StatusConflict, "The version was recalled"},
		{string(verification.TooLate), http.StatusConflict, "Too late"},
		{string(verification.NotLater), http.StatusConflict, "Not later than the promise"},
		{string(verification.SameDegree), http.StatusConflict, "The same degree"},
		{string(verification.CompartmentTooSmall), http.StatusConflict, "The compartment is too small"},
		{string(verification.NotAStub), http.StatusConflict, "Not a stub"},
		{string(verification.IsStub), http.StatusConflict, "A stub has no content"},
		{string(verification.NotInformation), http.StatusConflict, "Not information"},
		{string(verification.IsInformation), http.StatusConflict, "Information is circulated"},
		{string(verification.UnknownTask), http.StatusConflict, "No such task"},
		{string(verification.AnswerIncomplete), http.StatusConflict, "The answer is not complete"},
		{string(verification.AnswerInvalid), http.StatusConflict, "The answer is not valid"},
		{string(verification.NoHold), http.StatusConflict, "No hold waits"},
		{string(verification.UnknownBreach), http.StatusConflict, "No such breach"},
		{string(verification.AlreadyExplained), http.StatusConflict, "The cause is given"},
		{string(verification.SenderUnknown), http.StatusConflict, "The sender is unknown"},
		{string(verification.InCorrection), http.StatusConflict, "A correction is prepared"},
		{string(verification.NoCorrection), http.StatusConflict, "No correction is open"},
		{string(verification.NothingNew), http.StatusConflict, "Nothing would change"},
		{string(verification.AlreadyExists), http.StatusConflict, "Created before"},
		{string(verification.ContentErased), http.StatusConflict, "The content is gone"},
		{string(verification.WrongDirection), http.StatusConflict, "Wrong direction"},
		{string(verification.ForwardsToItself), http.StatusConflict, "A unit cannot forward to itself"},
		{string(verification.StopAcknowledgement), http.StatusConflict, "No stop waits"},
		{string(verification.PolicyCurrent), http.StatusConflict, "Pinned to that policy already"},
		{string(verification.NotDesk), http.StatusConflict, "Only the desk's own unit"},
		{string(verification.ArrivalInFuture), http.StatusConflict, "The arrival is in the future"},
		{string(verification.NoQuestions), http.StatusConflict, "No question"},
		{string(verification.QuestionTwice), http.StatusConflict, "A question number is used twice"},
		{string(verification.NotByRule), http.StatusConflict, "Not routed by rule"},
		{string(verification.UnderHold), http.StatusConflict, "Under legal hold"},
		{string(verification.AlreadyHeld), http.StatusConflict, "Under legal hold already"},
		{string(verification.NotHeld), http.StatusConflict, "Under no legal hold"},
		{string(verification.ErasureWaits), http.StatusConflict, "An erasure is proposed already"},
		{string(verification.NotLower), http.StatusConflict, "Not a lower level"},
		{string(verification.FloorHolds), http.StatusConflict, "The matter demands a higher level"},
		{string(verification.ConsentMissing), http.StatusConflict, "No stored consent permits this level"},
		{string(verification.TimeWentBack), http.StatusConflict, "Older than the last decision"},
	} {
		table[k.code] = k
	}
	return table
}

// fault is an error that is safe to show. It never holds a value of the request.
type fault struct {
	code   string
	detail string
	limit  int
	errors []server.ProblemError
	used   *limit.Refusal // the allowance that is used up
	retry  time.Duration  // of what may be tried again after it
	cause  error          // for the log
}

func (f *fault) Error() string {
	if f.cause != nil {
		return f.code + ": " + f.cause.Error()
	}
	return f.code
}

func (f *fault) Unwrap() error { return f.cause }

// faultOf is what may be said of an error.
func faultOf(err error) *fault {
	var (
		known   *fault
		refusal *verification.Refusal
		invalid *gateway.InvalidError
		routed  *echo.HTTPError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		return ofRefusal(refusal)
	case errors.As(err, &invalid):
		return ofInvalid(invalid)
	case errors.As(err, &routed):
		return &fault{code: codeOfRouter(routed.Code)}
	}
	return &fault{code: codeOf(err)}
}

// ofRefusal: of what does not exist nothing more is said than of what is hidden.
func ofRefusal(r *verification.Refusal) *fault {
	if r.Code == verification.NotFound {
		return &fault{code: codeNotFound}
	}
	return &fault{code: string(r.Code), detail: r.Reason}
}

func ofInvalid(e *gateway.InvalidError) *fault {
	f := &fault{code: codeInvalidBody}
	for _, v := range e.Violations {
		f.errors = append(f.errors, server.ProblemError{Pointer: v.Pointer, Code: v.Code, Limit: v.Limit})
	}
	return f
}

func codeOf(err error) string {
	for _, known := range []struct {
		err  error
		code string
	}{
		{access.ErrUnauthenticated, codeUnauthenticated},
		{session.ErrNone, codeUnauthenticated},
		{session.ErrUnavailable, codeSessionsUnavailable},
		{session.ErrChanged, codeSessionsUnavailable},
		{account.ErrBusy, codeSessionsUnavailable},
		{signin.ErrProviderAway, codeProviderUnavailable},
		{screen.ErrUnknownScreen, codeNotFound},
		{screen.ErrUnavailable, codeUnavailable},
		{gateway.ErrHidden, codeNotFound},
		{gateway.ErrForbidden, codeNotPermitted},
		{gateway.ErrKeyReused, codeKeyReused},
		{gateway.ErrGone, codeErased},
		{gateway.ErrStale, codeStale},
		{gateway.ErrBadCursor, codeCursor},
		{gateway.ErrTooManyRows, codeTooManyRows},
		{gateway.ErrTooManyConflicts, codeTooManyConflicts},
		{gateway.ErrIntakeStopped, codeIntakeStopped},
		{gateway.ErrCatchingUp, codeCatchingUp},
		{gateway.ErrBoardUnavailable, codeBoardUnavailable},
		{gateway.ErrEvidenceUnavailable, codeUnwitnessed},
		{board.ErrUnavailable, codeBoardUnavailable},
		{board.ErrBehind, codeBoardUnavailable},
		{gateway.ErrRevocationsUnknown, codeNotKnown},
		{gateway.ErrUnavailable, codeUnavailable},
		{context.DeadlineExceeded, codeUnavailable},
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return codeInternal
}

// codeOfRouter: what Echo and the generated code refuse by themselves. Their texts hold values and are not passed on.
func codeOfRouter(status int) string {
	switch status {
	case http.StatusNotFound:
		return codeNotFound
	case http.StatusMethodNotAllowed:
		return codeMethod
	case http.StatusBadRequest:
		return codeParameter
	case http.StatusRequestEntityTooLarge:
		return codeTooLarge
	case http.StatusUnsupportedMediaType:
		return codeMediaType
	default:
		return codeInternal
	}
}

// typeBase is where the types of problems live.
const typeBase = "https://verigate.example/problems/"

// problem writes out a fault. A code that the table does not have is a defect: the fixed text, and nothing of it.
func (e *edge) problem(ctx context.Context, f *fault) server.Problem {
	k, ok := e.problems[f.code]
	if !ok {
		f, k = &fault{}, e.problems[codeInternal]
	}
	return server.Problem{
		Type: typeBase + strings.ReplaceAll(k.code, "_", "-"), Title: k.title, Status: k.status, Code: k.code,
		Detail: f.detail, Errors: f.errors, Limit: f.limit, RequestID: requestID(ctx),
	}
}

// retryAfter is when a caller should try again what is unavailable, in seconds.
const retryAfter = 2

// intakeAfter is retryAfter of a new request while none is taken: it takes people to make space.
const intakeAfter = 10

func waitFor(code string) int {
	if code == codeIntakeStopped {
		return intakeAfter
	}
	return retryAfter
}

// answerError is Echo's error handler: every error leaves by it, as a problem.
func (e *edge) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	f := faultOf(err)
	p := e.problem(c.Request().Context(), f)
	body, err := json.Marshal(p)
	if err != nil { // strings and numbers: cannot fail
		body = nil
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="verigate"`)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(waitFor(p.Code)))
	case http.StatusTooManyRequests:
		if f.retry > 0 {
			h.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.retry.Seconds()))))
		} else {
			tellLimit(h, f.used)
		}
	}
	c.Response().WriteHeader(p.Status)
	_, _ = c.Response().Write(append(body, '\n')) // a reader who left is no error of ours
}
