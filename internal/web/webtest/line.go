package webtest

import (
	"time"

	"github.com/chromedp/cdproto/network"
)

// Line is how a browser reaches the gateway.
type Line struct {
	Bits    float64       // a second, each way; 0: as many as there are
	Latency time.Duration // until an answer begins
	Cut     bool          // it reaches nothing
}

// Over lets the tab go over a line from now on.
func (tab *Tab) Over(l Line) {
	tab.t.Helper()
	bytes := l.Bits / 8
	if bytes == 0 {
		bytes = -1
	}
	_, err := call(tab, network.Enable, network.EnableParams{})
	tab.do("watch the line", err)
	_, err = call(tab, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{
			Latency: float64(l.Latency.Milliseconds()), DownloadThroughput: bytes, UploadThroughput: bytes, Offline: l.Cut,
		}},
	})
	tab.do("change the line", err)
}
