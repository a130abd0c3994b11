/*
 * client.c - reads requests, one after the other, and has them answered.
 */
#include "serve/client.h"

#include <errno.h>

#include "loop/loop.h"
#include "serve/closing.h"
#include "serve/ready.h"
#include "serve/room.h"

static void on_request_bytes(int fd, short revents, void *state);
static void on_next_request(int fd, short revents, void *state);
static void on_exchange_over(int fd, short revents, void *state);
static void on_room(int fd, short revents, void *state);
static void on_content_bytes(int fd, short revents, void *state);
static void serve_requests(struct client *client);

/* ---- waiting for bytes ---- */

/* An empty line after a request does not extend the idle time. */
static void await_bytes(struct client *client)
{
	bool has_begun =
		client->fresh || (client->input && input_begins(client->input));
	enum within within = has_begun ? WITHIN_HEADER : WITHIN_IDLE;

	if (client->input && client->input->len == 0)
		client_give_input_back(client);
	if (client->server->draining && (!client->input || !has_begun)) {
		client_leave(client, REASON_DRAIN);
		return;
	}
	/* One deadline for a whole head, whatever pieces it comes in. */
	if (has_begun ? client->timed : client->idles)
		within = WITHIN_SAME;
	client->timed = has_begun;
	client->idles = !has_begun;
	cont_save(client->fd, POLLIN, within, then(on_request_bytes, client));
}

/* As input_read; sets the reason if the connection has ended. */
static int read_bytes(struct client *client)
{
	int got = input_read(client->input, client->fd);

	if (got < 0)
		client->reason =
			errno == 0 ? REASON_CLIENT_CLOSED : REASON_CLIENT_RESET;
	return got;
}

/* ---- content, which is discarded ---- */

/* Discards content. True at its end; else the client waits or was closed. */
static bool pass_content(struct client *client)
{
	size_t used;
	int passed = content_skip(
		&client->content, input_slice(client->input), &used);

	input_consume(client->input, used);
	if (passed > 0) {
		client->content.framing = FRAMING_NONE;
		return true;
	}
	if (passed < 0 || client->content.taken > CLIENT_CONTENT_MAX) {
		client->suspect = true;
		client_finish(client, REASON_CONTENT_REFUSED);
		return false;
	}
	cont_save(client->fd, POLLIN,
		client->timed ? WITHIN_SAME : WITHIN_CONTENT,
		then(on_content_bytes, client));
	client->timed = true;
	return false;
}

static void on_content_bytes(int fd, short revents, void *state)
{
	struct client *client = state;
	int got = revents == 0 ? -1 : read_bytes(client);

	(void)fd;
	if (got < 0) {
		client_leave(client,
			revents == 0 ? REASON_CONTENT_TIMEOUT : client->reason);
	} else if (pass_content(client)) {
		client->timed = false;
		serve_requests(client);
	}
}

/* ---- answers by an exchange ---- */

/* Whether this must be its client's last request. */
static bool is_last(const struct client *client, const struct request *request)
{
	bool has_content = request->framing != FRAMING_NONE;

	return !request->keep_alive || client->server->draining ||
	       /* Without a 100 it may send the content or not (10.1.1). */
	       (has_content && request->expects_continue) ||
	       (request->framing == FRAMING_LENGTH &&
		       request->length > CLIENT_CONTENT_MAX);
}

/* The bytes of the request are not needed any more; gives their memory back if
 * no other bytes are in it. */
static void let_go_of_request(struct client *client)
{
	if (!client->input)
		return;
	input_consume(client->input, client->used);
	client->used = 0;
	if (client->input->len == 0 && client->content.framing == FRAMING_NONE)
		client_give_input_back(client);
}

/* Begins to answer; true when that is over already. status: 0, or the status to
 * refuse it with. */
static bool answer(
	struct client *client, const struct request *request, int status)
{
	bool last = status != 0 || is_last(client, request);
	struct exchange *exchange = room_for_exchange(client);

