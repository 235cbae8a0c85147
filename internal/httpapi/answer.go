package httpapi

import (
	"encoding/json"
	"net/http"
)

// raw is a reply whose bytes are written as they stand: what was signed or hashed must not pass an encoder again.
type raw struct {
	status   int
	media    string
	tag      string // empty: none
	location string // empty: none
	body     []byte
}

func (r raw) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", r.media)
	if r.tag != "" {
		h.Set("ETag", r.tag)
	}
	if r.location != "" {
		h.Set("Location", r.location)
	}
	w.WriteHeader(r.status)
	_, err := w.Write(r.body)
	return err
}

// withMember returns the bytes of a JSON object with one more member at its end. The rest stays byte for byte.
func withMember(object []byte, name string, value []byte) []byte {
	n := len(object) - 1 // the closing brace
	out := make([]byte, 0, len(object)+len(name)+len(value)+4)
	out = append(out, object[:n]...)
	if n > 1 {
		out = append(out, ',')
	}
	out = append(out, '"')
	out = append(out, name...)
	out = append(out, '"', ':')
	out = append(out, value...)
	return append(out, '}')
}

// withValue is withMember for a value that is yet to be encoded.
func withValue(object []byte, name string, value any) ([]byte, error) {
	form, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return withMember(object, name, form), nil
}
