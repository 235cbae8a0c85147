package admin

// Credential proves who gives an act of administration. Whoever may open the socket is the machine's owner, and the
// socket cannot tell one such person from another: what makes a second person of two acts is that each is proved by a
// credential that only that person has. The zero value is the console, which is nobody.
type Credential struct {
	Key      string `json:"key,omitempty"`
	Name     string `json:"name,omitempty"` // of a local account
	Password string `json:"password,omitempty"`
	Code     string `json:"code,omitempty"`
}
