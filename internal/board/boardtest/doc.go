// Package boardtest holds what every board.Store promises, as one suite, and a board in memory that keeps it.
package boardtest
