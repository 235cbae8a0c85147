package review_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"

	"verigate/internal/web/webtest"
)

// A package that is sent twice at once is prepared once, and both are told so.
func TestAPackageThatIsSentTwiceIsPreparedOnce(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := container(t, w, "twice")
	tag := w.Must(t, "desk:1", http.MethodGet, requests+"/"+id, nil).Tag
	cookies := w.Cookie(t, "desk:1")
	form := url.Values{"key": {"page-twice"}, "version": {tag}, "do": {"save"}, "language": {"en"}, "note": {"Read it <once>."}}
	var pages [2]webtest.Page
	var both sync.WaitGroup
	for i := range pages {
		both.Go(func() { pages[i] = w.Visit(t, cookies, "/requests/"+id+"/package", form) })
	}
	both.Wait()
	for _, page := range pages {
		if page.To != "/requests/"+id+"/review?done=prepare_package" {
			t.Errorf("%d to %q: %s", page.Status, page.To, page.Body)
		}
	}
	if got := text(t, w.Must(t, "desk:1", http.MethodGet, requests+"/"+id+"/package", nil), "hash"); got == "" {
		t.Error("nothing was prepared")
	}
	if v, _ := w.Must(t, "desk:1", http.MethodGet, requests+"/"+id+"/package", nil).Body["version"].(float64); v != 1 {
		t.Errorf("it is version %v", v)
	}
}
