/*
 * client.c - reading requests one after the other, and taking leave.
 */
#include "serve/client.h"

#include <errno.h>
#include <string.h>

#include "base/bug.h"
#include "http/content.h"
#include "loop/loop.h"
#include "serve/exchange.h"

/* The bytes of the request that is being read, and of what came behind it. */
struct input {
	size_t len;
	size_t seen; /* request_parse's memory */
	char bytes[REQUEST_HEAD_MAX];
};

struct client {
	struct server *server;
	struct client *prev, *behind; /* in the server's list */
	struct input *input;          /* NULL while there are no bytes */
	struct exchange *exchange;    /* NULL while nothing is answered */
	int fd;
	struct sys_peer peer;
	bool fresh;   /* has not asked for anything yet */
	bool timed;   /* the deadline of a head is running */
	bool suspect; /* more may come that nobody will read */
	bool leaving;
	int share;     /* requests that it may still ask in this turn: */
	uint64_t turn; /* this one */
	size_t used;   /* bytes of the input that are this request's head */
	size_t linger; /* bytes read after our good-bye */
	struct content content;
};

static void on_request_bytes(int fd, short revents, void *state);
static void on_next_request(int fd, short revents, void *state);
static void on_exchange_over(int fd, short revents, void *state);
static void on_content_bytes(int fd, short revents, void *state);
static void on_linger_bytes(int fd, short revents, void *state);

void client_pools(struct server *server)
{
	size_t most = server->clients_max;

	pool_init(&server->clients_pool, sizeof(struct client), SIZE_MAX);
	pool_init(&server->inputs, sizeof(struct input), most);
	pool_init(&server->exchanges, sizeof(struct exchange), most);
}

/* ---- coming and going ---- */

static struct client *enlist(
	struct server *server, int fd, const struct sys_peer *peer)
{
	struct client *client = pool_take(&server->clients_pool);

	if (!client) {
		cont_close(fd);
		return NULL;
	}
	client->server = server;
	client->fd = fd;
	client->peer = *peer;
	client->fresh = true;
	client->behind = server->clients;
	if (client->behind)
		client->behind->prev = client;
	server->clients = client;
	server->clients_count++;
	return client;
}

static void give_input_back(struct client *client)
{
	pool_give(&client->server->inputs, client->input);
	client->input = NULL;
}

static void leave(struct client *client)
{
	struct server *server = client->server;

	give_input_back(client);
	if (client->exchange)
		exchange_free(client->exchange);
	*(client->prev ? &client->prev->behind : &server->clients) =
		client->behind;
	if (client->behind)
		client->behind->prev = client->prev;
	cont_close(client->fd);
	pool_give(&server->clients_pool, client);
	/* The last one switches off the light. */
	if (--server->clients_count == 0 && server->draining)
		loop_stop();
}

/* Closing with bytes unread would reset the connection and could take our last
 * words from the client before it reads them (RFC 9112, 9.6): so we only stop
 * sending, and read on until it stops as well. */
static void say_good_bye(struct client *client)
{
	bool unread =
		client->suspect || (client->input && client->input->len > 0);

	give_input_back(client);
	if (!unread || sys_shutdown(client->fd) < 0) {
		leave(client);
		return;
	}
	client->leaving = true;
	cont_save(client->fd, POLLIN, WITHIN_LINGER,
		then(on_linger_bytes, client));
}

static void on_linger_bytes(int fd, short revents, void *state)
{
	struct client *client = state;
	char bytes[16384];
	ssize_t len;

	if (revents == 0) {
		leave(client);
		return;
	}
	len = sys_recv(fd, bytes, sizeof bytes);
	if (len > 0)
		client->linger += (size_t)len;
	if (len == 0 || (len < 0 && errno != EAGAIN) ||
		client->linger > CLIENT_LINGER_MAX) {
		leave(client);
		return;
	}
	cont_save(fd, POLLIN, WITHIN_SAME, then(on_linger_bytes, client));
}

