package httpapi_test

import (
	"errors"
	"reflect"

	"verigate/internal/record"
	"verigate/internal/verification"
)

// exact refuses a creation that is not, member for member, what its plain form says: followers are given own creations
// as they were made, and must see what a rebuild would read.
type exact struct{ record.Requests }

func (c exact) Encode(d verification.Decision) ([]byte, error) {
	plain, err := c.Requests.Encode(d)
	if err != nil {
		return nil, err
	}
	_, submitted := d.Events[0].(verification.Submitted)
	_, registered := d.Events[0].(verification.Registered)
	_, stub := d.Events[0].(verification.StubRegistered)
	if !submitted && !registered && !stub {
		return plain, nil
	}
	back, err := c.Decode(plain)
	if err == nil && !reflect.DeepEqual(d, back) {
		err = errors.New("the decision is not what its plain form says")
	}
	return plain, err
}
