/* crowd.c - clients: patient, hasty, silent, slow, gone. */
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

	client_reset(client, number);
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

/* ---- what they do ---- */

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
			client_connect(client, 512 + chance(60000));
		return true;
	}
	if (client_is_over(client)) {
		client_end(client);
		return true;
	}
	if (client->read >= client->vanish_after || kernel_now() >= PATIENCE) {
		client_vanish(client, chance_one_in(2));
		return true;
	}
	kernel_alarm(PATIENCE);
	if (client->pause > 0)
		client->next_at = kernel_now() + (int64_t)chance(client->pause);
	if (chance_one_in(2) && send_some(client))
		return true;
	return read_some(client) || send_some(client);
}
