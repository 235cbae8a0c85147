// Package review is the desk's pages between what units answer and what a partner receives (lifecycle.md, rows 12 to 15b).
//
//	/requests/{id}/package   the editor chooses facts, masks words, writes the partner's language, beside the unit's answer
//	/requests/{id}/review    somebody else reads the exact bytes, ticks them off and approves their hash; afterwards the same
//	                         page tells what went out, to whom and when
//
// What differs between a unit's words and those for the partner is found by package compare, what cannot be seen in the
// bytes by package unseen. That everything is ticked off, and a reason given for what stays, is a matter of the form alone;
// it goes into the note of the release. Who may release what the gateway decides.
package review
