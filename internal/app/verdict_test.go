package app

import (
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Of verifies that end at once one is the last, for health and for the next start.
func TestOfVerdictsThatComeTogetherOneIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), verdictFile)
	var v, again verdicts
	var group sync.WaitGroup
	for n := range 32 {
		group.Go(func() {
			if err := v.keep(verdict{At: time.Unix(int64(n)+1, 0).UTC(), Clean: n%2 == 0}, path); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := again.read(path); err != nil || *again.get() != *v.get() {
		t.Errorf("kept is %+v, in the file %+v, %v", v.get(), again.get(), err)
	}
}
