package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"verigate/internal/access"
	"verigate/internal/canonical"
	"verigate/internal/directory"
	"verigate/internal/marking"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Submit takes a partner's request (row 1), and routes it in the same message where a rule may (row 2). c.Body is the
// accepted body, which fits its schema.
func (g *Gateway) Submit(ctx context.Context, c Call) (Created, error) {
	c, err := c.canonically()
	if err != nil {
		return Created{}, err
	}
	return g.create(ctx, c, func(id verification.RequestID, s verification.Stamp) (verification.Command, error) {
		if p, known := g.Directory().Partner(string(c.By.Partner)); known && !p.Holds(s.At) {
			return nil, ErrForbidden // a key outlives its partner's time
		}
		a, err := g.accept(c.Body, s.At)
		if err != nil {
			return nil, err
		}
		a.intake.Partner, a.intake.Number = c.By.Partner, g.Identity.number(id)
		if a.intake.Channel == "" {
			a.intake.Channel = "api"
		}
		if a.intake.Receipt, err = g.receipt(id, a.intake, c.digest); err != nil {
			return nil, err
		}
		return verification.Submit{ID: id, Intake: a.intake, Questions: a.questions, Route: g.byRule(a)}, nil
	})
}

// byRule returns the tasks that a rule may make (row 2), none when a person is to decide.
func (g *Gateway) byRule(a accepted) []verification.Assignment {
	if a.intake.Kind == verification.KindInformation {
		return nil
	}
	routing := g.Directory().Route(a.evidence, a.intake.Level.Sealed(), a.intake.ReceivedAt)
	if !routing.OK {
		return nil
	}
	var out []verification.Assignment
	for _, r := range routing.Assignments {
		out = append(out, verification.Assignment{
			Unit: verification.UnitCode(r.Unit), Questions: r.Questions, Reasons: reasonsFor(routing.Candidates, r.Unit),
		})
	}
	return out
}

func reasonsFor(candidates []directory.Candidate, unit string) []string {
	var out []string
	for _, c := range candidates {
		for _, r := range c.Reasons {
			if c.Unit == unit {
				out = append(out, r.Kind+" "+r.Pointer)
			}
		}
	}
	return out
}

// receipt signs what the partner is promised. It is made before the append and handed out only after it.
func (g *Gateway) receipt(id verification.RequestID, in verification.Intake, digest string) (string, error) {
	claims := receipt.Claims{
		ID: string(id), Number: in.Number, Partner: string(in.Partner), BodySHA256: digest,
		ReceivedAt: in.ReceivedAt, DueAt: in.DueAt, PolicyVersion: in.Policy,
	}
	if g.Head != nil {
		if head := g.Head(id); head != nil {
			claims = claims.After(head)
		}
	}
	signed, err := g.Signer.Sign(claims)
	if err != nil {
		return "", fmt.Errorf("sign a receipt: %w", err)
	}
	return signed, nil
}

// Registration is what the desk enters (row 1b).
type Registration struct {
	Partner        verification.PartnerCode
	SenderUnknown  bool
	Sender         string // what is known of an unknown sender
	ReceivedAt     time.Time
	RegisterNumber string
	Request        json.RawMessage
}

// Register enters what came by paper, telephone, e-mail or CENcomm. The real time of arrival starts the clocks.
func (g *Gateway) Register(ctx context.Context, c Call, r Registration) (Created, error) {
	return g.create(ctx, c, func(id verification.RequestID, stamp verification.Stamp) (verification.Command, error) {
		if err := arrived(r.ReceivedAt, stamp.At); err != nil {
			return nil, err
		}
		if err := g.knownSender(r); err != nil {
			return nil, err
		}
		form, err := canonical.Bytes(r.Request)
		if err != nil {
			return nil, invalid("/request", "not_canonical")
		}
		a, err := g.accept(form, r.ReceivedAt.UTC())
		if err != nil {
			return nil, within("/request", err)
		}
		in := a.intake
		in.Partner, in.Sender, in.RegisterNo, in.Number = r.Partner, r.Sender, r.RegisterNumber, g.Identity.number(id)
		if r.SenderUnknown {
			in.Partner = ""
		}
		return verification.Register{ID: id, Intake: in, Questions: a.questions}, nil
	})
}

// arrived refuses a time of arrival that is later than now, or before the look-back campaigns, which begin on
// 2018-01-01 in Hanoi.
func arrived(at, now time.Time) error {
	const firstYear = 2018
	if at.Before(time.Date(firstYear, time.January, 1, 0, 0, 0, 0, time.FixedZone("", 7*60*60))) {
		return &InvalidError{Violations: []Violation{{Pointer: "/received_at", Code: "out_of_range", Limit: firstYear}}}
	}
	if at.After(now) {
		return invalid("/received_at", "out_of_range")
	}
	return nil
}

