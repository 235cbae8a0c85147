package site

import "testing"

func TestACodeIsFoundByItsNameAndByNoOther(t *testing.T) {
	t.Parallel()
	codes := CodesOf([]Choice{
		{Value: "VNHPH", Text: "Hải Phòng"},
		{Value: "VNTTH", Text: "Tân Thanh"},
		{Value: "VNAAA", Text: "Hòa Bình"},
		{Value: "VNBBB", Text: "Hoa Binh"},
		{Value: "CI", Text: "Côte d’Ivoire"},
		{Value: "CI", Text: "Bờ Biển Ngà"},
		{Value: "DE", Text: "ألمانيا"},
		{Value: "CG", Text: "Congo"},
		{Value: "CD", Text: "Congo"},
		{Value: "CG", Text: "Congo"},
	})
	for typed, want := range map[string]string{
		"VNHPH": "VNHPH", "vnhph": "VNHPH", "hải phòng": "VNHPH", "HAI PHONG": "VNHPH", "Hai-Phong": "VNHPH",
		"Tân Thanh": "VNTTH", "tan thanh": "VNTTH",
		"Tân Thành": "Tân Thành", "hai phòng": "hai phòng", // other diacritics, or some of them: another name
		"Hòa Bình": "VNAAA", "Hoa Binh": "VNBBB", "hoa-binh": "hoa-binh", // of two it is the one as it stands
		"côte d'ivoire": "CI", "Cote d'Ivoire": "CI", "bờ biển ngà": "CI", "ألمانيا": "DE",
		"Congo": "Congo", "Atlantis": "Atlantis", "": "", "-": "-",
	} {
		if got := codes.Of(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
