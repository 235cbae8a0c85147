// Package site is what all pages share: who visits, how a page is rendered, how it calls the gateway, how an error is
// shown, what a browser loads beside it.
//
// Pages are a client of the contract like any other. A handler asks the REST edge, in the same process and with the
// visitor's own cookie (inside.go), and shows what it answers; what REST does not tell a person no page can show, what it
// refuses no page can do, and allowances, versions, idempotency keys and the log are the same for both. No rule lives in
// a handler or a template.
//
//	GET   ask the contract, make a view of what it says, show a template
//	POST  make a body of a form, send it under the form's own key, go to the page that shows what has become of it; a
//	      refusal shows the form again, with what was typed, the reason and what is possible instead; so does the end of a
//	      session (over.go). What was typed into a form that is not offered any more stands under the reason, to be copied:
//	      ShowAs sees to it on every page that shows a Trouble. The focus is on the reason ("begins"), where a page has another in
//	      place of a Trouble on that
//
// A group of pages is a package of its own below web: its handlers, its templates (*.html), its texts (text.vi.json,
// text.en.json) and what it needs in the browser (assets/). Its Group says what it serves. Everything works without
// scripts; with them parts of a page are replaced as they change.
//
// What changes while somebody looks is told by a stream of the contract, which has no content (streamRequest, streamTask,
// streamQueue): the page then loads the part again, as any reader would. Once in the page, outside of all that is replaced,
// stands what listens; each part says that it reloads, and has the id by which it is found in the answer:
//
//	{{template "live" "/v1/units/03/queue/events"}}
//	<section id="queue" {{template "reloads" (pair "Path" .Path "ID" "queue")}}> … </section>
//
// What a page reads by itself counts as nobody's activity (the header Verigate-Unattended), so that a session is over when
// its person has gone. The first event comes at once, so that nothing is lost between the page and its stream; a part that
// could not be loaded is asked for until it is there. A part keeps what is focused and typed in it; of what is gone the
// focus goes to what is next to it. Without scripts nothing listens, and the page is as old as it is. While the line, the
// stream or a part is away the frame says so; a page with a line of its own tells it by the events verigate:away and
// verigate:back at the document. A part that is answered 204 is as
// it was. One that is answered 401 says that the session is over: the page says so, covers what it shows but for the form in
// which somebody is or has typed, and asks for nothing until its person comes back to it; a page that asks by a script of its
// own says so by verigate:over, and is told by verigate:ended and verigate:resumed (app.js). A whole page that is not to be had at present (503) asks for itself again, and opens when it is.
//
// Who may be on call as second reviewer, or on duty as keeper, has the alarm on every page (alarm.go): a part that asks
// again by itself, says that something waits and since when, and sounds until it is opened. When the session is over under an
// open page it says that, and where to sign in; what sounded by then sounds on.
//
// A page loads nothing from elsewhere and runs nothing that stands in it: styles and scripts are files under the name of
// their content. Files are sent compressed, pages are not: the length of a compressed page tells of its content.
package site
