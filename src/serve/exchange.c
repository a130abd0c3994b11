/*
 * exchange.c - from a request to the last byte of its reply.
 */
#include "serve/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "loop/journal.h"
#include "loop/loop.h"
#include "serve/accesslog.h"

static void on_name_found(int fd, short revents, void *state);
static void on_no_answer(int fd, short revents, void *state);
static void on_body_over(int fd, short revents, void *state);

static bool choose(struct exchange *exchange);
static bool refuse(struct exchange *exchange, int status);
static bool fail(struct exchange *exchange, int status);

struct exchange *exchange_new(
	struct server *server, int socket, const struct sys_peer *peer)
{
	struct exchange *exchange = pool_take(&server->exchanges);

	if (!exchange)
		return NULL;
	exchange->workspace = workspace_take(server);
	if (!exchange->workspace) {
		pool_give(&server->exchanges, exchange);
		return NULL;
	}
	exchange->server = server;
	exchange->socket = socket;
	exchange->peer = peer;
	return exchange;
}

/* Drops everything that the last attempt to answer held. */
static void let_go(struct exchange *exchange)
{
	if (exchange->workspace)
		workspace_clear(exchange->workspace);
	body_end(&exchange->body);
	parts_free(exchange->parts);
	exchange->parts = NULL;
}

void exchange_free(struct exchange *exchange)
{
	let_go(exchange);
	workspace_give(exchange->server, exchange->workspace);
	free(exchange->kept);
	pool_give(&exchange->server->exchanges, exchange);
}

/* ---- the end ---- */

static struct access_text text_of(const struct exchange *exchange)
{
	struct request request;

	if (exchange->workspace)
		return access_text_of(&exchange->workspace->request);
	kept_read(exchange->kept, &request);
	return access_text_of(&request);
}

void exchange_log(struct exchange *exchange)
{
	uint64_t sent = exchange->body.sent;

	if (!exchange->server->setup.access_log)
		return;
	access_log(&(struct access){.peer = exchange->peer,
		.date = server_clf_date(exchange->server),
		.text = text_of(exchange),
		.status = exchange->status,
		.sent = sent > exchange->head_len ? sent - exchange->head_len
						  : 0});
}

static enum exchange_outcome outcome_of(const struct exchange *exchange)
{
	switch (exchange->body.outcome) {
	case BODY_SENT:
		return exchange->close ? EXCHANGE_CLOSE : EXCHANGE_OVER;
	case BODY_GONE:
		return EXCHANGE_GONE;
	default:
		return EXCHANGE_RESET;
	}
}

/* Ends the exchange. Always returns true. */
static bool end(struct exchange *exchange)
{
	exchange->outcome = outcome_of(exchange);
	if (exchange->outcome == EXCHANGE_RESET)
		reason_say_cut(&exchange->server->reasons,
			reason_of_body(exchange->body.outcome),
			text_of(exchange).line, exchange->body.sent);
	let_go(exchange);
	exchange_log(exchange);
	return true;
}

/* There is no memory to answer anew. Always returns true. */
static bool give_up(struct exchange *exchange)
{
	exchange->outcome = EXCHANGE_BUSY;
	exchange->status = 503;
	exchange_log(exchange);
	return true;
}

static void resume_user(struct exchange *exchange)
{
	cont_save(exchange->socket, 0, WITHIN_NOW, exchange->next);
}

/* ---- giving the workspace back ---- */

/* The body waits: gives the workspace back. Keeps it if there is no memory to
 * copy the request and the head. */
static void get_small(struct exchange *exchange)
{
	struct kept *kept = NULL;

	if (exchange->body.file)
		kept = kept_new(exchange->workspace, exchange->head_len);
	if (!kept)
		return;
	body_move_head(&exchange->body, kept->reply);
	workspace_give(exchange->server, exchange->workspace);
	exchange->workspace = NULL;
	free(exchange->kept);
	exchange->kept = kept;
}

/* ---- the body ---- */

