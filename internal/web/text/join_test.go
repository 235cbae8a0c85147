package text

import (
	"testing"

	"golang.org/x/text/unicode/bidi"
)

func TestValuesOfOneLineKeepTheirOrderBesideArabic(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		values []string
		want   string
	}{
		{nil, ""},
		{[]string{"أحمد"}, "أحمد"},
		{[]string{"Nguyễn Văn A", "MSCU 1234565"}, "Nguyễn Văn A; MSCU 1234565"},
		{[]string{"أحمد", "12", "שלום 3"}, "\u2068أحمد\u2069; 12; \u2068שלום 3\u2069"},
	} {
		if got := Join(test.values, "; "); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	// As Unicode orders it: the number that follows a name stays outside the run that is read from right to left.
	line := Join([]string{"أحمد", "12", "A"}, "; ")
	var p bidi.Paragraph
	if _, err := p.SetString(line, bidi.DefaultDirection(bidi.LeftToRight)); err != nil {
		t.Fatal(err)
	}
	order, err := p.Order()
	if err != nil {
		t.Fatal(err)
	}
	last := order.Run(order.NumRuns() - 1)
	if last.Direction() != bidi.LeftToRight || last.String() != "\u2069; 12; A" {
		t.Errorf("the last run is %q", last.String())
	}
}
