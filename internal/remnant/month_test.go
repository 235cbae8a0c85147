package remnant

import "testing"

// The key of a month is told from the one that came in its place, and from the guard of a key that was added under it.
func TestTheKeyOfAMonthIsFoundByItsWholeId(t *testing.T) {
	t.Parallel()
	const first, second = "group.2026-11", "group.2026-11-2"
	guarded := "NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: 7\r\nNats-Expected-Last-Subject-Sequence-Subject: key." + first + "\r\nVg-Group: " + first + "\r\n\r\n"
	for name, c := range map[string]struct {
		store []byte
		want  string // found
		tomb  string
	}{
		"the first":                  {message(first, putting, "wrapped"), first, ""},
		"the second":                 {message(second, putting, "wrapped"), second, ""},
		"the first's tombstone":      {message(first, buried, ""), "", first},
		"the second's tombstone":     {message(second, buried, ""), "", second},
		"a key that was added under": {message(kid, guarded, "wrapped"), "", ""},
	} {
		r, err := Scan([]string{write(t, c.store)}, []string{first, second})
		found := ""
		if len(r.Found) > 0 {
			found = r.Found[0].KID
		}
		if err != nil || len(r.Found) > 1 || found != c.want || r.Tombstones[first] != (c.tomb == first) || r.Tombstones[second] != (c.tomb == second) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