static bool is_body_over(struct exchange *exchange)
{
	enum body_outcome outcome = exchange->body.outcome;

	/* If no byte was sent yet another response can be sent. */
	if (exchange->body.sent > 0 || outcome == BODY_SENT ||
		outcome == BODY_GONE || outcome == BODY_SLOW)
		return end(exchange);
	let_go(exchange);
	if (outcome == BODY_SHORTAGE)
		server_shrink(exchange->server);
	if (!exchange->workspace)
		exchange->workspace =
			workspace_take_again(exchange->server, exchange->kept);
	if (!exchange->workspace)
		return give_up(exchange);
	if (outcome == BODY_CHANGED && exchange->tries < EXCHANGE_TRIES)
		return choose(exchange);
	/* An error page could not be read: the status stays the same. */
	if (exchange->status >= REPLY_ERRORS)
		return refuse(exchange, exchange->status);
	return fail(exchange, outcome == BODY_FAILED ? 500 : 503);
}

static void add_file(struct exchange *exchange)
{
	const struct workspace *workspace = exchange->workspace;
	const struct reply *reply = &workspace->reply;
	const struct piece *pieces = &exchange->piece;
	size_t count = 1;

	if (exchange->parts)
		pieces = parts_pieces(exchange->parts, &count);
	exchange->piece =
		(struct piece){.offset = reply->first, .len = reply->len};
	body_add(&exchange->body, workspace->chooser.file, pieces, count);
}

static struct buf write_head(struct exchange *exchange, const struct site *site)
{
	return workspace_write(exchange->workspace, site,
		server_date(exchange->server), &exchange->head_len);
}

/* The fields of the site's rules do not fit: answers 500 without them, as they
 * would not fit there either. */
static struct buf write_bare_head(struct exchange *exchange)
{
	static const struct site no_rules;
	struct reply *reply = &exchange->workspace->reply;

	reply_refuse(reply, 500);
	reply->close = exchange->close;
	return write_head(exchange, &no_rules);
}

static bool send_reply(struct exchange *exchange)
{
	struct workspace *workspace = exchange->workspace;
	struct reply *reply = &workspace->reply;
	struct server *server = exchange->server;
	struct buf head;

	reply->close = exchange->close;
	head = write_head(exchange, server->setup.site);

	/* The Location is too long. */
	if (head.full && reply->location.len > 0)
		return refuse(exchange, 414);
	if (head.full)
		head = write_bare_head(exchange);
	exchange->status = reply->status;
	body_init(
		&exchange->body, exchange->socket, server->setup.send_timeout);
	if (reply->body != REPLY_PAGE && reply->len > 0 &&
		workspace->request.method != METHOD_HEAD)
		add_file(exchange);
	if (body_send(&exchange->body, buf_slice_of(&head),
		    then(on_body_over, exchange)))
		return is_body_over(exchange);
	get_small(exchange);
	return false;
}

/* ---- the reply ---- */

static bool refuse(struct exchange *exchange, int status)
{
	workspace_refuse(exchange->workspace, status, exchange->size);
	return send_reply(exchange);
}

/* Several parts need memory; without it the whole file is sent. */
static void make_parts(struct exchange *exchange, const struct range *ranges)
{
	struct reply *reply = &exchange->workspace->reply;

	exchange->parts = parts_new(reply, ranges);
	if (exchange->parts)
		return;
	reply->status = 200;
	reply->body = REPLY_FILE;
	reply->len = reply->size;
}

/* The decision may be an error too, 412 or 416, which may have a page of the
 * site. */
static bool send_chosen(struct exchange *exchange)
{
	struct workspace *workspace = exchange->workspace;
	const struct reply *reply = &workspace->reply;
	struct range ranges[RANGE_MAX];

	exchange->close |= exchange->server->draining;
	workspace_decide(workspace, exchange->server->setup.site, loop_date(),
		exchange->size, ranges);
	if (reply->body == REPLY_PARTS)
		make_parts(exchange, ranges);
	if (reply->status < REPLY_ERRORS || reply->body == REPLY_ERROR)
		return send_reply(exchange);
	exchange->size = reply->size;
	return fail(exchange, reply->status);
}

