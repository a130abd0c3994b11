/* client.c - what is done to a client, and its end. */
#include <string.h>

#include "chance.h"
#include "world.h"

void client_reset(struct sim_client *client, int number)
{
	memset(client, 0, offsetof(struct sim_client, bytes));
	memset(client->wishes, 0, sizeof client->wishes);
	memset(&client->wishes_count, 0,
		sizeof *client - offsetof(struct sim_client, wishes_count));
	client->number = number;
	client->text = (struct text){client->bytes, 0, TEXT_MAX};
}

/* ---- what the worker does, as it does it ---- */

static void on_taken(void *actor, size_t len)
{
	struct sim_client *client = actor;

	if (!client->stream)
		return;
	if (client->phase == WAITS) {
		client->phase = NEW;
		client->since = kernel_now();
	}
	/* Woken for nothing: a new wait begins. */
	if (len == 0)
		client->spared = kernel_now();
	for (size_t i = client->answered; i < client->wishes_count; i++)
		if (client->wishes[i].since == NEVER &&
			client->stream->taken >= client->wishes[i].head_end)
			client->wishes[i].since = kernel_now();
}

static void on_sent(void *actor, const void *bytes, size_t len)
{
	struct sim_client *client = actor;

	if (client->stream && len == 0)
		client->spared = kernel_now();
	phase_paid(client, len);
	if (client->stream)
		answer_take(client, bytes, len);
}

static bool is_torn(const struct sim_client *client)
{
	return client->answered > 0 &&
	       client->wishes[client->answered - 1].torn;
}

/* All was answered, and there is no time to wait for what nobody reads. */
static bool owes_content_at_the_end(const struct sim_client *client)
{
	return world.draining && client->answered > 0 &&
	       client->stream->taken < client->wishes[client->answered - 1].end;
}

static void on_shut(void *actor)
{
	struct sim_client *client = actor;

	if (!client->stream)
		return;
	if (!client->ended && !client->wild && !is_torn(client) &&
		!owes_content_at_the_end(client) && !answer_is_excused(client))
		sim_fail(client->number, "good-bye without a last answer");
	client->phase = LINGER;
	client->phase_at = client->answered;
	client->since = kernel_now();
}

static void on_closed(void *actor)
{
	struct sim_client *client = actor;

	if (client->stream)
		phase_ended(client);
}

static const struct ear ear = {on_taken, on_sent, on_shut, on_closed};

/* ---- how it comes and goes ---- */

void client_connect(struct sim_client *client, size_t room)
{
	struct object *stream = object_new(STREAM, room);

	stream->text = client->bytes;
	stream->ear = &ear;
	stream->actor = client;
	stream->number = (unsigned char)client->number;
	client->stream = stream;
	stream->holders++;
	world.listener->waiting[world.listener->waiting_count++] = stream;
	sim_trace(client->number, "connects, with %zu requests",
		client->wishes_count);
	for (size_t i = 0; i < client->wishes_count; i++) {
		const char *line = client->bytes + client->wishes[i].begin;

		sim_trace(client->number, "  request %zu: %.*s", i,
			(int)strcspn(line, "\r\n"), line);
	}
}

void client_end(struct sim_client *client)
{
	sim_trace(client->number, "is through: %zu answers", client->answered);
	object_drop(client->stream);
	client->stream = NULL;
	client->phase = OVER;
}

void client_vanish(struct sim_client *client, bool reset)
{
	struct object *stream = client->stream;

	sim_trace(client->number, "vanishes");
	/* Closing with bytes unread is a reset. */
	stream->reset = reset || stream->unread > 0;
	stream->fin = true;
	stream->closed = true;
	client_end(client);
}

bool client_is_over(const struct sim_client *client)
{
	const struct object *stream = client->stream;

	if (stream->reset)
		return true;
	return stream->unread == 0 && (stream->shut || stream->worker_end);
}
