package review_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"verigate/internal/tooltest"
	"verigate/internal/web/webtest"
)

// The words of a marking stand at the head of every sheet that is printed, not of the first alone.
func TestEverySheetBearsTheMarking(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	text := tooltest.Program(t, "pdftotext")
	w := webtest.Start(t)
	id := container(t, w, "sheets")
	prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	tab := w.Open(t)
	tab.Enter("desk:2", "/requests/"+id+"/review")
	marking := tab.Eval(`document.querySelector('.marking').textContent`)
	tab.Eval(`const more = document.createElement('div'); for (let i = 0; i < 300; i++) { const p = document.createElement('p'); p.textContent = 'line ' + i; more.append(p); } document.querySelector('main').append(more); ''`)
	made, err := chromedp.Call(tab.Context, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "review.pdf")
	if err := os.WriteFile(path, made.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), text, "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	sheets := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	if len(sheets) < 3 {
		t.Fatalf("%d sheets", len(sheets))
	}
	for i, sheet := range sheets {
		first, _, _ := strings.Cut(strings.TrimSpace(sheet), "\n")
		if !strings.Contains(first, marking) {
			t.Errorf("sheet %d begins with %q, want %q", i+1, first, marking)
		}
	}
}
