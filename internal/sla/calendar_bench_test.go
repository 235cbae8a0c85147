package sla_test

import (
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/sla"
)

func benchmarkAdd(b *testing.B, c sla.Calendar, d time.Duration) {
	b.Helper()
	at := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		c.Add(at, d)
	}
}

func BenchmarkAddThirtyWorkingDays(b *testing.B) {
	benchmarkAdd(b, place(b, sla.Headquarters), 30*8*hour)
}

func BenchmarkAddFiveYears(b *testing.B) {
	benchmarkAdd(b, place(b, sla.Headquarters), 5*250*8*hour)
}

func BenchmarkAddACentury(b *testing.B) {
	benchmarkAdd(b, place(b, sla.Headquarters), 100*250*8*hour)
}

func BenchmarkAddWhereTheZoneChangesWithinTheHours(b *testing.B) {
	benchmarkAdd(b, berlin(b).Unit("01"), 5*52*30*hour)
}

func BenchmarkBetweenOverFiveYears(b *testing.B) {
	c := place(b, sla.Headquarters)
	from, to := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC), time.Date(2026, 9, 1, 3, 5, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		c.Between(from, to)
	}
}

func BenchmarkTheDaysOfAMonth(b *testing.B) {
	c := place(b, sla.Headquarters)
	from, to := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC), time.Date(2021, 10, 1, 3, 5, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		c.Days(from, to)
	}
}

func BenchmarkLoadCalendars(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sla.LoadCalendars(deploy.Data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkADecree(b *testing.B) {
	all := calendars(b)
	decree := sla.Decree{Version: "vn-2", At: time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC), Days: []sla.Day{{
		Date: "2026-12-31", Off: true, Kind: sla.Compensatory, Confidence: sla.High, Name: sla.DayName{VI: "Nghỉ bù", EN: "Day off in lieu"},
	}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := all.With(decree); err != nil {
			b.Fatal(err)
		}
	}
}
