package gateway

import (
	"context"
	"fmt"

	"verigate/internal/canonical"
	"verigate/internal/receipt"
	"verigate/internal/verification"
)

// letter is what a partner reads beside an answer to its questions: a refusal, not competent, a recall, the fixed
// text of a matter handled outside. Its members are those of the contract's answer.
type letter struct {
	RequestID string                   `json:"request_id"`
	Number    string                   `json:"number"`
	Reference string                   `json:"own_reference,omitempty"`
	Round     int                      `json:"round"`
	Version   int                      `json:"version"`
	Kind      verification.ReleaseKind `json:"kind"`
	Code      string                   `json:"code,omitempty"`
	Text      string                   `json:"text,omitempty"`
	Channel   string                   `json:"channel,omitempty"`
	Corrects  int                      `json:"corrects,omitempty"`
}

// handledOutside is the policy's fixed text for a stub that was handled elsewhere: nothing else may go out.
const handledOutside = "Your message has been received and is handled through the agreed secure channel."

func newLetter(r verification.Request, kind verification.ReleaseKind) letter {
	return letter{
		RequestID: string(r.ID), Number: r.Number, Reference: r.OwnReference, Round: r.Round,
		Version: len(r.Releases) + 1, Kind: kind,
	}
}

func (l letter) bytes() ([]byte, string, error) {
	form, hash, err := canonical.Of(l)
	if err != nil {
		return nil, "", fmt.Errorf("write a letter: %w", err)
	}
	return form, hash, nil
}

// signature binds bytes to their recipient, version and time.
func (g *Gateway) signature(r verification.Request, s verification.Stamp, hash string) (string, error) {
	if r.Partner == "" {
		return "", nil // an unknown sender pulls nothing
	}
	signed, err := g.Signer.SignRelease(receipt.ReleaseClaims{
		RequestID: string(r.ID), Version: len(r.Releases) + 1, Hash: hash, Partner: string(r.Partner), ReleasedAt: s.At,
	})
	if err != nil {
		return "", fmt.Errorf("sign a release: %w", err)
	}
	return signed, nil
}

// ProposeRefusal is row 9a: the letter is written now, so that the lead approves its bytes.
func (g *Gateway) ProposeRefusal(ctx context.Context, c Call, id verification.RequestID, code, text string) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		l := newLetter(v.Request, verification.ReleaseRefusal)
		l.Code, l.Text = code, text
		form, hash, err := l.bytes()
		return verification.ProposeRefusal{Code: code, Text: text, Bytes: form, Hash: hash}, err
	})
	return g.view(c, a), err
}

// ApproveRefusal is row 9b.
func (g *Gateway) ApproveRefusal(ctx context.Context, c Call, id verification.RequestID, hash string) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		proposed := v.Request.Refusal
		if proposed == nil || proposed.Hash != hash {
			return verification.ApproveRefusal{Hash: hash}, nil // the rules refuse it
		}
		signed, err := g.signature(v.Request, s, hash)
		return verification.ApproveRefusal{Hash: hash, Signature: signed, PromiseAt: promised(v)}, err
	})
	return g.view(c, a), err
}

// NotCompetent is row 10.
func (g *Gateway) NotCompetent(ctx context.Context, c Call, id verification.RequestID, channel, text string) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		l := newLetter(v.Request, verification.ReleaseNotCompetent)
		l.Channel, l.Text = channel, text
		form, hash, err := l.bytes()
		if err != nil {
			return nil, err
		}
		signed, err := g.signature(v.Request, s, hash)
		return verification.DeclareNotCompetent{
			Channel: channel, Text: text, Bytes: form, Hash: hash, Signature: signed, PromiseAt: promised(v),
		}, err
	})
	return g.view(c, a), err
}

// Recall is row 20. The notice says which version and why by its code; the desk's own text stays inside.
func (g *Gateway) Recall(ctx context.Context, c Call, id verification.RequestID, version int, code, text string) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		l := newLetter(v.Request, verification.ReleaseRecall)
		l.Corrects, l.Code = version, code
		form, hash, err := l.bytes()
		if err != nil {
			return nil, err
		}
		signed, err := g.signature(v.Request, s, hash)
		return verification.Recall{Release: version, Code: code, Text: text, Bytes: form, Hash: hash, Signature: signed}, err
	})
	return g.view(c, a), err
}

// HandleOutside is row 26.
func (g *Gateway) HandleOutside(ctx context.Context, c Call, id verification.RequestID) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		l := newLetter(v.Request, verification.ReleaseNotice)
		l.Text = handledOutside
		form, hash, err := l.bytes()
		if err != nil {
			return nil, err
		}
		signed, err := g.signature(v.Request, s, hash)
		return verification.HandleOutside{Bytes: form, Hash: hash, Signature: signed, PromiseAt: promised(v)}, err
	})
	return g.view(c, a), err
}
