package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/access"
	"verigate/internal/account"
)

var (
	cheap = account.Cost{Memory: 64, Passes: 1, Lanes: 1}
	noon  = time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)
)

func hasher(t *testing.T, atOnce int) *account.Hasher {
	t.Helper()
	return account.NewHasher(cheap, atOnce)
}

func TestAPasswordIsProvedByItselfHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	h := hasher(t, 2)
	const composed, decomposed = "bình minh tháng chín", "bình minh tháng chín"
	hashed, err := h.Hash(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Hash(t.Context(), composed)
	if err != nil || again == hashed {
		t.Fatalf("two hashes of one password are one: %v", err)
	}
	for name, test := range map[string]struct {
		hashed, password string
		want             bool
	}{
		"itself":               {hashed, composed, true},
		"by another keyboard":  {hashed, decomposed, true},
		"another":              {hashed, composed + " ", false},
		"empty":                {hashed, "", false},
		"no hash":              {"", "", false},
		"no hash, a password":  {"", composed, false},
		"another form":         {strings.Replace(hashed, "argon2id", "argon2i", 1), composed, false},
		"a hash cut short":     {hashed[:len(hashed)-4], composed, false},
		"a cost beyond reason": {strings.Replace(hashed, "m=64", "m=4000000000", 1), composed, false},
	} {
		got, err := h.Proves(t.Context(), test.hashed, test.password)
		if err != nil || got != test.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
}

func TestTheCostIsTheOneOfTheRFC(t *testing.T) {
	t.Parallel()
	hashed, err := account.NewHasher(account.Recommended(), 1).Hash(t.Context(), "any")
	if err != nil || !strings.HasPrefix(hashed, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Fatalf("%s, %v", hashed, err)
	}
}

func TestWhoGetsNoTurnIsToldThatItIsBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := hasher(t, 2)
		leave := account.Occupy(h, 2)
		if _, err := h.Proves(t.Context(), "", "any"); !errors.Is(err, account.ErrBusy) {
			t.Errorf("without a place: %v", err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := h.Hash(ctx, "any"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("whoever left: %v", err)
		}
		time.AfterFunc(time.Second, leave)
		if _, err := h.Hash(t.Context(), "any"); err != nil {
			t.Errorf("once a place is free: %v", err)
		}
	})
}

func TestAPasswordIsLongAndNew(t *testing.T) {
	t.Parallel()
	for chosen, want := range map[string]account.Flaw{
		"short":                         account.TooShort,
		"tám chữ số":                    account.TooShort,
		strings.Repeat("dài", 100):      account.TooLong,
		"aaaaaaaaaaaaaaaa":              account.AlwaysAlike,
		"my name is LAN.duty ok":        account.HoldsName,
		"the old password":              account.NotNew,
		"một hai ba bốn năm":            account.NoFlaw,
		"correct horse battery staple!": account.NoFlaw,
	} {
		if got := account.FlawOf("lan.duty", "the old password", chosen); got != want {
			t.Errorf("%q: %q, want %q", chosen, got, want)
		}
	}
}

func TestACodeIsGoodInThreeStepsAndOfItsSecretAlone(t *testing.T) {
	t.Parallel()
	// RFC 6238, appendix B, SHA-1, cut to six digits.
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		step, ok := account.StepOf(secret, code, time.Unix(at, 0))
		if !ok || step != uint64(at/30) {
			t.Errorf("at %d: step %d, %t", at, step, ok)
		}
	}
	code, err := totp.GenerateCode(account.FactorText(secret), noon)
	if err != nil {
		t.Fatal(err)
	}
	for shift, want := range map[time.Duration]bool{
		-61 * time.Second: false, -30 * time.Second: true, 0: true, 30 * time.Second: true, 60 * time.Second: false,
	} {
		if _, ok := account.StepOf(secret, code, noon.Add(shift)); ok != want {
			t.Errorf("%s later: %t", shift, ok)
		}
	}
	other, err := account.NewFactor()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := account.StepOf(other, code, noon); ok {
		t.Error("of another secret")
	}
	none, err := totp.GenerateCode(account.FactorText(nil), noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := account.StepOf(nil, none, noon); ok {
		t.Error("of no secret at all")
	}
	uri, err := account.FactorURI("lan", secret)
	if err != nil || !strings.HasPrefix(uri, "otpauth://totp/Verigate:lan?") || !strings.Contains(uri, account.FactorText(secret)) {
		t.Errorf("%s, %v", uri, err)
	}
	if !account.IsCode("005924") || account.IsCode("00592") || account.IsCode("abcdef") {
		t.Error("what a code looks like")
	}
}

func TestAFirstPasswordHasTwoHalvesAndNoOneHas(t *testing.T) {
	t.Parallel()
	draw := func() account.Half {
		h, err := account.NewHalf(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, two := draw(), draw()
	kept := [2]access.Hash{one.Hash(), two.Hash()}
	for typed, want := range map[string]bool{
		string(one + "-" + two):                          true,
		strings.ToUpper(string(one)) + " " + string(two): true,
		strings.ReplaceAll(string(one+two), "-", ""):     true,
		string(two + "-" + one):                          false,
		string(one):                                      false,
		string(one + "-" + one):                          false,
		string(one + "-" + draw()):                       false,
		"":                                               false,
	} {
		if got := account.SameHalves(kept, account.Halves(typed)); got != want {
			t.Errorf("%q: %t", typed, got)
		}
	}
	if account.SameHalves([2]access.Hash{}, account.Halves("")) || account.SameHalves([2]access.Hash{one.Hash()}, [2]access.Hash{one.Hash()}) {
		t.Error("halves that nobody was given")
	}
	codes, hashes, err := account.Recovery(rand.Reader)
	if err != nil || len(codes) != 10 || len(hashes) != 10 || codes[0].Hash() != hashes[0] || codes[0] == codes[1] {
		t.Errorf("%v, %v, %v", codes, hashes, err)
	}
}
