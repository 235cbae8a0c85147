// Package wall is the screen on the wall: a device of its own, which nobody is signed in at, and the page on which it is
// paired and removed.
//
//	/wall           on the device: a code to read aloud, until somebody has typed it; from then on the wall
//	/admin/screens  for an operator and the head of the desk: which screens there are, pair one, remove one
//
// The device's page asks for itself again every three seconds, whatever it shows, so that it becomes the wall, ends it, and
// comes back after a restart of the gateway without a hand. A question that is not answered leaves the picture as it was; what
// is older than ten seconds is grey, with its time (wall.js).
package wall
