package httpapi

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/contract"
)

// checker says what a schema cannot: the validate tags of the generated types.
type checker struct{ validate *validator.Validate }

// newChecker compiles every type that a body holds. An unknown tag panics at its first use; here it is an error of the
// start.
func newChecker(all map[access.Operation]body) (checker, error) {
	c := checker{validate: validator.New(validator.WithRequiredStructEnabled())}
	c.validate.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	seen := map[reflect.Type]bool{}
	for op, b := range all {
		if err := c.compile(reflect.TypeOf(b.form), seen); err != nil {
			return c, fmt.Errorf("body of %s: %w", op, err)
		}
	}
	return c, nil
}

func (c checker) compile(t reflect.Type, seen map[reflect.Type]bool) error {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || seen[t] {
		return nil
	}
	seen[t] = true
	if err := c.use(t); err != nil {
		return err
	}
	for i := range t.NumField() {
		if err := c.compile(t.Field(i).Type, seen); err != nil {
			return err
		}
	}
	return nil
}

func (c checker) use(t reflect.Type) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: %v", t, p)
		}
	}()
	var bad *validator.InvalidValidationError
	if err := c.validate.Struct(reflect.New(t).Interface()); errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", t, err)
	}
	return nil
}

// violations returns what is wrong with a decoded body, each pointer below prefix.
func (c checker) violations(prefix string, form any) []server.ProblemError {
	var found validator.ValidationErrors
	if !errors.As(c.validate.Struct(form), &found) {
		return nil
	}
	out := make([]server.ProblemError, 0, len(found))
	name := reflect.TypeOf(form).Elem().Name()
	for _, f := range found {
		out = append(out, server.ProblemError{Pointer: prefix + pointer(name, f.Namespace()), Code: tagCode(f.Tag())})
	}
	return out
}

// pointer writes the validator's Type.questions[0].n as /questions/0/n; a narrowed type has no name and no point.
func pointer(name, namespace string) string {
	path := strings.TrimPrefix(namespace, name+".")
	return "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(path)
}

func tagCode(tag string) string {
	if tag == "unique" {
		return "not_unique"
	}
	return contract.CodeMalformed
}

// validate is the last check before the handler, ahead of the generated decoder, so that what only our types refuse is
// told like any other mistake in a body.
func (e *edge) validate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := admissionOf(c.Request().Context())
		if b, ok := e.bodies[a.op]; ok {
			if found := e.invalid(b, a.body); len(found) > 0 {
				return &fault{code: codeInvalidBody, errors: found}
			}
		}
		return next(c)
	}
}

// decode takes and refuses what the decoder of the handlers does, in a fifth of the time where most of the body is not
// asked for.
func decode(data []byte, form any) error {
	return jsonv2.Unmarshal(data, form, jsonv1.ParseTimeWithLooseRFC3339(true))
}

func (e *edge) invalid(b body, data []byte) []server.ProblemError {
	form := reflect.New(reflect.TypeOf(b.form)).Interface()
	if err := decode(data, form); err != nil {
		return []server.ProblemError{{Code: contract.CodeMalformed}}
	}
	found := e.check.violations("", form)
	if r, ok := form.(*server.Registration); ok {
		const at = "/request"
		inner := reflect.New(reflect.TypeOf(e.bodies[access.OpSubmitRequest].form)).Interface()
		if err := decode(r.Request, inner); err != nil {
			return append(found, server.ProblemError{Pointer: at, Code: contract.CodeMalformed})
		}
		found = append(found, e.check.violations(at, inner)...)
	}
	return found
}
