package httpapi

import (
	"context"
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
)

// defaultBeat is beyond what it takes to read a request from the record that nobody has read for long (up to 7 ms).
const defaultBeat = 25 * time.Millisecond

// hide lets what is hidden and what does not exist leave on a beat that is counted from the admission of the call: at the
// first one after the answer is known. Both wait for one look into the record, but what is hidden is read and asked about,
// what does not exist is looked for in vain, and a stranger with a watch could tell these apart (measured: with 4,000 calls
// beyond any doubt). Doing the same work for both would need something to read in place of what is not there; waiting
// needs nothing and holds no core.
//
// On the same beat leave lists of which their reader may not see all (sifted).
func (e *edge) hide(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		rule := e.rules[c.Request().Method+" "+c.Path()]
		names, lists := namesObject(rule), sifts(rule.Operation)
		if !names && !lists {
			return next(c)
		}
		beat := time.NewTicker(e.Limits.Beat)
		defer beat.Stop()
		if lists {
			c.Set(beatOfList, beat)
		}
		err := next(c)
		if names && errors.Is(err, gateway.ErrHidden) {
			await(c.Request().Context(), beat)
		}
		return err
	}
}

// beatOfList is under what a call has the beat on which its list leaves.
const beatOfList = "verigate.beat"

// sifted lets a list leave on the beat of hide. The board drops row by row what the reader must not see, in one pass, and
// yet each row that is dropped is read and opened (some 40 µs): without the beat the time of a page counts them. A list that
// fails does so whatever is hidden.
func (e *edge) sifted(next server.StrictHandlerFunc, _ string) server.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		response, err := next(c, request)
		if beat, ok := c.Get(beatOfList).(*time.Ticker); ok && err == nil {
			await(c.Request().Context(), beat)
		}
		return response, err
	}
}

// sifts says whether an operation reads rows, or counts them, of which some may be hidden from whoever has the operation.
// What a partner lists is its own.
func sifts(op access.Operation) bool {
	switch op {
	case access.OpGetUnitQueue, access.OpGetBoard, access.OpExportBoard, access.OpListNotices, access.OpListMilestones, access.OpListRetention,
		access.OpListAlarms, access.OpGetWall, access.OpGetStatistics, access.OpExportStatistics, access.OpFindByReference:
		return true
	default:
		return false
	}
}

// await waits for the next beat. One that has passed meanwhile does not count.
func await(ctx context.Context, beat *time.Ticker) {
	select {
	case <-beat.C:
	default:
	}
	select {
	case <-beat.C:
	case <-ctx.Done(): // nobody is left to be told
	}
}

func namesObject(rule access.Rule) bool {
	switch rule.Object {
	case access.OnRequest, access.OnTask, access.OnUnit, access.OnConsent:
		return true
	case access.OnRows:
		return rule.Operation == access.OpFindRequest // by its number
	case access.Public, access.OnNothing, access.OnSession, access.NoRule:
	}
	return false
}
