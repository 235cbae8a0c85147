package httpapi

import (
	"encoding/json"

	"github.com/labstack/echo/v4"
)

// binder is how generated handlers get their body. One that is kept as it was accepted is handed on as it is: it was
// read and checked before, and is not parsed once more to be copied.
type binder struct{ echo.DefaultBinder }

// Bind implements echo.Binder for bodies; generated code binds nothing else by it.
func (b *binder) Bind(to any, c echo.Context) error {
	if raw, is := to.(*json.RawMessage); is {
		*raw = admissionOf(c.Request().Context()).body
		return nil
	}
	return b.BindBody(c, to)
}
