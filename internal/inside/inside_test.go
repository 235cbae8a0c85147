package inside_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"verigate/internal/inside"
)

func TestAHandlerIsCalledAsOverANetwork(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		w.Header().Set("X-Path", r.URL.Path)
		w.WriteHeader(http.StatusTeapot)
		w.WriteHeader(http.StatusOK) // the first counts
		fmt.Fprint(w, r.Method, r.RequestURI, r.Host, r.RemoteAddr, r.Header.Get("X-Sent"), string(body), err)
	})
	c := http.Client{Transport: inside.Transport{Handler: handler, From: "127.0.0.1:0"}}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://gateway.example/a?b=c", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Sent", "!")
	r, err := c.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	said, err := io.ReadAll(r.Body)
	if want := "GET/a?b=cgateway.example127.0.0.1:0!<nil>"; err != nil || string(said) != want || r.StatusCode != http.StatusTeapot || r.Header.Get("X-Path") != "/a" {
		t.Errorf("%d %q, want %q, %v", r.StatusCode, said, want, err)
	}
}
