package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// GetTask is a task with what its unit needs of the request.
func (e *edge) GetTask(ctx context.Context, r server.GetTaskRequestObject) (server.GetTaskResponseObject, error) {
	v, _, err := e.Gateway.Task(ctx, e.call(ctx), verification.TaskID(r.Task))
	reply, err := e.task(r.Task, v, err)
	return server.GetTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// GetTaskClocks is when what is due on a task, and why then.
func (e *edge) GetTaskClocks(ctx context.Context, r server.GetTaskClocksRequestObject) (server.GetTaskClocksResponseObject, error) {
	v, decisions, err := e.Gateway.DecidedTask(ctx, e.call(ctx), verification.TaskID(r.Task))
	if err != nil {
		return nil, err
	}
	view, err := e.clocksView(v, decisions)
	view.Clocks = slices.DeleteFunc(view.Clocks, func(c server.ClockView) bool { return c.Task != r.Task })
	return server.GetTaskClocks200JSONResponse{ClocksViewReplyJSONResponse: server.ClocksViewReplyJSONResponse{
		Body: view, Headers: server.ClocksViewReplyResponseHeaders{ETag: staffTag(v)},
	}}, err
}

// did answers a command on a task with the task, or without its content when the caller may not read it any more: what
// has ended is as closed to whoever writes a note to it as to whoever reads.
func (e *edge) did(task string, v gateway.View, err error) (server.TaskViewReplyJSONResponse, error) {
	reply, err := e.task(task, v, err)
	read := access.ObjectOf(v.Request).OfTask(verification.TaskID(task))
	if err == nil && access.May(v.By, access.OpGetTask, read) != access.Allowed {
		reply.Body = withoutContent(reply.Body)
	}
	return reply, err
}

func withoutContent(t server.Task) server.Task {
	return server.Task{
		Task: t.Task, Request: t.Request, Number: t.Number, Unit: t.Unit, Kind: t.Kind, State: t.State,
		Degree: t.Degree, Level: t.Level,
	}
}

// command gives a command on a task and answers with the task. note is what was said with it and has no place in it.
func (e *edge) command(ctx context.Context, task string, cmd verification.Command, note ...string) (server.TaskViewReplyJSONResponse, error) {
	v, err := e.Gateway.DoTask(ctx, e.noting(ctx, note...), verification.TaskID(task), cmd)
	return e.did(task, v, err)
}

// AcceptTask takes it on; of a notice it is the read receipt.
func (e *edge) AcceptTask(ctx context.Context, r server.AcceptTaskRequestObject) (server.AcceptTaskResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.AcceptTask{Task: verification.TaskID(r.Task)}, r.Body.Note)
	return server.AcceptTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// DeclineTask gives it back before accepting.
func (e *edge) DeclineTask(ctx context.Context, r server.DeclineTaskRequestObject) (server.DeclineTaskResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.DeclineTask{
		Task: verification.TaskID(r.Task), Code: string(r.Body.Code), Note: r.Body.Note,
	})
	return server.DeclineTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// ForwardTask passes questions to another unit.
func (e *edge) ForwardTask(ctx context.Context, r server.ForwardTaskRequestObject) (server.ForwardTaskResponseObject, error) {
	v, err := e.Gateway.Forward(ctx, e.call(ctx), verification.ForwardTask{
		Task: verification.TaskID(r.Task), Unit: verification.UnitCode(r.Body.Unit), Questions: r.Body.Questions,
		Code: string(r.Body.Code), Note: r.Body.Note,
	})
	reply, err := e.did(r.Task, v, err)
	return server.ForwardTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// HoldTask pauses the unit's clocks.
func (e *edge) HoldTask(ctx context.Context, r server.HoldTaskRequestObject) (server.HoldTaskResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.HoldTask{
		Task: verification.TaskID(r.Task), Code: string(r.Body.Code), Evidence: r.Body.EvidenceReference,
		ReviewAt: utc(r.Body.ReviewAt), Note: r.Body.Note,
	})
	return server.HoldTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// ResumeTask ends the hold.
func (e *edge) ResumeTask(ctx context.Context, r server.ResumeTaskRequestObject) (server.ResumeTaskResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.ResumeTask{Task: verification.TaskID(r.Task)}, r.Body.Note)
	return server.ResumeTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// ConfirmHold makes a hold stand.
func (e *edge) ConfirmHold(ctx context.Context, r server.ConfirmHoldRequestObject) (server.ConfirmHoldResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.ConfirmHold{Task: verification.TaskID(r.Task)}, string(r.Body.Code), r.Body.Text)
	return server.ConfirmHold200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// RejectHold undoes a hold: as if never paused.
func (e *edge) RejectHold(ctx context.Context, r server.RejectHoldRequestObject) (server.RejectHoldResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.RejectHold{
		Task: verification.TaskID(r.Task), Code: string(r.Body.Code), Text: r.Body.Text,
	})
	return server.RejectHold200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// ProposeClarification is row 6 by a unit: the desk decides.
func (e *edge) ProposeClarification(ctx context.Context, r server.ProposeClarificationRequestObject) (server.ProposeClarificationResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.ProposeClarification{
		Task: verification.TaskID(r.Task), Code: string(r.Body.Code), Text: r.Body.Text,
		Questions: r.Body.Questions, ReplyBy: utc(r.Body.ReplyBy),
	})
	return server.ProposeClarification200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// AssignTask names officers and a sub-department.
func (e *edge) AssignTask(ctx context.Context, r server.AssignTaskRequestObject) (server.AssignTaskResponseObject, error) {
	v, err := e.Gateway.Assign(ctx, e.noting(ctx, r.Body.Note), verification.AssignTask{
		Task: verification.TaskID(r.Task), Officers: each[verification.PersonID](r.Body.Officers),
		SubDepartment: r.Body.SubDepartment,
	})
	reply, err := e.did(r.Task, v, err)
	return server.AssignTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// NoteTask keeps an internal remark.
func (e *edge) NoteTask(ctx context.Context, r server.NoteTaskRequestObject) (server.NoteTaskResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.AddNote{Task: verification.TaskID(r.Task), Text: r.Body.Text, Call: callOf(r.Body)})
	return server.NoteTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// AcknowledgeStop says that the unit has stopped.
func (e *edge) AcknowledgeStop(ctx context.Context, r server.AcknowledgeStopRequestObject) (server.AcknowledgeStopResponseObject, error) {
	reply, err := e.command(ctx, r.Task, verification.AcknowledgeStop{Task: verification.TaskID(r.Task)}, r.Body.Note)
	return server.AcknowledgeStop200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

// AnswerTask answers question by question, interim or final.
func (e *edge) AnswerTask(ctx context.Context, r server.AnswerTaskRequestObject) (server.AnswerTaskResponseObject, error) {
	answer, err := unitAnswerOf(*r.Body)
	if err != nil {
		return nil, err
	}
	v, err := e.Gateway.AnswerTask(ctx, e.noting(ctx, r.Body.Note), verification.TaskID(r.Task), answer)
	reply, err := e.did(r.Task, v, err)
	return server.AnswerTask200JSONResponse{TaskViewReplyJSONResponse: reply}, err
}

func unitAnswerOf(b server.AnswerByUnit) (gateway.UnitAnswer, error) {
	answer := gateway.UnitAnswer{Final: b.Kind == "final"}
	for _, q := range b.Questions {
		qa := verification.QuestionAnswer{
			N: q.N, Result: verification.Result(q.Result), Outcome: string(q.Outcome), Code: string(q.Code), Text: q.Text,
			Search: searchOf(q.Search),
		}
		var err error
		if qa.Attachments, err = kept(q.Attachments); err != nil {
			return answer, err
		}
		for _, f := range q.Facts {
			fact, err := factOf(f)
			if err != nil {
				return answer, err
			}
			qa.Facts = append(qa.Facts, fact)
		}
		answer.Questions = append(answer.Questions, qa)
	}
	return answer, nil
}

func factOf(f server.FactByUnit) (verification.Fact, error) {
	fact := verification.Fact{
		Text: f.Text, Language: f.Language, Subject: f.Subject, ObservedAt: utc(f.ObservedAt),
		Source: string(f.Evaluation.Source), Information: string(f.Evaluation.Information),
		Originator: verification.PartnerCode(f.Originator),
	}
	for _, q := range f.Quantities {
		fact.Quantities = append(fact.Quantities, verification.Quantity{Value: q.Value, Unit: string(q.Unit), Of: q.Of})
	}
	var err error
	fact.Handling, err = kept(f.Handling)
	return fact, err
}

func searchOf(s server.Search) *verification.Search {
	if len(s.Registers) == 0 {
		return nil // the schema wants at least one
	}
	return &verification.Search{
		Registers: s.Registers, Identifiers: s.Identifiers, From: s.From, To: s.To, DoneAt: utc(s.DoneAt), Role: s.Role,
	}
}

// kept is a part of a body in the contract's words, as the record keeps it; nothing for a part that is absent.
func kept(part any) (json.RawMessage, error) {
	if reflect.ValueOf(part).IsZero() {
		return nil, nil
	}
	form, err := json.Marshal(part)
	if err != nil {
		return nil, fmt.Errorf("keep a part of a body: %w", err)
	}
	return form, nil
}
