package identifier_test

import (
	"encoding/csv"
	"os"
	"testing"
)

func countryCodes(t *testing.T) []string {
	t.Helper()
	file, err := os.Open("../../deploy/data/countries.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	codes := make([]string, 0, len(rows))
	for _, row := range rows[1:] {
		codes = append(codes, row[0])
	}
	return codes
}