func (g *Gateway) knownSender(r Registration) error {
	if r.SenderUnknown {
		return nil
	}
	if _, ok := g.Directory().Partner(string(r.Partner)); !ok {
		return invalid("/partner", "unknown_value")
	}
	return nil
}

// within moves the pointers of an inner document to where it stands in the outer one.
func within(prefix string, err error) error {
	var inner *InvalidError
	if !errors.As(err, &inner) {
		return err
	}
	outer := &InvalidError{}
	for _, v := range inner.Violations {
		outer.Violations = append(outer.Violations, Violation{Pointer: prefix + v.Pointer, Code: v.Code, Limit: v.Limit})
	}
	return outer
}

// Stub is what is known here of a matter above the ceiling (row 1c): no text field exists.
type Stub struct {
	Partner        verification.PartnerCode
	OwnReference   string
	Channel        string
	RegisterNumber string
	Keeper         verification.PersonID
	Degree         verification.Degree
	ReceivedAt     time.Time
}

// RegisterStub enters it.
func (g *Gateway) RegisterStub(ctx context.Context, c Call, s Stub) (Created, error) {
	return g.create(ctx, c, func(id verification.RequestID, stamp verification.Stamp) (verification.Command, error) {
		if err := arrived(s.ReceivedAt, stamp.At); err != nil {
			return nil, err
		}
		if _, ok := g.Directory().Partner(string(s.Partner)); !ok {
			return nil, invalid("/partner", "unknown_value")
		}
		if err := g.named(s.Keeper, "/keeper", keepsStubs); err != nil {
			return nil, err
		}
		in := verification.Intake{
			Number: g.Identity.number(id), Partner: s.Partner, Kind: verification.KindRequest,
			OwnReference: s.OwnReference, Channel: s.Channel, RegisterNo: s.RegisterNumber, Degree: s.Degree,
			Level: marking.L4, Policy: sla.PolicyVersion, Calendar: g.rules.Current().Version(), ReceivedAt: s.ReceivedAt.UTC(),
		}
		g.promise(&in, nil, time.Time{})
		return verification.RegisterStub{ID: id, Intake: in, Keeper: s.Keeper}, nil
	})
}

// creator makes the command that creates a request.
type creator func(verification.RequestID, verification.Stamp) (verification.Command, error)

// create writes a first decision. The id derives from the idempotency key, so a repeat finds the first one for ever:
// in the cache, or because its place in the record is taken. While no new request is taken a repeat is answered all the
// same: what was acknowledged stays so.
func (g *Gateway) create(ctx context.Context, c Call, build creator) (Created, error) {
	if access.May(c.By, c.Operation, access.Object{}) != access.Allowed {
		return Created{}, ErrForbidden
	}
	stamp, err := g.stamp(c, "")
	if err != nil {
		return Created{}, err
	}
	id := g.Identity.request(stamp.Command)
	ctx, leave, err := g.enter(ctx, id)
	if err != nil {
		return Created{}, err
	}
	defer leave()
	if a, ok := g.states.get(id); ok {
		return again(a, stamp)
	}
	if g.Takes != nil && !g.Takes() {
		return g.orFirst(ctx, id, stamp, ErrIntakeStopped)
	}
	if g.Watch.AheadOf(stamp.At) {
		return g.orFirst(ctx, id, stamp, fmt.Errorf("this machine's clock is behind the record: %w", ErrUnavailable))
	}
	cmd, err := build(id, stamp)
	if err != nil {
		return g.orFirst(ctx, id, stamp, err)
	}
	a, err := g.append(ctx, c, id, aggregate{}, stamp, cmd)
	if errors.Is(err, record.ErrConflict) {
		if a, err = g.load(ctx, id); err == nil {
			return again(a, stamp)
		}
	}
	if err != nil {
		return Created{}, err
	}
	return again(a, stamp)
}

// orFirst keeps an answer of the past true: a body that was accepted once is not refused when it is repeated after
// the reference data changed.
func (g *Gateway) orFirst(ctx context.Context, id verification.RequestID, stamp verification.Stamp, refused error) (Created, error) {
	a, err := g.load(ctx, id)
	switch {
	case errors.Is(err, ErrHidden):
		return Created{}, refused
	case err != nil:
		return Created{}, err // nobody can say now whether it was accepted once
	}
	return again(a, stamp)
}

// again answers what the first one was answered, as long as what it created has content.
func again(a aggregate, stamp verification.Stamp) (Created, error) {
	before, ok := a.commands[stamp.Command]
	switch {
	case !ok || before.created == nil || a.request.Erased:
		return Created{}, ErrGone
	case before.digest != stamp.Digest:
		return Created{}, ErrKeyReused
	}
	return *before.created, nil
}