/* ---- the name ---- */

static bool take_step(struct exchange *exchange, enum choose_step step)
{
	struct chooser *chooser = &exchange->workspace->chooser;
	struct lookup *lookup = &exchange->workspace->lookup;

	while (step == CHOOSE_LOOK_UP) {
		lookup->fd = exchange->socket;
		lookup->next = then(on_name_found, exchange);
		if (!store_find(exchange->server->store, chooser->path,
			    chooser->flags, lookup)) {
			cont_save(exchange->socket, 0, WITHIN_HELPER,
				then(on_no_answer, exchange));
			return false;
		}
		step = choose_next(chooser, lookup);
		store_forget(lookup);
	}
	if (step == CHOOSE_SEND)
		return send_chosen(exchange);
	if (step == CHOOSE_REDIRECT) {
		workspace_redirect(exchange->workspace);
		return send_reply(exchange);
	}
	return chooser->status == 503 ? fail(exchange, 503)
				      : refuse(exchange, chooser->status);
}

/* Answers with an error, and with the site's page for it if there is one. For
 * 503 nothing is looked up: see serve/busy.h. */
static bool fail(struct exchange *exchange, int status)
{
	struct server *server = exchange->server;
	const struct site *site = server->setup.site;
	struct chooser *chooser = &exchange->workspace->chooser;
	struct file *page;

	if (status != 503)
		return take_step(exchange, choose_error(chooser, site, status));
	page = busy_page(&server->busy);
	if (!page)
		return refuse(exchange, 503);
	choose_open_page(chooser, site, 503, page);
	return send_chosen(exchange);
}

static bool choose(struct exchange *exchange)
{
	struct workspace *workspace = exchange->workspace;
	int status = reply_status_of_method(workspace->request.method);

	exchange->tries++;
	if (status != 0)
		return fail(exchange, status);
	return take_step(exchange,
		choose_begin(&workspace->chooser, &workspace->request,
			&workspace->uri, exchange->server->setup.site));
}

static void on_name_found(int fd, short revents, void *state)
{
	struct exchange *exchange = state;
	struct workspace *workspace = exchange->workspace;
	enum choose_step step =
		choose_next(&workspace->chooser, &workspace->lookup);

	(void)fd;
	(void)revents;
	store_forget(&workspace->lookup);
	if (take_step(exchange, step))
		resume_user(exchange);
}

static void on_no_answer(int fd, short revents, void *state)
{
	struct exchange *exchange = state;

	(void)fd;
	let_go(exchange);
	if (revents == 0) {
		const struct chooser *chooser = &exchange->workspace->chooser;

		if (chooser->stage == CHOOSE_ERROR
				? refuse(exchange, chooser->status)
				: fail(exchange, 503))
			resume_user(exchange);
		return;
	}
	exchange->status = 499;
	exchange->body.outcome = BODY_GONE;
	end(exchange);
	resume_user(exchange);
}

static void on_body_over(int fd, short revents, void *state)
{
	struct exchange *exchange = state;

	(void)fd;
	(void)revents;
	if (is_body_over(exchange))
		resume_user(exchange);
}

/* ---- the beginning ---- */

bool exchange_start(struct exchange *exchange, const struct request *request,
	int status, bool close, struct cont next)
{
	struct workspace *workspace = exchange->workspace;
	struct buf path = buf_on(workspace->path, sizeof workspace->path);
	int method;

	workspace->request = *request;
	exchange->next = next;
	exchange->close = close;
	if (status != 0)
		return refuse(exchange, status);
	status = uri_parse(request->target, &path, &workspace->uri);
	if (status == 0)
		return choose(exchange);
	/* The target of other methods need not be a path: "*" is none. */
	method = reply_status_of_method(request->method);
	return refuse(exchange, method != 0 ? method : status);
}
