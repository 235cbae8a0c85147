package boardtest_test

import (
	"testing"

	"verigate/internal/board/boardtest"
)

func TestTheFakeKeepsTheContract(t *testing.T) {
	t.Parallel()
	boardtest.Run(t, func(*testing.T) boardtest.Rig {
		f := boardtest.NewFake()
		return boardtest.Rig{Store: f, Forget: f.Forget, Lose: f.Lose}
	})
}
