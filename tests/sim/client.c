/* client.c - a client: patient, hasty, silent, slow, gone. */
#include <string.h>

#include "chance.h"
#include "world.h"

static size_t seldom(uint64_t many, uint64_t below)
{
	return chance_one_in(many) ? (size_t)chance(below) : SIZE_MAX;
}

static void add_wishes(struct sim_client *client)
{
	size_t count = 1 + chance(chance_one_in(8) ? REQUESTS_MAX : 12);
	bool closes = chance_one_in(2);

	for (size_t i = 0; i < count && client->text.len < TEXT_MAX / 4; i++) {
		struct wish *wish = &client->wishes[client->wishes_count++];

		if (chance_one_in(40))
			wish_make_broken(wish, &client->text);
		else
			wish_make(wish, &client->text, &world.site,
				closes && i + 1 == count);
		wish->since = NEVER;
		client->wild |= wish->wild;
		if (wish->close)
			break;
	}
}

void client_start(struct sim_client *client, int number)
{
	static const size_t bites[] = {8, 400, 4000, 100000};

	memset(client, 0, offsetof(struct sim_client, bytes));
	memset(client->wishes, 0, sizeof client->wishes);
	memset(&client->wishes_count, 0,
		sizeof *client - offsetof(struct sim_client, wishes_count));
	client->number = number;
	client->text = (struct text){client->bytes, 0, TEXT_MAX};
	add_wishes(client);
	client->bite = bites[chance(4)];
	client->stop_sending = seldom(6, client->text.len + 1);
	client->stop_reading = seldom(8, 100000);
	client->vanish_after = seldom(6, 100000);
	client->half_closes = chance_one_in(3);
	if (chance_one_in(6))
		client->pause = 1 + chance(chance_one_in(3) ? 4000 : 60);
	/* Most come at once, some later. */
	client->next_at =
		kernel_now() + (int64_t)(chance_one_in(4) ? chance(5000) : 0);
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
	if (client->stream)
		answer_take(client, bytes, len);
}

static void on_shut(void *actor)
{
	struct sim_client *client = actor;

	if (!client->stream)
		return;
	if (!client->ended && !client->wild && !answer_is_excused(client))
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

/* ---- what it does ---- */

static void connect_it(struct sim_client *client)
{
	struct object *stream = object_new(STREAM, 512 + chance(60000));

	stream->text = client->bytes;
	stream->ear = &ear;
	stream->actor = client;
	stream->number = (unsigned char)client->number;
	client->stream = stream;
	stream->holders++;
	world.listener->waiting[world.listener->waiting_count++] = stream;
	sim_trace(client->number, "connects, with %zu requests",
		client->wishes_count);
	for (size_t i = 0; i < client->wishes_count; i++)
		sim_trace(client->number, "%zu: %.90s", i,
			client->bytes + client->wishes[i].begin);
}

static void leave(struct sim_client *client)
{
	sim_trace(client->number, "is through: %zu answers", client->answered);
	object_drop(client->stream);
	client->stream = NULL;
	client->phase = OVER;
}

void client_vanish(struct sim_client *client)
{
	struct object *stream = client->stream;

	sim_trace(client->number, "vanishes");
	/* Closing with bytes unread is a reset. */
	stream->reset = chance_one_in(2) || stream->unread > 0;
	stream->fin = true;
	stream->closed = true;
	leave(client);
}

static bool send_some(struct sim_client *client)
{
	struct object *stream = client->stream;
	size_t end = client->text.len < client->stop_sending
			     ? client->text.len
			     : client->stop_sending;
	size_t len = 1 + chance(client->bite);

	if (stream->fin)
		return false;
	if (stream->come == end && end == client->text.len &&
		client->half_closes) {
		sim_trace(client->number, "sends no more");
		stream->fin = true;
		return true;
	}
	if (stream->come >= end)
		return false;
	len = len < end - stream->come ? len : end - stream->come;
	stream->come += len;
	sim_trace(client->number, "sends %zu, to %zu of %zu", len, stream->come,
		client->text.len);
	return true;
}

static bool read_some(struct sim_client *client)
{
	struct object *stream = client->stream;
	size_t len = 1 + chance(client->bite * 4);

	if (stream->unread == 0 || client->read >= client->stop_reading)
		return false;
	len = len < stream->unread ? len : stream->unread;
	stream->unread -= len;
	client->read += len;
	return true;
}

/* The worker has ended it, and all is read. */
static bool is_over(const struct sim_client *client)
{
	const struct object *stream = client->stream;

	if (stream->reset)
		return true;
	return stream->unread == 0 && (stream->shut || stream->worker_end);
}

bool client_step(struct sim_client *client)
{
	if (client->phase == OVER && !client->stream)
		return false;
	if (kernel_now() < client->next_at) {
		kernel_alarm(client->next_at);
		return false;
	}
	if (!client->stream) {
		/* Nobody listens any more. */
		if (world.listener->worker_end)
			client->phase = OVER;
		else
			connect_it(client);
		return true;
	}
	if (is_over(client)) {
		leave(client);
		return true;
	}
	if (client->read >= client->vanish_after || kernel_now() >= PATIENCE) {
		client_vanish(client);
		return true;
	}
	kernel_alarm(PATIENCE);
	if (client->pause > 0)
		client->next_at = kernel_now() + (int64_t)chance(client->pause);
	if (chance_one_in(2) && send_some(client))
		return true;
	return read_some(client) || send_some(client);
}
