package httpapi

import (
	"net/url"
	"reflect"
	"slices"
	"strings"

	"verigate/api/server"
	"verigate/internal/access"
)

// queries are the parameters that each operation reads from its query, as its generated handler has them.
func queries() map[access.Operation][]string {
	handlers := reflect.TypeFor[server.StrictServerInterface]()
	names := make(map[access.Operation][]string, handlers.NumMethod())
	for handler := range handlers.Methods() {
		params, has := handler.Type.In(1).FieldByName("Params")
		if !has {
			continue
		}
		op := operationOf(handler.Name)
		for _, f := range reflect.VisibleFields(params.Type) {
			if name, _, _ := strings.Cut(f.Tag.Get("form"), ","); name != "" {
				names[op] = append(names[op], name)
			}
		}
	}
	return names
}

// operationOf writes a handler's name as the contract does: GetBoard is getBoard.
func operationOf(handler string) access.Operation {
	return access.Operation(strings.ToLower(handler[:1]) + handler[1:])
}

// checkQuery refuses a parameter that the operation does not have, and a query that cannot be read: a filter whose name is
// mistyped would be answered, or exported, with more than was asked for. What needs no credential is let be: it filters
// nothing, and who comes back from a provider brings what RFC 6749 (4.1.2) says to ignore.
func (e *edge) checkQuery(op access.Operation, query string) error {
	if query == "" {
		return nil
	}
	if rule, _ := access.RuleOf(op); rule.Object == access.Public {
		return nil
	}
	given, err := url.ParseQuery(query)
	if err != nil {
		return &fault{code: codeParameter, detail: "The query is not written as name=value&name=value, percent-encoded."}
	}
	has := e.queries[op]
	for name := range given {
		if !slices.Contains(has, name) {
			return &fault{code: codeParameter, detail: "One of the parameters does not exist here. " + existing(has)}
		}
	}
	return nil
}

// existing says which parameters there are; the one that was given could hold anything.
func existing(names []string) string {
	if len(names) == 0 {
		return "This call has none."
	}
	return "This call has: " + strings.Join(names, ", ") + "."
}