/* ---- waiting for bytes ---- */

static void await_bytes(struct client *client)
{
	enum within within = WITHIN_IDLE;

	if (client->input && client->input->len == 0)
		give_input_back(client);
	if (!client->input && client->server->draining) {
		leave(client);
		return;
	}
	/* One deadline for a whole head, whatever pieces it comes in. */
	if (client->timed)
		within = WITHIN_SAME;
	else if (client->input || client->fresh)
		within = WITHIN_HEADER;
	client->timed = within != WITHIN_IDLE;
	cont_save(client->fd, POLLIN, within, then(on_request_bytes, client));
}

/* 1: bytes came; 0: none are there now; -1: none will come. */
static int read_bytes(struct client *client)
{
	struct input *input = client->input;
	ssize_t len;

	BUG_UNLESS(input->len < sizeof input->bytes);
	len = sys_recv(client->fd, input->bytes + input->len,
		sizeof input->bytes - input->len);
	if (len > 0)
		input->len += (size_t)len;
	else if (len == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		return -1;
	return len > 0;
}

static void consume(struct client *client, size_t len)
{
	struct input *input = client->input;

	input->len -= len;
	input->seen = 0;
	if (input->len > 0)
		memmove(input->bytes, input->bytes + len, input->len);
}

/* ---- content that nobody reads ---- */

/* True when it is passed over; the client waits or is gone otherwise. */
static bool pass_content(struct client *client)
{
	struct input *input = client->input;
	size_t used;
	int passed = content_skip(
		&client->content, slice_of(input->bytes, input->len), &used);

	consume(client, used);
	if (passed > 0)
		return true;
	if (passed < 0 || client->content.taken > CLIENT_CONTENT_MAX) {
		client->suspect = true;
		say_good_bye(client);
		return false;
	}
	cont_save(client->fd, POLLIN,
		client->timed ? WITHIN_SAME : WITHIN_CONTENT,
		then(on_content_bytes, client));
	client->timed = true;
	return false;
}

/* ---- requests ---- */

/* Whether this must be its client's last request. */
static bool is_last(const struct client *client, const struct request *request)
{
	bool has_content = request->framing != FRAMING_NONE;

	return !request->keep_alive || client->server->draining ||
	       /* It may or may not send the content now (RFC 9110, 10.1.1). */
	       (has_content && request->expects_continue) ||
	       (request->framing == FRAMING_LENGTH &&
		       request->length > CLIENT_CONTENT_MAX);
}

/* Without memory for an exchange: words that are ready. */
static void say_busy(int fd)
{
	static const char words[] = "HTTP/1.1 503 Service Unavailable\r\n"
				    "Content-Length: 0\r\n"
				    "Retry-After: 1\r\n"
				    "Connection: close\r\n\r\n";
	struct iovec piece = {(char *)words, sizeof words - 1};

	(void)sys_send(fd, &piece, 1);
}

static void turn_away(struct client *client)
{
	say_busy(client->fd);
	client->suspect = true;
	say_good_bye(client);
}

/* Begins to answer; true when that is over already. status: 0, or what the
 * request is refused with. */
static bool answer(
	struct client *client, const struct request *request, int status)
{
	bool last = status != 0 || is_last(client, request);

	client->exchange =
		exchange_new(client->server, client->fd, &client->peer);
	if (!client->exchange) {
		turn_away(client);
		return false;
	}
	client->fresh = false;
	client->timed = false;
	client->suspect =
		status != 0 || (last && request->framing != FRAMING_NONE);
	content_init(&client->content, request);
	return exchange_start(client->exchange, request, status, last,
		then(on_exchange_over, client));
}

/* What follows an answer; true: the next request may. */
static bool go_on(struct client *client)
{
	enum exchange_outcome outcome = client->exchange->outcome;

	exchange_free(client->exchange);
	client->exchange = NULL;
	consume(client, client->used);
	switch (outcome) {
	case EXCHANGE_OVER:
		return pass_content(client);
	case EXCHANGE_CLOSE:
		say_good_bye(client);
		return false;
	case EXCHANGE_RESET:
		(void)sys_reset_on_close(client->fd);
		leave(client);
		return false;
	case EXCHANGE_GONE:
		leave(client);
		return false;
	}
	return false;
}

/* A turn may come here more than once: what waits for its end is still it. */
static bool has_share(struct client *client)
{
	if (client->turn != loop_turns())
		client->share = CLIENT_SHARE;
	client->turn = loop_turns();
	return client->share-- > 0;
}

/* Answers what is complete in the input, one after the other. */
static void serve_requests(struct client *client)
{
	while (has_share(client)) {
		struct input *input = client->input;
		struct request request;
		ptrdiff_t len =
			request_parse(slice_of(input->bytes, input->len),
				&input->seen, &request);

		if (len == 0) {
			await_bytes(client);
			return;
		}
		client->used = len > 0 ? (size_t)len : input->len;
		if (!answer(client, &request, len < 0 ? (int)-len : 0) ||
			!go_on(client))
			return;
	}
	cont_save(client->fd, 0, WITHIN_NOW, then(on_next_request, client));
}

/* Takes what has come. */
static void read_requests(struct client *client)
{
	int got;

	if (!client->input) {
		client->input = pool_take_raw(&client->server->inputs);
		if (!client->input) {
			turn_away(client);
			return;
		}
		client->input->len = client->input->seen = 0;
	}
	got = read_bytes(client);
	if (got > 0)
		serve_requests(client);
	else if (got == 0)
		await_bytes(client);
	else
		leave(client);
}

/* A head that did not come in time is told so; silence needs no answer. */
static void end_waiting(struct client *client)
{
	struct request request = {.method = METHOD_UNKNOWN};

	if (!client->input) {
		leave(client);
		return;
	}
	client->used = client->input->len;
	if (answer(client, &request, 408))
		(void)go_on(client);
}

void client_new(struct server *server, int fd, const struct sys_peer *peer)
{
	struct client *client = enlist(server, fd, peer);

	if (client)
		read_requests(client);
}

/* Its descriptor is needed, so nobody lingers for it. But what it has said by
 * now is taken: with that unread the close would be a reset. */
void client_refuse(int fd)
{
	char bytes[REQUEST_HEAD_MAX];

	(void)sys_recv(fd, bytes, sizeof bytes);
	say_busy(fd);
	cont_close(fd);
}

static void on_request_bytes(int fd, short revents, void *state)
{
	(void)fd;
	if (revents == 0)
		end_waiting(state);
	else
		read_requests(state);
}

/* Its share of the last turn is used up; its requests are here already. */
static void on_next_request(int fd, short revents, void *state)
{
	struct client *client = state;

	(void)fd;
	(void)revents;
	if (client->input)
		serve_requests(client);
	else
		read_requests(client);
}

static void on_exchange_over(int fd, short revents, void *state)
{
	struct client *client = state;

	(void)fd;
	(void)revents;
	if (go_on(client))
		serve_requests(client);
}

static void on_content_bytes(int fd, short revents, void *state)
{
	struct client *client = state;
	int got = revents == 0 ? -1 : read_bytes(client);

	(void)fd;
	if (got < 0)
		leave(client);
	else if (pass_content(client)) {
		client->timed = false;
		serve_requests(client);
	}
}

/* ---- the end of the server ---- */

void clients_drain(struct server *server)
{
	struct client *behind;

	for (struct client *client = server->clients; client; client = behind) {
		behind = client->behind;
		if (client->input || client->exchange || client->leaving)
			continue;
		client->timed = false;
		cont_save(client->fd, 0, WITHIN_NOW,
			then(on_next_request, client));
	}
}

void clients_shut(struct server *server)
{
	while (server->clients)
		leave(server->clients);
}