	if (!exchange) /* and perhaps no client any more */
		return false;
	client->exchange = exchange;
	client->fresh = client->timed = client->idles = false;
	client_note_end(client, request, status);
	content_init(&client->content, request);
	if (exchange_start(exchange, request, status, last,
		    then(on_exchange_over, client)))
		return true;
	if (exchange_is_small(exchange))
		let_go_of_request(client);
	return false;
}

/* Continues after a response. True: serve the next request. */
static bool go_on(struct client *client)
{
	enum exchange_outcome outcome = client->exchange->outcome;
	enum reason broke = reason_of_body(client->exchange->body.outcome);

	client->suspect |= client->exchange->body.sent > CLOSING_SMALL;
	exchange_free(client->exchange);
	client->exchange = NULL;
	if (client->input)
		input_consume(client->input, client->used);
	switch (outcome) {
	case EXCHANGE_OVER:
		if (client->input)
			return pass_content(client);
		await_bytes(client);
		return false;
	case EXCHANGE_CLOSE:
		client_finish(client, client->reason);
		return false;
	case EXCHANGE_RESET:
		client_cut_off(client, broke);
		return false;
	case EXCHANGE_BUSY:
		client_turn_away(client, REASON_NO_MEMORY);
		return false;
	case EXCHANGE_GONE:
		client_leave(client, REASON_CLIENT_RESET);
		break;
	}
	return false;
}

static void on_exchange_over(int fd, short revents, void *state)
{
	struct client *client = state;

	(void)fd;
	(void)revents;
	client->waited = true;
	if (go_on(client))
		serve_requests(client);
}

/* ---- responses that are ready ---- */

static void await_room(struct client *client)
{
	cont_save(client->fd, POLLOUT, WITHIN_SEND, then(on_room, client));
}

/* True when all is sent; else the client waits for room or was closed. */
static bool send_batch(struct client *client, struct batch *batch)
{
	struct server *server = client->server;
	size_t sent;
	enum batch_outcome outcome = batch_send(batch, client->fd, &sent);

	client->suspect |= client->last && sent > CLOSING_SMALL;
	if (outcome == BATCH_SENT)
		return true;
	if (outcome == BATCH_WAITS)
		client->backlog = backlog_new(
			&server->backlogs, batch, server->setup.send_timeout);
	if (client->backlog) {
		await_room(client);
		return false;
	}
	batch_end(batch);
	client_cut_off(client, outcome == BATCH_WAITS ? REASON_NO_MEMORY
						      : REASON_CLIENT_RESET);
	return false;
}

static void on_room(int fd, short revents, void *state)
{
	struct client *client = state;
	/* Tried at a timeout too: see on_writable in files/body.c. */
	enum batch_outcome outcome = backlog_send(client->backlog, fd);

	(void)revents;
	if (outcome == BATCH_BROKEN || outcome == BATCH_SLOW) {
		client_cut_off(client, outcome == BATCH_SLOW
					       ? REASON_SLOW
					       : REASON_CLIENT_RESET);
	} else if (outcome == BATCH_WAITS) {
		await_room(client);
	} else {
		backlog_free(&client->server->backlogs, client->backlog);
		client->backlog = NULL;
		client->waited = client->suspect = true;
		if (client->last)
			client_finish(client, client->reason);
		else
			serve_requests(client);
	}
}

/* ---- requests ---- */

/* Several runs of serve_requests() in a turn (WITHIN_NOW) use one share. */
static bool has_share(struct client *client)
{
	uint64_t turn = loop_turns();

	if (client->turn != turn)
		client->share = CLIENT_SHARE;
	client->turn = turn;
	return client->share-- > 0;
}

/* Adds the response to a request to the batch, if it is ready. */
static bool answer_at_once(struct client *client, const struct request *request,
	struct batch *batch)
{
	bool last = is_last(client, request);

