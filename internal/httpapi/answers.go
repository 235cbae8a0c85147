package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// algorithm is how a receiver checks an answer: take the item, remove `clock` and `release`, write the rest as RFC 8785
// says, and compare its SHA-256 with release.hash.
const algorithm = "SHA-256 over RFC 8785, without clock and release"

type answerList struct{ raw }

func (r answerList) VisitListAnswersResponse(w http.ResponseWriter) error { return r.write(w) }

// ListAnswers is row 15b. The bytes that were approved go out as they are, with clock and release behind them.
func (e *edge) ListAnswers(ctx context.Context, r server.ListAnswersRequestObject) (server.ListAnswersResponseObject, error) {
	answers, v, err := e.Gateway.Answers(ctx, e.call(ctx), verification.RequestID(r.ID))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(`{"items":[`)
	for i, a := range answers {
		item, err := answerItem(v.Request, a)
		if err != nil {
			return nil, fmt.Errorf("write answer %d: %w", a.Version, err)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(item)
	}
	out.WriteString(`]}`)
	return answerList{raw{status: http.StatusOK, media: mediaJSON, tag: e.tag(v), body: out.Bytes()}}, nil
}

// withdrawn stands for a version that was recalled: that there was one, and nothing of it.
type withdrawn struct {
	RequestID string `json:"request_id"`
	Round     int    `json:"round"`
	Version   int    `json:"version"`
	Kind      string `json:"kind"`
}

func answerItem(r verification.Request, a gateway.Answer) ([]byte, error) {
	if len(a.Bytes) == 0 {
		return json.Marshal(withdrawn{
			RequestID: string(r.ID), Round: a.Round, Version: a.Version, Kind: string(verification.ReleaseRecall),
		})
	}
	item := []byte(a.Bytes)
	var err error
	if !a.Clock.Until.IsZero() {
		item, err = withValue(item, "clock", server.AnswerClock{
			Promised: a.Clock.Until.UTC(), AnsweredAt: a.Clock.AnsweredAt.UTC(), Met: a.Clock.Met,
		})
		if err != nil {
			return nil, err
		}
	}
	return withValue(item, "release", server.AnswerRelease{
		Hash: a.Hash, Algorithm: algorithm, ReleasedAt: a.At.UTC(), Signature: a.Signature,
	})
}

type packageReply struct{ raw }

func (r packageReply) VisitGetPackageResponse(w http.ResponseWriter) error { return r.write(w) }
func (r packageReply) VisitPutPackageResponse(w http.ResponseWriter) error { return r.write(w) }

// packageHead is a package without its bytes.
type packageHead struct {
	Version    int                      `json:"version"`
	Hash       string                   `json:"hash"`
	Kind       string                   `json:"kind,omitempty"`
	Editor     string                   `json:"editor,omitempty"`
	PreparedAt time.Time                `json:"prepared_at"`
	ApprovedBy []string                 `json:"approved_by"`
	Approvals  []server.PackageApproval `json:"approvals,omitempty"`
	Missing    []server.Approver        `json:"missing,omitempty"`
	WaitsSince time.Time                `json:"waits_since,omitzero"`
	Barred     string                   `json:"barred,omitempty"`
	Void       bool                     `json:"void,omitempty"`
	VoidReason string                   `json:"void_reason,omitempty"`
	Edit       json.RawMessage          `json:"edit,omitempty"`
}

func newPackageReply(v gateway.View) (packageReply, error) {
	p := v.Request.Package
	if p == nil {
		return packageReply{}, gateway.ErrHidden
	}
	head, err := json.Marshal(packageHead{
		Version: p.Version, Hash: p.Hash, Kind: string(p.Kind), Editor: string(p.Editor), PreparedAt: p.At.UTC(),
		ApprovedBy: approvers(p), Approvals: approvals(p), Missing: missing(v.Request), WaitsSince: v.Request.WaitsSince().UTC(),
		Barred: string(v.Request.Barred(verification.NameReleasePackage, v.By.Actor)),
		Void:   p.Void != "", VoidReason: string(p.Void), Edit: p.Edit,
	})
	if err != nil {
		return packageReply{}, fmt.Errorf("write a package: %w", err)
	}
	return packageReply{raw{
		status: http.StatusOK, media: mediaJSON, tag: staffTag(v), body: withMember(head, "package", p.Bytes),
	}}, nil
}

func approvals(p *verification.Package) []server.PackageApproval {
	var out []server.PackageApproval
	for _, a := range p.Approvals {
		out = append(out, server.PackageApproval{Person: string(a.Person), Role: approver(a.Role), At: a.At.UTC()})
	}
	return out
}

func missing(r verification.Request) []server.Approver {
	var out []server.Approver
	for _, role := range r.MissingApprovals() {
		out = append(out, approver(role))
	}
	return out
}

// approver is the contract's word for the role of an approval: who reviews at the desk is a reviewer.
func approver(role verification.Role) server.Approver {
	if role == verification.RoleLead {
		return server.ApproverLead
	}
	return server.ApproverReviewer
}

// GetPackage is the exact bytes and their hash.
func (e *edge) GetPackage(ctx context.Context, r server.GetPackageRequestObject) (server.GetPackageResponseObject, error) {
	v, err := e.Gateway.Get(ctx, e.call(ctx), verification.RequestID(r.ID))
	if err != nil {
		return nil, err
	}
	return newPackageReply(v)
}

// PutPackage is row 15a.
func (e *edge) PutPackage(ctx context.Context, r server.PutPackageRequestObject) (server.PutPackageResponseObject, error) {
	edit := gateway.Edit{Kind: verification.ReleaseKind(r.Body.Kind), Conditions: r.Body.ConditionsOfUse}
	for _, q := range r.Body.Questions {
		edit.Questions = append(edit.Questions, gateway.EditedQuestion{
			N: q.N, Result: verification.Result(q.Result), Outcome: string(q.Outcome), Code: string(q.Code), Text: q.Text,
		})
	}
	for _, f := range r.Body.Facts {
		edit.Facts = append(edit.Facts, gateway.EditedFact{
			Fact: verification.FactID(f.Fact), Include: f.Include, Language: f.ReleasedText.Language, Text: f.ReleasedText.Text,
		})
	}
	for _, m := range r.Body.Masks {
		edit.Masks = append(edit.Masks, gateway.Mask{
			Fact: verification.FactID(m.Fact), Text: m.Text, Code: string(m.Code), Replacement: m.Replacement,
		})
	}
	v, err := e.Gateway.Prepare(ctx, e.noting(ctx, r.Body.Note), verification.RequestID(r.ID), edit)
	if err != nil {
		return nil, err
	}
	return newPackageReply(v)
}

// ReleasePackage is row 15.
func (e *edge) ReleasePackage(ctx context.Context, r server.ReleasePackageRequestObject) (server.ReleasePackageResponseObject, error) {
	reply, err := e.staff(e.Gateway.Release(ctx, e.noting(ctx, r.Body.Note), verification.RequestID(r.ID), r.Body.Hash))
	return server.ReleasePackage200JSONResponse{StaffViewReplyJSONResponse: reply}, err
}
