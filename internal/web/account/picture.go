package account

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// picture is a QR code as the path of an SVG: a square of Side by Side modules, with its quiet zone.
type picture struct {
	Side int
	Path string
}

// quiet is the rim that a reader needs, in modules (ISO/IEC 18004).
const quiet = 4

// draw makes a QR code.
func draw(content string) (picture, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return picture{}, fmt.Errorf("draw a QR code: %w", err)
	}
	n := code.Bounds().Dx()
	dark := func(x, y int) bool { return x < n && color.GrayModel.Convert(code.At(x, y)) == color.Gray{Y: 0} }
	var path strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return picture{Side: n + 2*quiet, Path: path.String()}, nil
}