	if (!ready_add(client->server, &client->peer, request, last, batch))
		return false;
	client->last = batch->last = last;
	client_note_end(client, request, 0);
	client->fresh = client->timed = client->idles = false;
	return true;
}

/* Answers the complete requests in the input, in order. Ready responses are
 * collected, and sent before an exchange begins or at the end. */
static void serve_requests(struct client *client)
{
	struct input *input = client->input;
	char text[BATCH_TEXT];
	struct batch batch;
	struct request request;
	ptrdiff_t len = 1;

	batch_init(&batch, text, sizeof text);
	while (!client->last && input->len > 0 && has_share(client)) {
		if (batch_is_full(&batch) && !send_batch(client, &batch))
			return;
		len = input_parse(input, &client->server->setup.head, &request);
		/* If it has to wait it is parsed again, from its start. */
		if (len != 0)
			input->seen = 0;
		if (len > 0 && answer_at_once(client, &request, &batch)) {
			input_consume(input, (size_t)len);
			continue;
		}
		if (!send_batch(client, &batch))
			return;
		if (len == 0)
			break;
		client->used = len > 0 ? (size_t)len : input->len;
		if (!answer(client, &request, len < 0 ? (int)-len : 0) ||
			!go_on(client))
			return;
	}
	if (!send_batch(client, &batch))
		return;
	if (client->last)
		client_finish(client, client->reason);
	else if (len == 0 || input->len == 0)
		await_bytes(client);
	else
		cont_save(client->fd, 0, WITHIN_NOW,
			then(on_next_request, client));
}

/* Reads and answers requests. If no bytes are there the client is closed with
 * the reason `silent`; REASON_NONE: it may wait. */
static void read_requests(struct client *client, enum reason silent)
{
	int got;

	if (!client->input && !room_for_input(client))
		return;
	got = read_bytes(client);
	if (got > 0)
		serve_requests(client);
	else if (got == 0 && silent == REASON_NONE)
		await_bytes(client);
	else
		client_leave(client, got < 0 ? client->reason : silent);
}

void client_ask_last(struct client *client, enum reason reason)
{
	read_requests(client, reason);
}

/* The deadline has passed. A part of a head is answered with 408. If none had
 * begun, reads once more: bytes that came in this turn get a new deadline. */
static void end_waiting(struct client *client)
{
	struct request request = {.method = METHOD_UNKNOWN};

	if (!client->input || client->idles) {
		client->timed = client->idles = false;
		read_requests(client,
			client->fresh ? REASON_HEADER_TIMEOUT : REASON_IDLE);
		return;
	}
	client->used = client->input->len;
	if (answer(client, &request, 408))
		(void)go_on(client);
}

static void on_request_bytes(int fd, short revents, void *state)
{
	(void)fd;
	if (revents == 0)
		end_waiting(state);
	else
		read_requests(state, REASON_NONE);
}

/* Its share of a turn was used up; goes on with requests that are in its input.
 * Also reads once more from idle clients (clients_drain). */
static void on_next_request(int fd, short revents, void *state)
{
	struct client *client = state;

	(void)fd;
	(void)revents;
	if (client->input)
		serve_requests(client);
	else
		read_requests(client, REASON_NONE);
}

/* ---- client.h ---- */

void client_new(struct server *server, int fd, const struct sys_peer *peer)
{
	struct client *client = client_enlist(server, fd, peer);

	if (client)
		read_requests(client, REASON_NONE);
}

void clients_drain(struct server *server)
{
	struct client *behind;

	for (struct client *client = server->clients; client; client = behind) {
		behind = client->behind;
		if (client->exchange || client->leaving)
			continue;
		if (client->content.framing != FRAMING_NONE) {
			client_finish(client, REASON_DRAIN);
			continue;
		}
		if (client->input && !client->idles)
			continue;
		client->timed = client->idles = false;
		cont_save(client->fd, 0, WITHIN_NOW,
			then(on_next_request, client));
	}
}
