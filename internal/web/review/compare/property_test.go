package compare_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"verigate/internal/web/review/compare"
)

func whole(pieces []compare.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

// texts are of any characters, and often of those that matter here.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`([0-9]{1,4}|[.,/: \-]|kg|giờ|ngày|tháng|năm|May|am|ZZU|hai mươi|\$|%|\x{202f}){0,20}`))
}

func TestCuttingLosesNothingAndATextDoesNotDifferFromItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one := compare.Text{Language: rapid.SampledFrom([]string{"vi", "en", "fr", ""}).Draw(t, "language"), Text: texts().Draw(t, "one")}
		other := compare.Text{Language: "en", Text: texts().Draw(t, "other")}
		left, right := compare.Texts(one, other)
		if whole(left) != one.Text || whole(right) != other.Text {
			t.Fatalf("%q and %q became %q and %q", one.Text, other.Text, whole(left), whole(right))
		}
		left, right = compare.Texts(one, one)
		if len(marked(left))+len(marked(right)) > 0 {
			t.Fatalf("%q differs from itself: %v %v", one.Text, marked(left), marked(right))
		}
	})
}

// grouped writes a number with a mark between its thousands.
func grouped(n int, mark string) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + mark + s[i:]
	}
	return s
}

// amount is a number with at most one decimal, and what it is of.
type amount struct {
	n, tenth int
	unit     int
}

func (a amount) vi() string {
	s := grouped(a.n, ".")
	if a.tenth > 0 {
		s += "," + strconv.Itoa(a.tenth)
	}
	return s + []string{" kg", " lít", " bao", "%", " đồng"}[a.unit]
}

func (a amount) en() string {
	s := grouped(a.n, ",")
	if a.tenth > 0 {
		s += "." + strconv.Itoa(a.tenth)
	}
	return s + []string{" kilograms", " litres", " bags", " per cent", " VND"}[a.unit]
}

// day is a date in the ways of both languages.
type day struct{ d, m, y, vi, en int }

func (d day) inVietnamese() string {
	return fmt.Sprintf([]string{"ngày %02d/%d/%d", "%d/%d/%d", "ngày %d tháng %d năm %d"}[d.vi], d.d, d.m, d.y)
}

func (d day) inEnglish() string {
	name := []string{"January", "Feb", "March", "April", "May", "June", "July", "Aug.", "September", "Oct", "November", "Dec."}[d.m-1]
	return []string{fmt.Sprintf("%d %s %d", d.d, name, d.y), fmt.Sprintf("%s %d, %d", name, d.d, d.y), fmt.Sprintf("%d-%02d-%02d", d.y, d.m, d.d)}[d.en]
}

func amounts() *rapid.Generator[amount] {
	return rapid.Custom(func(t *rapid.T) amount {
		return amount{
			n: rapid.IntRange(0, 99_999_999).Draw(t, "n"), tenth: rapid.IntRange(0, 9).Draw(t, "tenth"), unit: rapid.IntRange(0, 4).Draw(t, "unit"),
		}
	})
}

func days() *rapid.Generator[day] {
	return rapid.Custom(func(t *rapid.T) day {
		return day{
			d: rapid.IntRange(1, 28).Draw(t, "day"), m: rapid.IntRange(1, 12).Draw(t, "month"), y: rapid.IntRange(2018, 2030).Draw(t, "year"),
			vi: rapid.IntRange(0, 2).Draw(t, "vi"), en: rapid.IntRange(0, 2).Draw(t, "en"),
		}
	})
}

func TestATranslationInAnyOrderIsTheSameAndOneOtherAmountIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(amounts(), 1, 5).Draw(t, "amounts")
		dates := rapid.SliceOfN(days(), 0, 3).Draw(t, "dates")
		var vi, en []string
		for _, a := range all {
			vi, en = append(vi, a.vi()), append(en, a.en())
		}
		for _, d := range dates {
			vi, en = append(vi, d.inVietnamese()), append(en, d.inEnglish())
		}
		source := compare.Text{Language: "vi", Text: strings.Join(vi, "; ")}
		translated := rapid.Permutation(en).Draw(t, "order")
		left, right := compare.Texts(source, compare.Text{Language: "en", Text: strings.Join(translated, "; ")})
		if l, r := marked(left), marked(right); len(l)+len(r) > 0 {
			t.Fatalf("%s / %v: %v %v", source.Text, translated, l, r)
		}
		en[0] = amount{n: all[0].n + 1, tenth: all[0].tenth, unit: all[0].unit}.en()
		left, right = compare.Texts(source, compare.Text{Language: "en", Text: strings.Join(en, "; ")})
		if len(marked(left)) == 0 || len(marked(right)) == 0 {
			t.Fatalf("%s / %v: not found", source.Text, en)
		}
	})
}

func TestTheOrderOfTheTwoTextsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one := compare.Text{Language: "vi", Text: texts().Draw(t, "one")}
		other := compare.Text{Language: "en", Text: texts().Draw(t, "other")}
		left, right := compare.Texts(one, other)
		second, first := compare.Texts(other, one)
		if len(marked(left)) != len(marked(first)) || len(marked(right)) != len(marked(second)) {
			t.Fatalf("%q and %q: %v %v, the other way round %v %v", one.Text, other.Text, marked(left), marked(right), marked(first), marked(second))
		}
	})
}
