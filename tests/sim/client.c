/*
 * client.c - a client that knows what it must get.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/helpers.h"
#include "world.h"

static void add_text(struct sim_client *client, const char *text)
{
	size_t len = strlen(text);

	memcpy(client->text + client->text_len, text, len);
	client->text_len += len;
}

static void make_etag(char *into, size_t size, const struct sim_file *file)
{
	snprintf(into, size, "\"%" PRIx64 "-%zx\"", (uint64_t)file->modified,
		file->size);
}

static void choose(struct wish *wish)
{
	*wish = (struct wish){.head = chance_one_in(6)};
	if (chance_one_in(8))
		return;
	wish->file = &world.files[chance(FILES)];
	wish->known = chance_one_in(8);
	if (!wish->head && !wish->known && wish->file->size > 0 &&
		chance_one_in(4)) {
		wish->range = true;
		wish->first = chance(wish->file->size);
		wish->last =
			wish->first + chance(wish->file->size - wish->first);
	}
}

static void add_wish(struct sim_client *client, bool last)
{
	struct wish *wish = &client->wishes[client->wishes_count++];
	char line[128];
	char etag[64];

	choose(wish);
	snprintf(line, sizeof line, "%s /%s HTTP/1.1\r\nHost: sim\r\n",
		wish->head ? "HEAD" : "GET",
		wish->file ? wish->file->name : "nowhere");
	add_text(client, line);
	if (wish->range) {
		snprintf(line, sizeof line, "Range: bytes=%zu-%zu\r\n",
			wish->first, wish->last);
		add_text(client, line);
	}
	if (wish->known) {
		make_etag(etag, sizeof etag, wish->file);
		snprintf(line, sizeof line, "If-None-Match: %s\r\n", etag);
		add_text(client, line);
	}
	add_text(client, last ? "Connection: close\r\n\r\n" : "\r\n");
	wish->end = client->text_len;
}

void sim_client_start(struct sim_client *client, struct object *listener)
{
	size_t count = 1 + chance(REQUESTS_MAX);
	bool closes = chance_one_in(2);

	memset(client, 0, sizeof *client);
	client->vanish_after =
		chance_one_in(4) ? (size_t)chance(200000) : SIZE_MAX;
	for (size_t i = 0; i < count; i++)
		add_wish(client, closes && i + 1 == count);
	client->stream = object_new(STREAM, 512 + chance(60000));
	client->stream->holders++;
	listener->waiting[listener->waiting_count++] = client->stream;
}

void sim_client_end(struct sim_client *client)
{
	object_drop(client->stream);
	client->stream = NULL;
}

bool sim_client_is_done(const struct sim_client *client)
{
	return !client->stream;
}

/* ---- what comes back ---- */

static size_t index_of(const struct sim_client *client)
{
	return (size_t)(client - world.clients);
}

static const char *find_field(const struct sim_client *client, const char *name)
{
	const char *at = strstr(client->head, name);

	return at ? at + strlen(name) : NULL;
}

static int right_status(const struct wish *wish)
{
	if (!wish->file)
		return 404;
	if (wish->known)
		return 304;
	return wish->range ? 206 : 200;
}

/* Under faults a request may be refused, but never answered wrongly. */
static bool is_excused(int status)
{
	return status == 500 &&
	       (world.errors > 0 || world.deaths >= HELPERS_TRIES);
}

static void check_length(struct sim_client *client, const struct wish *wish)
{
	size_t right =
		wish->range ? wish->last - wish->first + 1 : wish->file->size;
	const char *text = find_field(client, "\r\nContent-Length: ");

	if (!text || strtoull(text, NULL, 10) != right)
		sim_fail("client %zu, answer %zu: wrong length in %s",
			index_of(client), client->answered, client->head);
	client->body_len = wish->head ? 0 : right;
	client->body = wish->file->bytes + (wish->range ? wish->first : 0);
}

