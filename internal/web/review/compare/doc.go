// Package compare finds the numbers, dates, times and units of measure in a text and in its translation, and marks those
// that only one of them has. It is pure. What it marks is for a person to look at: words it does not understand.
//
//	1.240 kg (vi) = 1,240 kg = 1 240 kg        03/9/2021 = ngày 3 tháng 9 năm 2021 = 3 September 2021 = 2021-09-03
//	6,2 kg (vi)   = 6.2 kg                     08 giờ 15 = 8h15 = 08:15 = 8.15 am
//
// A date in figures is day first, as partners read it, but for one whose second figure can be no month: 9/3/2021 for the
// third of September is marked.
package compare
