// Package marking turns five vocabularies of secrecy into one lattice.
//
//	L0 open          anybody signed in        TLP CLEAR                       Không mật
//	L1 internal      cleared users            GREEN, FOR OFFICIAL USE ONLY    H0, Lưu hành nội bộ
//	L2 restricted    desk and units           AMBER(+STRICT), RESTRICTED      H1, H2, hạn chế
//	L3 compartment   named persons only       RED, CONFIDENTIAL               H3; drugs, precursors, do not alert
//	L4 above the ceiling                                                      Mật, Tối mật, Tuyệt mật
//
// The effective level is the highest of what the partner marked, of the floor
// of the theme and of the unit's own marking ([Join]). A foreign CONFIDENTIAL is
// not a Vietnamese Mật; L4 is therefore reached by a Vietnamese level only and
// is an error of [Assess]: nothing of such a body may be kept.
//
// What is not marked at all is L2: silence is no permission.
package marking