static void take_head(struct sim_client *client)
{
	const struct wish *wish = &client->wishes[client->answered];
	int status = atoi(client->head + strlen("HTTP/1.1 "));
	const char *length = find_field(client, "\r\nContent-Length: ");

	if (client->answered == client->wishes_count)
		sim_fail("client %zu: an answer to no request: %s",
			index_of(client), client->head);
	if (strncmp(client->head, "HTTP/1.1 ", 9) != 0 ||
		(status != right_status(wish) && !is_excused(status)))
		sim_fail("client %zu, answer %zu: not %d: %s", index_of(client),
			client->answered, right_status(wish), client->head);
	client->in_body = true;
	client->body_at = 0;
	client->body = NULL;
	client->body_len = 0;
	if (status == 200 || status == 206)
		check_length(client, wish);
	else if (status != 304 && !wish->head)
		client->body_len = strtoull(length ? length : "0", NULL, 10);
}

static void check_body(
	struct sim_client *client, const unsigned char *bytes, size_t len)
{
	if (client->body && memcmp(client->body + client->body_at, bytes, len))
		sim_fail("client %zu, answer %zu: wrong bytes from %zu on",
			index_of(client), client->answered, client->body_at);
	client->body_at += len;
}

/* Takes the start of the bytes; how many. */
static size_t take_some(
	struct sim_client *client, const unsigned char *bytes, size_t len)
{
	if (client->in_body) {
		size_t left = client->body_len - client->body_at;

		len = len < left ? len : left;
		check_body(client, bytes, len);
		return len;
	}
	if (client->head_len + 2 > sizeof client->head)
		sim_fail("client %zu: a head without end", index_of(client));
	client->head[client->head_len++] = (char)*bytes;
	client->head[client->head_len] = '\0';
	if (client->head_len >= 4 &&
		!strcmp(client->head + client->head_len - 4, "\r\n\r\n"))
		take_head(client);
	return 1;
}

static void take_bytes(
	struct sim_client *client, const unsigned char *bytes, size_t len)
{
	size_t took;

	client->received += len;
	for (size_t at = 0; at < len || client->in_body; at += took) {
		if (client->in_body && client->body_at == client->body_len) {
			client->in_body = false;
			client->head_len = 0;
			client->answered++;
			world.requests++;
		}
		if (at == len)
			break;
		took = take_some(client, bytes + at, len - at);
	}
}

/* ---- acting ---- */

static bool send_some(struct sim_client *client)
{
	struct object *stream = client->stream;
	size_t left = client->text_len - client->text_sent;
	size_t len = 1 + chance(chance_one_in(2) ? 8 : 400);
	size_t sent;

	if (left == 0 || stream->fin)
		return false;
	sent = queue_put(&stream->in, client->text + client->text_sent,
		len < left ? len : left);
	client->text_sent += sent;
	return sent > 0;
}

static bool receive_some(struct sim_client *client)
{
	unsigned char bytes[65536];
	size_t len = 1 + chance(sizeof bytes);

	len = queue_take(&client->stream->out, bytes, len);
	take_bytes(client, bytes, len);
	return len > 0;
}

/* The other side is at its end: was that right? */
static void check_end(struct sim_client *client)
{
	if (client->answered < client->wishes_count && world.errors == 0)
		sim_fail("client %zu: closed after %zu of %zu answers",
			index_of(client), client->answered,
			client->wishes_count);
	sim_trace("client %zu is through", index_of(client));
	sim_client_end(client);
}

static void vanish(struct sim_client *client)
{
	sim_trace("client %zu vanishes", index_of(client));
	/* Closing with bytes unread is a reset. */
	client->stream->reset = chance_one_in(2) || client->stream->out.len > 0;
	client->stream->fin = true;
	client->stream->closed = true;
	sim_client_end(client);
}

bool sim_client_step(struct sim_client *client)
{
	struct object *stream = client->stream;

	if (client->received >= client->vanish_after) {
		vanish(client);
		return true;
	}
	if (chance_one_in(2) && send_some(client))
		return true;
	if (receive_some(client))
		return true;
	if (stream->out.len == 0 &&
		(stream->shut || stream->worker_end || stream->reset)) {
		check_end(client);
		return true;
	}
	if (client->answered == client->wishes_count && !stream->fin) {
		stream->fin = true;
		return true;
	}
	return send_some(client);
}
