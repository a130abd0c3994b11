/*
 * closing.c - the list of clients, and how they are closed.
 */
#include "serve/closing.h"

#include <errno.h>

#include "loop/loop.h"

static void on_linger_bytes(int fd, short revents, void *state);

struct client *client_enlist(
	struct server *server, int fd, const struct sys_peer *peer)
{
	struct client *client = pool_take(&server->clients_pool);

	if (client)
		client->address = address_enter(&server->addresses, peer);
	if (!client || !client->address) {
		pool_give(&server->clients_pool, client);
		client_refuse(server, fd, peer, REASON_NO_MEMORY);
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

void client_give_input_back(struct client *client)
{
	pool_give(&client->server->inputs, client->input);
	client->input = NULL;
}

void client_leave(struct client *client, enum reason reason)
{
	struct server *server = client->server;

	reason_count(&server->reasons, reason, &client->peer);
	address_leave(&server->addresses, client->address);
	client_give_input_back(client);
	if (client->exchange)
		exchange_free(client->exchange);
	backlog_free(&server->backlogs, client->backlog);
	*(client->prev ? &client->prev->behind : &server->clients) =
		client->behind;
	if (client->behind)
		client->behind->prev = client->prev;
	cont_close(client->fd);
	pool_give(&server->clients_pool, client);
	/* The last client of a draining worker ends the loop. */
	if (--server->clients_count == 0 && server->draining)
		loop_stop();
}

void clients_shut(struct server *server)
{
	for (struct client *client; (client = server->clients) != NULL;) {
		if (client->exchange && client->exchange->body.sent > 0)
			exchange_log(client->exchange);
		if (client->exchange || client->backlog)
			client_cut_off(client, REASON_DRAIN);
		else
			client_leave(client, REASON_DRAIN);
	}
}

static enum reason reason_of_last(const struct client *client, int status)
{
	if (status != 0)
		return status == 408 ? REASON_HEADER_TIMEOUT : REASON_PROTOCOL;
	return client->server->draining ? REASON_DRAIN : REASON_ANSWERED;
}

void client_note_end(
	struct client *client, const struct request *request, int status)
{
	client->suspect = status != 0 || request->keep_alive ||
			  request->framing != FRAMING_NONE;
	client->reason = reason_of_last(client, status);
}

/* Whether there are unread bytes. After a response that was sent at once this
 * is so rare that the socket is not checked. */
static bool has_said_more(const struct client *client)
{
	char byte;

	return (client->input && client->input->len > 0) ||
	       (client->waited && sys_recv(client->fd, &byte, 1) > 0);
}

void client_finish(struct client *client, enum reason reason)
{
	bool unread = client->suspect || has_said_more(client);

	client_give_input_back(client);
	if (!unread || sys_shutdown(client->fd) < 0) {
		client_leave(client, reason);
		return;
	}
	client->leaving = true;
	client->reason = reason;
	cont_save(client->fd, POLLIN, WITHIN_LINGER,
		then(on_linger_bytes, client));
}

static void on_linger_bytes(int fd, short revents, void *state)
{
	struct client *client = state;
	char bytes[16384];
	ssize_t len;

	if (revents == 0) {
		client_leave(client, client->reason);
		return;
	}
	len = sys_recv(fd, bytes, sizeof bytes);
	if (len > 0)
		client->linger += (size_t)len;
	if (len == 0 || (len < 0 && errno != EAGAIN) ||
		client->linger > CLOSING_MAX) {
		client_leave(client, client->reason);
		return;
	}
	cont_save(fd, POLLIN, WITHIN_SAME, then(on_linger_bytes, client));
}

void client_cut_off(struct client *client, enum reason reason)
{
	(void)sys_reset_on_close(client->fd);
	client_leave(client, reason);
}

static void say_busy(int fd)
{
	static const char words[] = "HTTP/1.1 503 Service Unavailable\r\n"
				    "Content-Length: 0\r\n"
				    "Retry-After: 1\r\n"
				    "Connection: close\r\n\r\n";
	struct iovec piece = {(char *)words, sizeof words - 1};

	(void)sys_send(fd, &piece, 1);
}

void client_turn_away(struct client *client, enum reason reason)
{
	say_busy(client->fd);
	client->suspect = true;
	client_finish(client, reason);
}

void client_give_way(struct client *client)
{
	if (client->input && !client->leaving)
		say_busy(client->fd);
	client_leave(
		client, client->leaving ? client->reason : REASON_MADE_ROOM);
}

/* Its descriptor is needed, so it cannot linger. But what it has sent is read,
 * as close() with unread bytes would reset the connection. It is in no row, so
 * sys_close() may be used, and its number reused at once. */
void client_refuse(struct server *server, int fd, const struct sys_peer *peer,
	enum reason reason)
{
	char bytes[REQUEST_HEAD_MAX];

	(void)sys_recv(fd, bytes, sizeof bytes);
	say_busy(fd);
	reason_count(&server->reasons, reason, peer);
	sys_close(fd);
}
