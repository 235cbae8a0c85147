package identifier_test

import (
	"testing"

	"verigate/internal/identifier"
)

// TestVectors holds the vectors of the specification and of the standards.
func TestVectors(t *testing.T) {
	t.Parallel()
	const ok, failed, none = identifier.OK, identifier.Failed, identifier.NotApplicable
	tests := []struct {
		check func(string) identifier.Check
		raw   string
		want  identifier.Status
	}{
		{identifier.Container, "CSQU3054383", ok},
		{identifier.Container, "CSQU 305438-3", ok},
		{identifier.Container, "csqu3054383", ok},
		{identifier.Container, "TSTU1000030", ok},
		{identifier.Container, "ZZZU4002177", ok},
		{identifier.Container, "XXZU7300550", ok},
		{identifier.Container, "QQQU1188341", ok},
		{identifier.Container, "CSQU3054384", failed},
		{identifier.Container, "CSQX3054383", failed},
		{identifier.Container, "CSQU305438", failed},
		{identifier.IMO, "9074729", ok},
		{identifier.IMO, "IMO 9074729", ok},
		{identifier.IMO, "0123450", ok},
		{identifier.IMO, "9074728", failed},
		{identifier.MMSI, "574123456", ok},
		{identifier.MMSI, "57412345", failed},
		{identifier.Flight, "ZZ 001", ok},
		{identifier.Flight, "VN1234A", ok},
		{identifier.Flight, "HVN12", ok},
		{identifier.Flight, "VN", failed},
		{identifier.Flight, "12345", failed},
		{identifier.Airport, "HAN", ok},
		{identifier.Airport, "VNHAN", ok},
		{identifier.Airport, "VVNB", ok},
		{identifier.Airport, "HANOI", failed},
		{identifier.Airport, "H4N", failed},
		{identifier.Airport, "H1", failed},
		{identifier.VIN, "1M8GDM9AXKP042788", ok},
		{identifier.VIN, "1M8GDM9A0KP042788", failed},
		{identifier.VIN, "WVWZZZ1JZXW000001", none},
		{identifier.VIN, "WVWZZZ1JZXW00000O", failed},
		{identifier.VIN, "WVWZZZ1JZXW00000Q", failed},
		{identifier.VIN, "WVWZZZ1JZXW00000I", failed},
		{identifier.VIN, "WVWZZZ1JZXW0000001", failed},
		{identifier.VIN, "0M8GDM9A0KP042788", none},
		{identifier.VIN, "5M8GDM9A0KP042788", failed},
		{identifier.VIN, "6M8GDM9A0KP042788", none},
		{identifier.VNTax, "0100109106", ok},
		{identifier.VNTax, "0300588569", ok},
		{identifier.VNTax, "0101248141", ok},
		{identifier.VNTax, "0100109106-001", ok},
		{identifier.VNTax, "9900000129", ok},
		{identifier.VNTax, "9900000270", ok},
		{identifier.VNTax, "9900000337", ok},
		{identifier.VNTax, "0100109107", failed},
		{identifier.VNTax, "001075000001", none},
		{identifier.LEI, "5493001KJTIIGC8Y1R12", ok},
		{identifier.LEI, "5493001KJTIIGC8Y1R13", failed},
		{identifier.LEI, "5493001KJTIIGC8Y1R1200", failed},
		{identifier.LEI, "5493001KJTIIGC8Y1R1B", failed},
		{identifier.LEI, "98", failed},
		{identifier.IBAN, "GB82WEST12345698765432", ok},
		{identifier.IBAN, "GB82 WEST 1234 5698 7654 32", ok},
		{identifier.IBAN, "DE89370400440532013000", ok},
		{identifier.IBAN, "GB82WEST1234569876543", failed},
		{identifier.IBAN, "GB83WEST12345698765432", failed},
		{identifier.IBAN, "VN82WEST12345698765432", failed},
		{identifier.IBAN, "GBD2WEST12345698765432", failed},
		{identifier.IBAN, "NO9386011117947", ok},
		{identifier.BIC, "BFTVVNVX", ok},
		{identifier.BIC, "BFTVVNVX002", ok},
		{identifier.BIC, "BFTVQQVX", failed},
		{identifier.BIC, "BFT1VNVX", failed},
		{identifier.BIC, "BFTVVNVX0", failed},
		{identifier.Phone, "+84000000000", ok},
		{identifier.Phone, "+84 000 000-000", ok},
		{identifier.Phone, "0084000000000", failed},
		{identifier.Phone, "+0123456789", failed},
		{identifier.Phone, "+1234567890123456", failed},
		{identifier.Phone, "+123456789012345", ok},
		{identifier.Phone, "+1234567", ok},
		{identifier.Phone, "+123456", failed},
		{identifier.Phone, "84000000000", failed},
		{identifier.Phone, "+84abc0000000", failed},
		{identifier.IMEI, "490154203237518", ok},
		{identifier.IMEI, "490154203237519", failed},
		{identifier.IMEI, "4901542032375181", none},
		{identifier.MRZ, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", ok},
		{identifier.MRZ, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C46UTO7408122F1204159ZE184226B<<<<<10", failed},
		{identifier.MRZ, "P<UTOSPECIMEN<<KOFI<<<<<<<<<<<<<<<<<<<<<<<<<\nS0000021<3UTO7909146M2601010<<<<<<<<<<<<<<06", ok},
		{identifier.MRZ, "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", ok},
		{identifier.MRZ, "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<7\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", failed},
		{identifier.MRZ, "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6", ok},
		{identifier.MRZ, "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<", ok},
		{identifier.MRZ, "I<UTOD23145890<7349<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", ok},
		{identifier.MRZ, "I<UTOD23145890<7348<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", failed},
		{identifier.MRZ, "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD23145890<UTO7408122F12041597349<<<2", ok},
		{identifier.MRZ, "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD23145890<UTO7408122F12041597348<<<2", failed},
		{identifier.MRZ, "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD23145890<UTO7408122F12041597349<<<2", failed},
		{identifier.MRZ, "short", failed},
		{identifier.MRZ, "I<UTOD231458908<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<3\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", failed},
		{identifier.AWB, "738-1234567 5", ok},
		{identifier.AWB, "000-12345675", ok},
		{identifier.AWB, "738-12345676", failed},
		{identifier.Post, "RR473124829GB", ok},
		{identifier.Post, "RR473124828GB", failed},
		{identifier.Declaration, "304000000001", ok},
		{identifier.Declaration, "1234/NKD01", failed},
		{identifier.HS, "0801.31", ok},
		{identifier.HS, "080", failed},
		{identifier.HS, "08", ok},
		{identifier.HS, "0801.31.00.10", ok},
		{identifier.HS, "0801.31.00.10.01", failed},
		{identifier.HS, "", failed},
		{identifier.CAS, "108-24-7", ok},
		{identifier.CAS, "561-27-3", ok},
		{identifier.CAS, "108-24-8", failed},
		{identifier.CAS, "64-17-5", ok},
		{identifier.CAS, "4-17-1", failed},
		{identifier.CAS, "1234567-89-5", ok},
		{identifier.CAS, "12345678-90-0", failed},
		{identifier.CAS, "1O8-24-7", failed},
		{identifier.Country, "vn", ok},
		{identifier.Country, "XK", ok},
		{identifier.Country, "XX", none},
		{identifier.Country, "ZZ", none},
		{identifier.Country, "UK", failed},
		{identifier.Country, "VNM", failed},
		{identifier.Country, "A ", failed},
		{identifier.Subdivision, "VN-HP", ok},
		{identifier.Subdivision, "VN-", failed},
		{identifier.Subdivision, "FR-6", ok},
		{identifier.Subdivision, "GB-ENG", ok},
		{identifier.Subdivision, "GB-ENGL", failed},
		{identifier.Subdivision, "VNXHP", failed},
		{identifier.Subdivision, "VN-H P", failed},
		{identifier.LOCODE, "VNHPH", ok},
		{identifier.LOCODE, "VN HPH", ok},
		{identifier.LOCODE, "VNC8Q", ok},
		{identifier.LOCODE, "QQHPH", failed},
		{identifier.LOCODE, "VNC9Q", ok},
		{identifier.LOCODE, "VNC1Q", failed},
		{identifier.LOCODE, "VNC0Q", failed},
		{identifier.Office, "43PB", ok},
		{identifier.Office, "43", ok},
		{identifier.Office, "43PB01", ok},
		{identifier.Office, "PB43", failed},
		{identifier.Office, "43PB012", failed},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			got := tt.check(tt.raw)
			if got.Status != tt.want {
				t.Errorf("%s %q is %q (normalised %q), want %q", got.Kind, tt.raw, got.Status, got.Normalised, tt.want)
			}
			if got.Raw != tt.raw {
				t.Errorf("raw %q became %q", tt.raw, got.Raw)
			}
		})
	}
}

