package sla_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/sla"
)

func TestDurationsAreReadAsTheLawWritesThem(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]time.Duration{
		"PT15M": 15 * time.Minute, "P1D": 24 * time.Hour, "P3D": 72 * time.Hour, "PT24H": 24 * time.Hour,
		"P1DT2H": 26 * time.Hour, "PT1H30M": 90 * time.Minute, "PT0S": 0, "PT1.5S": 1500 * time.Millisecond,
	} {
		if got, err := sla.ParseDuration(s); err != nil || got != want {
			t.Errorf("%s is %s, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"", "P", "PT", "P1", "PT1", "1D", "P1W", "P1M", "P1Y", "PT1M1H", "PT1H1H", "P-1D", "P+1D", "PD", "PTH", "PT1.5H", "PT1.S",
		"PT.5S", "P1DT", "pt1h", " PT1H", "PT1H ", "PT9999999H", "P99999999D", "PT1.0000000000S",
	} {
		if got, err := sla.ParseLimit(s); err == nil {
			t.Errorf("%q is read as %v", s, got)
		}
	}
}

func TestDurationsSurviveTheRoundTrip(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"PT15M", "P1D", "P3D", "PT24H", "P1DT2H", "PT1H30M1.25S", "PT0S"} {
		if l, err := sla.ParseLimit(s); err != nil || l.String() != s {
			t.Errorf("%s comes back as %s, %v", s, l, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(20_000*time.Hour)).Draw(t, "duration"))
		if got, err := sla.ParseDuration(sla.FormatDuration(d)); err != nil || got != d {
			t.Fatalf("%s is written %s and read %s, %v", d, sla.FormatDuration(d), got, err)
		}
	})
}

func FuzzAnythingReadIsWrittenTheSame(f *testing.F) {
	for _, s := range []string{"PT15M", "P1DT2H", "PT1.5S", "P0D", "PT00H"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := sla.ParseLimit(s)
		if err != nil {
			return
		}
		again, err := sla.ParseLimit(l.String())
		if err != nil || again != l {
			t.Errorf("%q is %s, read again %v, %v", s, l, again, err)
		}
	})
}
