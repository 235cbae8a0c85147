package demo

import "strconv"

// deskUnit is the desk's own unit, to which the tasks of outside agencies belong.
const deskUnit = "A1K1"

// Actor is somebody with a key.
type Actor struct {
	role, code string
}

func partner(code string) Actor { return Actor{"partner", code} }
func unit(code string) Actor    { return Actor{"unit", code} }
func leadOf(code string) Actor  { return Actor{"lead of unit", code} }
func desk(n int) Actor          { return Actor{"desk", strconv.Itoa(n)} }
func lead() Actor               { return Actor{role: "lead"} }
func keeper() Actor             { return Actor{role: "keeper"} }
func supervisor() Actor         { return Actor{role: "supervisor"} }
func auditor() Actor            { return Actor{role: "auditor"} }

// String names the actor on a terminal: "unit 03".
func (a Actor) String() string {
	if a.code == "" {
		return a.role
	}
	return a.role + " " + a.code
}

// unit is the code of the unit whose tasks the actor works on.
func (a Actor) unit() string {
	switch a.role {
	case "unit", "lead of unit":
		return a.code
	case "desk":
		return deskUnit
	}
	return ""
}
