// Package admin is what the owner of the machine asks of a data directory: what each act says and what comes of it (Service),
// and how both travel over the socket admin.sock in that directory to the gateway that runs over it. The socket is this
// user's and root's alone; who of them acts is proved by a Credential, where that matters.
//
// app answers (Handler), cli asks: a running gateway (Running), or the parts that app opens for one command.
package admin
