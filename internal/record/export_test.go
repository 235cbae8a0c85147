package record

// NewWindowOf is NewWindow of another size.
var NewWindowOf = newWindow