func TestOnlyCountriesTelephonesAndIBANsRefuse(t *testing.T) {
	t.Parallel()
	refused := []identifier.Check{identifier.Country("UK"), identifier.Phone("12"), identifier.IBAN("GB00")}
	for _, c := range refused {
		if !c.Refused() || c.Warned() || c.Code() != "invalid_"+string(c.Kind) {
			t.Errorf("%s: refused %v, warned %v, code %q", c.Kind, c.Refused(), c.Warned(), c.Code())
		}
	}
	warned := []identifier.Check{
		identifier.Container("X"), identifier.IMO("1"), identifier.VIN("1"), identifier.MRZ("x"), identifier.LEI("x"),
		identifier.VNTax("1"), identifier.AWB("1"), identifier.Declaration("1"), identifier.LOCODE("QQ"),
	}
	for _, c := range warned {
		if c.Refused() || !c.Warned() || c.Code() != "check_failed_"+string(c.Kind) {
			t.Errorf("%s: refused %v, warned %v, code %q", c.Kind, c.Refused(), c.Warned(), c.Code())
		}
	}
	if good := identifier.Container("CSQU3054383"); good.Code() != "" {
		t.Errorf("a good container has code %q", good.Code())
	}
}

func TestFoldedNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want string }{
		{"Đắk Lắk", "dak lak"},
		{"ÐẮK  LẮK", "dak lak"},
		{"Bà Rịa - Vũng Tàu", "ba ria vung tau"},
		{"TP. Hồ Chí Minh", "tp ho chi minh"},
		{"Tân Thành", "tan thanh"},
		{"Tân Thanh", "tan thanh"},
		{"Công ty TNHH Ví Dụ Biển Đông", "cong ty tnhh vi du bien dong"},
		{"N'Djamena", "ndjamena"},
		{"Straße", "strasse"},
		{"ＨＡＩ　ＰＨＯＮＧ", "hai phong"},
		{"a\u1ab0b\u1dc4c\u20d7d", "abcd"},
		{"กรุงเทพ", "กรุงเทพ"},
		{"नई दिल्ली", "नई दिल्ली"},
		{"", ""},
		{"\xff\xfe", ""},
	}
	for _, tt := range tests {
		if got := identifier.Fold(tt.name); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}
