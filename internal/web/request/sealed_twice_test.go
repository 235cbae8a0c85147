package request_test

import (
	"testing"

	"verigate/internal/web/webtest"
)

// Who seals a request into a compartment of others does not find it again. Their second click is not sent after the first, so
// that they read that it is done and not that there is no such request.
func TestADoubleClickOnTheSealSaysThatItIsDone(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 3 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "sealed-twice", "VNHPH")
	desk := w.Open(t)
	desk.Enter("desk:1", "/requests/"+id)
	desk.Click("#do-seal > summary")
	desk.Fill("#do-seal-compartment", "precursor")
	desk.Fill("#do-seal-reason", "An informer is named.")
	desk.Click("#do-seal input[name=sure]")
	desk.Eval(`window.left = 'behind', (b => { b.click(); setTimeout(() => b.click(), 30); })(document.querySelector('#do-seal button')), ''`)
	desk.Await("the page that follows", `document.readyState === 'complete' && window.left !== 'behind'`)
	if at := desk.Path(); at != "/board?done=seal" || desk.Has("#trouble") {
		t.Errorf("it leads to %s: %s", at, desk.Text("#trouble"))
	}
}
