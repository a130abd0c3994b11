/*
 * exchange.c - from a request to the last byte of its reply.
 */
#include "serve/exchange.h"

#include <string.h>

#include "loop/journal.h"
#include "loop/loop.h"
#include "serve/accesslog.h"

static void on_name_found(int fd, short revents, void *state);
static void on_no_answer(int fd, short revents, void *state);
static void on_body_over(int fd, short revents, void *state);

static bool refuse(struct exchange *exchange, int status);

struct exchange *exchange_new(
	struct server *server, int socket, const struct sys_peer *peer)
{
	struct exchange *exchange = pool_take_raw(&server->exchanges);

	if (!exchange)
		return NULL;
	/* All but the two large arrays behind it. */
	memset(exchange, 0, offsetof(struct exchange, path));
	exchange->server = server;
	exchange->socket = socket;
	exchange->peer = peer;
	return exchange;
}

void exchange_free(struct exchange *exchange)
{
	store_forget(&exchange->lookup);
	body_end(&exchange->body);
	pool_give(&exchange->server->exchanges, exchange);
}

/* ---- the end ---- */

static void write_access_line(struct exchange *exchange)
{
	char bytes[JOURNAL_LINE];
	struct buf line = buf_on(bytes, sizeof bytes);
	uint64_t sent = exchange->body.sent;

	if (!exchange->server->setup.access_log)
		return;
	access_write(&line, &(struct access){.peer = exchange->peer,
				    .date = server_clf_date(exchange->server),
				    .request = &exchange->request,
				    .status = exchange->reply.status,
				    .sent = sent > exchange->head_len
						    ? sent - exchange->head_len
						    : 0});
	journal_access(buf_slice_of(&line));
}

static enum exchange_outcome outcome_of(const struct exchange *exchange)
{
	switch (exchange->body.outcome) {
	case BODY_SENT:
		return exchange->reply.close ? EXCHANGE_CLOSE : EXCHANGE_OVER;
	case BODY_GONE:
		return EXCHANGE_GONE;
	default:
		return EXCHANGE_RESET;
	}
}

/* Always true: it is over. */
static bool end(struct exchange *exchange)
{
	exchange->outcome = outcome_of(exchange);
	body_end(&exchange->body);
	write_access_line(exchange);
	return true;
}

static void resume_user(struct exchange *exchange)
{
	cont_save(exchange->socket, 0, WITHIN_NOW, exchange->next);
}

/* ---- the name ---- */

static bool decide(struct exchange *exchange);

static bool look_up(struct exchange *exchange)
{
	struct lookup *lookup = &exchange->lookup;

	lookup->fd = exchange->socket;
	lookup->next = then(on_name_found, exchange);
	exchange->tries++;
	if (store_find(exchange->server->store, exchange->uri.path,
		    exchange->uri.slash, lookup))
		return decide(exchange);
	cont_save(exchange->socket, 0, WITHIN_HELPER,
		then(on_no_answer, exchange));
	return false;
}

/* ---- the reply ---- */

static bool is_body_over(struct exchange *exchange)
{
	struct body *body = &exchange->body;

	/* Not a byte left yet, so the client need not know. */
	if (body->sent > 0)
		return end(exchange);
	switch (body->outcome) {
	case BODY_CHANGED:
		body_end(body);
		if (exchange->tries < EXCHANGE_TRIES)
			return look_up(exchange);
		return refuse(exchange, 503);
	case BODY_FAILED:
		body_end(body);
		return refuse(exchange, 500);
	case BODY_SHORTAGE:
		body_end(body);
		server_shrink(exchange->server);
		return refuse(exchange, 503);
	default:
		return end(exchange);
	}
}

static bool send_reply(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	struct body *body = &exchange->body;
	struct buf head = buf_on(exchange->head, sizeof exchange->head);

	exchange->head_len = reply_write(reply, &exchange->request,
		server_date(exchange->server), &head);
	/* A Location too long to be written. */
	if (head.full)
		return refuse(exchange, 414);
	body_init(body, exchange->socket, exchange->server->setup.send_timeout);
	if (reply->has_file && exchange->request.method == METHOD_GET)
		body_file(body, exchange->lookup.file, (off_t)reply->first,
			reply->len);
	store_forget(&exchange->lookup);
	if (body_send(body, buf_slice_of(&head), then(on_body_over, exchange)))
		return is_body_over(exchange);
	return false;
}

static bool refuse(struct exchange *exchange, int status)
{
	bool close = exchange->reply.close;

	reply_refuse(&exchange->reply, status);
	exchange->reply.close = close;
	return send_reply(exchange);
}

static bool decide(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	bool close = reply->close;

	reply_decide(reply, &exchange->request, &exchange->uri,
		&exchange->lookup.found, exchange->server->setup.site,
		loop_date());
	reply->close = close || exchange->server->draining;
	return send_reply(exchange);
}

/* ---- the beginning ---- */

static int status_of_method(enum method method)
{
	switch (method) {
	case METHOD_GET:
	case METHOD_HEAD:
		return 0;
	case METHOD_OPTIONS:
		return 204;
	case METHOD_OTHER:
		return 405;
	default:
		return 501;
	}
}

/* What can be answered without looking at a file; 0: nothing. */
static int status_of_request(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct buf path = buf_on(exchange->path, sizeof exchange->path);
	int status = status_of_method(request->method);

	if (status == 0)
		status = uri_parse(request->target, &path, &exchange->uri);
	if (status == 0 &&
		site_hides(exchange->server->setup.site, exchange->uri.path))
		status = 404;
	return status;
}

bool exchange_start(struct exchange *exchange, const struct request *request,
	int status, bool close, struct cont next)
{
	exchange->request = *request;
	exchange->next = next;
	exchange->reply.close = close;
	if (status == 0)
		status = status_of_request(exchange);
	if (status != 0)
		return refuse(exchange, status);
	return look_up(exchange);
}

/* ---- what it waits for ---- */

static void on_name_found(int fd, short revents, void *state)
{
	struct exchange *exchange = state;

	(void)fd;
	(void)revents;
	if (decide(exchange))
		resume_user(exchange);
}

static void on_no_answer(int fd, short revents, void *state)
{
	struct exchange *exchange = state;

	(void)fd;
	store_forget(&exchange->lookup);
	if (revents == 0) {
		if (refuse(exchange, 503))
			resume_user(exchange);
		return;
	}
	exchange->reply.status = 499;
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
