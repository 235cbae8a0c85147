package notary

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// gap is numbers that a list lacks, both ends among them.
type gap struct{ first, last uint64 }

// gaps are all that a list lacks, in order.
type gaps []gap

// farthest is the last number that has a name of sixteen digits.
const farthest = 9_999_999_999_999_999

// gapsSaid is how many of them are said: there may be as many as somebody likes.
const gapsSaid = 20

// String implements fmt.Stringer: 1, 4-5, 7.
func (all gaps) String() string {
	var said []string
	for _, g := range all[:min(len(all), gapsSaid)] {
		if g.first == g.last {
			said = append(said, strconv.FormatUint(g.first, 10))
		} else {
			said = append(said, fmt.Sprintf("%d-%d", g.first, g.last))
		}
	}
	if more := len(all) - len(said); more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(said, ", ")
}

// list is the numbers that a list has, in order, and what is missing from 1 up to its last. A directory that is away is an
// error. What is given while the directory is read may be seen without what was given right before it: that is there when it
// is read again.
func (w Witness) list(list string) (numbers []uint64, missing gaps, err error) {
	if numbers, err = w.numbers(list); err != nil {
		return nil, nil, err
	}
	if missing = lacking(numbers); missing == nil {
		return numbers, nil, nil
	}
	again, err := w.numbers(list)
	if err != nil {
		return nil, nil, err
	}
	last := numbers[len(numbers)-1]
	numbers = append(numbers, slices.DeleteFunc(again, func(n uint64) bool { return n > last })...)
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	return numbers, lacking(numbers), nil
}

// numbers are those that a list has now, in order.
func (w Witness) numbers(list string) (all []uint64, err error) {
	shelves, err := w.shelves(list)
	for i := 0; i < len(shelves) && err == nil; i++ {
		var some []uint64
		some, err = w.on(list, shelves[i])
		all = append(all, some...)
	}
	return all, err
}

// last is the last number of a list; 0 when it has nothing. A directory that is away is an error.
func (w Witness) last(list string) (uint64, error) {
	shelves, err := w.shelves(list)
	for i := len(shelves) - 1; i >= 0 && err == nil; i-- {
		var some []uint64
		if some, err = w.on(list, shelves[i]); err == nil && len(some) > 0 {
			return some[len(some)-1], nil
		}
	}
	return 0, err
}

func (w Witness) shelves(list string) ([]string, error) {
	if _, err := os.Stat(w.Dir); err != nil {
		return nil, err
	}
	return numbered(filepath.Join(w.Dir, filepath.FromSlash(list)))
}

// on is the numbers on a shelf, in order. One that does not belong there is nobody's.
func (w Witness) on(list, shelf string) (all []uint64, err error) {
	names, err := numbered(filepath.Join(w.Dir, filepath.FromSlash(list), shelf))
	for i := 0; i < len(names) && err == nil; i++ {
		var number uint64
		if number, err = strconv.ParseUint(names[i], 10, 64); err == nil && number > 0 && digits(number/perShelf) == shelf {
			all = append(all, number)
		}
	}
	return all, err
}

// lacking is what is missing between numbers in order, and before the first.
func lacking(numbers []uint64) (missing gaps) {
	next := uint64(1)
	for _, number := range numbers {
		if number > next {
			missing = append(missing, gap{next, number - 1})
		}
		next = number + 1
	}
	return missing
}
