package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/contract"
	"verigate/internal/evidence"
	"verigate/internal/gateway"
	"verigate/internal/limit"
	"verigate/internal/screen"
	"verigate/internal/signature"
	"verigate/internal/signin"
)

// Keyring says who sends a call, and who that is a while later. Errors are access.ErrUnauthenticated, whatever the reason.
type Keyring interface {
	Identify(proof access.Proof) (access.Caller, error)
	Current(by access.Caller, at time.Time) (access.Caller, error)
}

// Parts are what the edge is put together from. All are safe for concurrent use.
type Parts struct {
	Gateway    *gateway.Gateway
	Contract   *contract.Contract
	Keyring    Keyring
	Trusted    func() error     // ErrRevocationsUnknown while nobody is let in; nil: never is it
	People     *signin.Desk     // who sign in, and their sessions
	Provided   *signin.Provided // at an OpenID provider; nil: there is none
	Screens    *screen.Desk     // on walls
	KeySet     func() []byte    // the JWK set, retired keys too
	Ledger     Ledger
	LedgerKeys func() ([]byte, error)       // the trust file of the record's logs and of bundles, retired keys too
	Health     func(context.Context) Health // what /health/ready tells
	Now        func() time.Time
	Logger     *slog.Logger
	OpenAPI    []byte // as served at /openapi.yaml
	Limits     Limits
	Limiter    *limit.Limiter   // how much anybody may have
	Evidence   *evidence.Writer // of who was shown what

	// Pages makes what answers where the contract has no path: pages for people, which ask this server in their turn. Nil:
	// nobody does.
	Pages func(api http.Handler) (http.Handler, error)

	Origin     signature.Origin // under which signed calls reach us; empty: none is taken
	Nonces     Nonces           // nil only without an Origin
	Production bool             // access.PersonsOwn are for persons who signed in
}

// Limits bound what a call may take.
type Limits struct {
	Body   int64         // bytes of a body; 0: 256 KiB
	Write  time.Duration // that a stream's reader may be stuck before it is left; 0: 10 s
	Answer time.Duration // that a call which is no stream may take; 0: 45 s
	Beat   time.Duration // on which what is hidden or absent is answered, and lists that are sifted, from the admission of the call; 0: 25 ms
	Hosts  []string      // names under which we answer, as in Host; none: any
	Stream time.Duration // that a stream lasts before its reader has to come back; 0: 15 min
	Check  time.Duration // after which a stream's credential is asked for again at the latest; 0: 1 s
}

const (
	defaultBody   = 256 << 10
	defaultWrite  = 10 * time.Second
	defaultStream = 15 * time.Minute
	defaultCheck  = time.Second

	// Less than what the door gives the whole answer, so that whoever waits is told.
	defaultAnswer = 45 * time.Second
)

func (l Limits) withDefaults() Limits {
	if l.Body <= 0 {
		l.Body = defaultBody
	}
	if l.Write <= 0 {
		l.Write = defaultWrite
	}
	if l.Answer <= 0 {
		l.Answer = defaultAnswer
	}
	if l.Beat <= 0 {
		l.Beat = defaultBeat
	}
	if l.Stream <= 0 {
		l.Stream = defaultStream
	}
	if l.Check <= 0 {
		l.Check = defaultCheck
	}
	return l
}

// Server is the edge as an http.Handler.
type Server struct {
	echo *echo.Echo
	edge *edge
	once sync.Once
}

// edge is what middlewares and handlers share.
type edge struct {
	Parts
	rules    map[string]access.Rule // by method, a space and Echo's pattern
	bodies   map[access.Operation]body
	queries  map[access.Operation][]string
	problems map[string]kind
	check    checker
	stopping chan struct{} // closed when streams are to end
	pages    http.Handler  // nil: there are none
}

// New puts the edge together. It fails when an operation of the contract has no row in access.Table or the reverse,
// when a policy of access cannot be read or speaks of what does not exist, when a body has no schema, and when a
// validator tag is unknown: each would show only with the first call.
func New(p Parts) (*Server, error) {
	p.Limits = p.Limits.withDefaults()
	if p.Origin != "" && p.Nonces == nil {
		return nil, errors.New("signed calls need a store of nonces")
	}
	e := &edge{Parts: p, bodies: bodies(), queries: queries(), problems: problems(), stopping: make(chan struct{})}
	var err error
	if e.check, err = newChecker(e.bodies); err != nil {
		return nil, fmt.Errorf("compile the bodies' validation: %w", err)
	}
	if err := e.haveSchemas(); err != nil {
		return nil, err
	}
	router := echo.New()
	router.Binder = &binder{}
	router.IPExtractor = echo.ExtractIPDirect() // no header says who somebody is
	router.HTTPErrorHandler = e.answerError
	router.Use(e.trace, strict, e.log, e.refusals, e.recover, e.host, e.spelled, e.sameSite(), e.admit, e.allowance, e.hide, e.within, e.headers, e.body,
		e.work, e.once, e.schema, e.validate)
	server.RegisterHandlers(router, server.NewStrictHandler(e, []server.StrictMiddlewareFunc{e.witnessed, e.sifted}))
	if err := access.CheckPolicies(); err != nil {
		return nil, fmt.Errorf("read the policies of access: %w", err)
	}
	if e.rules, err = rulesOf(router.Routes(), access.Table()); err != nil {
		return nil, err
	}
	s := &Server{echo: router, edge: e}
	if p.Pages != nil {
		if e.pages, err = p.Pages(s); err != nil {
			return nil, fmt.Errorf("put the pages together: %w", err)
		}
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Stop ends the streams, which a graceful shutdown would wait for without end: give it to RegisterOnShutdown. Other
// calls go on. It may be called more than once.
func (s *Server) Stop() { s.once.Do(func() { close(s.edge.stopping) }) }

func (e *edge) haveSchemas() error {
	var missing []error
	for op, b := range e.bodies {
		if _, err := e.Contract.Check(b.schema, []byte("{}")); err != nil {
			missing = append(missing, fmt.Errorf("body of %s: %w", op, err))
		}
	}
	return errors.Join(missing...)
}
