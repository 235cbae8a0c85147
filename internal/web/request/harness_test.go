package request_test

import (
	"fmt"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// asks is what a liaison officer sends: two questions about a container, of a place that nobody names when port is empty,
// with a marking of its own and a check digit that is wrong.
func asks(reference, port string) map[string]any {
	consignment := map[string]any{"id": "s2", "kind": "consignment", "form": "sea", "bl_no": "FICT-" + reference}
	if port != "" {
		consignment["port"] = port
	}
	return map[string]any{
		"own_reference": reference, "channel": "ncb", "language": "en", "urgency": map[string]any{"degree": "priority"},
		"purpose": map[string]any{"statement": "Container ZZZU4002170 is said to hold ivory.\nPlease answer before it leaves.", "stage": "investigation"},
		"handling": map[string]any{
			"code": "H2", "codes": []string{"H2"}, "tlp": "AMBER", "interpol_level": "RESTRICTED", "marking_verbatim": "RESTRICTED - FICTIONAL SERVICE",
			"caveats": []string{"Not for use in court"}, "vn_level": "none", "compartment_hint": "none",
		},
		"subjects": []any{
			map[string]any{"id": "s1", "kind": "container", "number": "ZZZU4002170"},
			consignment,
			map[string]any{"id": "s3", "kind": "company", "names": []any{map[string]any{"text": "Công ty Ví Dụ"}}, "country": "VN"},
		},
		"links": []any{map[string]any{"from": "s3", "to": "s2", "relation": "consignee_of"}},
		"questions": []any{
			map[string]any{"n": 1, "code": "CON", "text": "Has the container arrived?", "subjects": []string{"s1", "s2"}},
			map[string]any{"n": 2, "code": "COM", "text": "Who is the consignee?", "subjects": []string{"s3"}},
		},
	}
}

// submitted sends one for NG and returns its id.
func submitted(t *testing.T, w *webtest.World, reference, port string) string {
	t.Helper()
	return sent(t, w, asks(reference, port))
}

// sent sends a body for NG, once for each reference of its own.
func sent(t *testing.T, w *webtest.World, body map[string]any) string {
	t.Helper()
	return fmt.Sprint(w.Must(t, "partner:NG", "POST", "/v1/verification-requests", body, "Idempotency-Key", fmt.Sprint("test-", body["own_reference"])).Body["id"])
}

// does gives a command on a request over the API.
func does(t *testing.T, w *webtest.World, who, id, call string, body any) {
	t.Helper()
	path := "/v1/verification-requests/" + id + "/" + call
	if task, rest, is := strings.Cut(call, "/"); is && strings.HasPrefix(task, "-") {
		path = "/v1/tasks/" + id + task + "/" + rest
	}
	w.Must(t, who, "POST", path, body)
}

// none is a command that has nothing to say.
func none() map[string]any { return map[string]any{} }

// answer is what a unit found of questions.
func answer(kind string, questions ...int) map[string]any {
	var all []any
	for _, n := range questions {
		outcome := map[int]string{1: "ARRIVED", 2: "CONFIRMED"}[n]
		all = append(all, map[string]any{
			"n": n, "result": "held", "outcome": outcome,
			"facts": []any{map[string]any{
				"text": "Đã đến cảng ngày 03/09.", "language": "vi", "evaluation": map[string]any{"source": "A", "information": "1"}, "handling": map[string]any{"code": "H1"},
			}},
		})
	}
	return map[string]any{"kind": kind, "questions": all}
}
