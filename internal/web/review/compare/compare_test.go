package compare_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/web/review/compare"
)

// marked are the pieces that differ, in the form "number 1.240 kg".
func marked(pieces []compare.Piece) []string {
	var out []string
	for _, p := range pieces {
		if p.Differs != compare.Same {
			out = append(out, string(p.Differs)+" "+p.Text)
		}
	}
	return out
}

func TestWhatASourceAndItsTranslationSayAlikeIsNotMarked(t *testing.T) {
	t.Parallel()
	for vi, en := range map[string]string{
		"Công-te-nơ đã dỡ tại cảng lúc 08 giờ 15 ngày 03/9/2021; chưa có tờ khai hải quan.": "It was discharged on 3 September 2021 at 08:15 local time; no declaration had been lodged.",
		"Công ty, mã số thuế 9900000129; đã nhập 04 lô hạt điều thô năm 2020-2021.":         "A company, tax code 9900000129; four earlier imports of raw cashew nuts in 2020-2021.",
		"Phát hiện 62 bao vảy, khối lượng tạm tính 1.240 kg":                                "62 bags of scales, about 1,240 kg, were found",
		"11 khúc, 6,2 kg": "Eleven pieces, about 6.2 kg,",
		"Công-te-nơ ZZZU4002177, kiểm tra 03/9/2021": "Container zzzu4002177, inspected on September 3, 2021",
		"lúc 8 giờ ngày 3 tháng 9 năm 2021":          "at 8 am on 3rd of September, 2021",
		"13 giờ 30, trong 8 giờ, 0,125 tấn":          "1.30 p.m., within 8 hours, 0.125 tonnes",
		"1.240.000 đồng, tức 52,5 USD":               "VND 1,240,000, that is $52.50",
		"tháng 3 năm 2021, ngày 13/9, 85%":           "in March 2021, 13 September, 85 per cent",
		"31/8/2021 và 1\u202f240 kg, 1 240 kg":       "8/31/2021 and 1240 kg, 1,240 kg",
		"hai mươi bao, 20 kiện":                      "20 bags, twenty packages",
	} {
		left, right := compare.Texts(compare.Text{Language: "vi", Text: vi}, compare.Text{Language: "en", Text: en})
		if l, r := marked(left), marked(right); len(l)+len(r) > 0 {
			t.Errorf("%s / %s: %v %v", vi, en, l, r)
		}
	}
}

func TestWhatDiffersIsMarkedOnTheSideThatHasIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ vi, en, left, right string }{
		{"1.240 kg", "1.240 kg", "number 1.240 kg", "number 1.240 kg"}, // one kilogram and a quarter, in English
		{"1.240 kg", "1,240 g", "unit 1.240 kg", "unit 1,240 g"},
		{"1.240 kg", "1,240 bags", "unit 1.240 kg", "unit 1,240"},
		{"62 bao", "26 bags", "number 62", "number 26"},
		{"62 bao", "bags", "number 62", ""},
		{"không rõ", "about 5", "", "number 5"},
		{"ngày 03/9/2021", "4 September 2021", "date ngày 03/9/2021", "date 4 September 2021"},
		{"ngày 03/9/2021", "9/3/2021", "date ngày 03/9/2021", "date 9/3/2021"}, // which reads as the ninth of March
		{"ngày 03/9/2021", "3 September", "date ngày 03/9/2021", "date 3 September"},
		{"08 giờ 15", "8:15 p.m.", "time 08 giờ 15", "time 8:15 p.m."},
		{"ZZZU4002177", "ZZZU4002771", "code ZZZU4002177", "code ZZZU4002771"},
		{"2 lô và 2 lô", "2 lots", "number 2", ""},
		{"11 khúc", "eleven boxes of eleven and 12", "", "number 12"},
		{"0901234567", "901234567", "number 0901234567", "number 901234567"},
	} {
		left, right := compare.Texts(compare.Text{Language: "vi", Text: c.vi}, compare.Text{Language: "en", Text: c.en})
		if diff := cmp.Diff([]string{c.left, c.right}, []string{strings.Join(marked(left), "; "), strings.Join(marked(right), "; ")}); diff != "" {
			t.Errorf("%s / %s: %s", c.vi, c.en, diff)
		}
	}
}
