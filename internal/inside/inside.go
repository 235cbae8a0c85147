// Package inside calls a handler in the same process, without a network: what pages, and a demonstration that plays by
// itself, ask of the REST edge passes the same checks as what comes through the door.
package inside

import (
	"bytes"
	"io"
	"net/http"
)

// Serve gives the answer of a handler to a request of a client. The request's context, Host, RemoteAddr and TLS are what
// the handler sees of its caller.
func Serve(h http.Handler, r *http.Request) *http.Response {
	r.Proto, r.ProtoMajor, r.ProtoMinor, r.RequestURI = "HTTP/1.1", 1, 1, r.URL.RequestURI()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := &reply{header: http.Header{}}
	h.ServeHTTP(w, r)
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return &http.Response{
		StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}
}

// reply keeps an answer.
type reply struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *reply) Header() http.Header { return w.header }

func (w *reply) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *reply) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Transport is the way of a client to a handler, as if it came from an address.
type Transport struct {
	Handler http.Handler
	From    string // host:port
}

// RoundTrip implements http.RoundTripper.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.RemoteAddr, r.Host = t.From, r.URL.Host
	return Serve(t.Handler, r), nil
}
