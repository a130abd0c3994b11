/* crowd.c - many clients at once, who ask in turn and check every byte. */
#include "crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "await.h"
#include "tree.h"

enum {
	SEED = 20261122,
	REQUEST = 512, /* bytes */
	PIECE = 65536,
	SIP = 1500,       /* what a slow one takes at a time */
	SIPS = 4,         /* it takes one in so many turns */
	SLOW_ROOM = 4096, /* its receive buffer */
	SLOW_MOST = 20000 /* it does not want more than that */
};

size_t crowd_roll(struct crowd *crowd, size_t sides)
{
	crowd->dice ^= crowd->dice << 13;
	crowd->dice ^= crowd->dice >> 7;
	crowd->dice ^= crowd->dice << 17;
	return (size_t)(crowd->dice % sides);
}

/* ---- asking ---- */

static void choose_part(struct crowd *crowd, struct crowd_wish *w)
{
	if (w->target->kind != CROWD_PATTERN)
		return;
	w->part = true;
	w->from = crowd_roll(crowd, w->target->len);
	w->len = 1 + crowd_roll(crowd, w->target->len - w->from);
}

static void choose(struct crowd *crowd, struct guest *g, struct crowd_wish *w)
{
	*w = (struct crowd_wish){.target = &crowd->targets[crowd_roll(
					 crowd, crowd->targets_count)]};
	if (!crowd->wild)
		return;
	switch (crowd_roll(crowd, 12)) {
	case 0:
		w->head = true;
		break;
	case 1:
	case 2:
		choose_part(crowd, w);
		break;
	case 3:
		w->last = true;
		break;
	case 4:
	case 5:
		if (!g->tagged)
			break;
		w->target = g->tagged;
		w->conditional = true;
		break;
	default:
		break;
	}
}

static void choose_wishes(struct crowd *crowd, struct guest *g)
{
	size_t count = 1;

	if (crowd->wild && crowd_roll(crowd, 4) == 0)
		count += crowd_roll(crowd, CROWD_QUEUE);
	g->asked = g->answered = 0;
	while (g->asked < count) {
		choose(crowd, g, &g->wishes[g->asked]);
		if (g->wishes[g->asked++].last)
			break;
	}
	g->patience = 0;
	if (g->slow)
		g->patience = SLOW_MOST;
	else if (crowd->wild && crowd_roll(crowd, 8) == 0)
		g->patience = 1 + crowd_roll(crowd, 200000);
}

static size_t write_wish(
	const struct guest *g, const struct crowd_wish *w, char *text)
{
	char fields[160] = "";

	if (w->part)
		snprintf(fields, sizeof fields, "Range: bytes=%zu-%zu\r\n",
			w->from, w->from + w->len - 1);
	if (w->conditional)
		snprintf(
			fields, sizeof fields, "If-None-Match: %s\r\n", g->tag);
	return (size_t)snprintf(text, REQUEST,
		"%s %s HTTP/1.%d\r\nHost: crowd\r\n%s\r\n",
		w->head ? "HEAD" : "GET", w->target->path, w->last ? 0 : 1,
		fields);
}

/* What is left of its wishes: after a cut, not those that were answered. Small
 * enough for an empty queue; if the server is gone the end says so. */
static void ask(struct guest *g)
{
	char text[CROWD_QUEUE * REQUEST];
	size_t len = 0;

	for (size_t i = g->answered; i < g->asked; i++)
		len += write_wish(g, &g->wishes[i], text + len);
	(void)!send(g->fd, text, len, MSG_NOSIGNAL);
	g->head_len = 0;
	g->in_body = false;
}

static void leave(struct guest *g, bool reset)
{
	struct client c = {.fd = g->fd};

	if (reset)
		client_vanish(&c);
	else
		client_close(&c);
	g->fd = -1;
}

static void come(struct crowd *crowd, struct guest *g)
{
	int room = SLOW_ROOM;
	struct client c;

	client_open(&c, crowd->server);
	g->fd = c.fd;
	g->slow = crowd->wild && crowd_roll(crowd, 10) == 0;
	if (!g->slow)
		return;
	setsockopt(g->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	g->patience = SLOW_MOST;
}

static bool is_done(const struct guest *g)
{
	return g->answered == g->asked;
}

static void go_on(struct crowd *crowd, struct guest *g)
{
	bool idle = is_done(g);
	bool away = g->fd < 0;

	if (idle ? crowd->quiet : !away && !g->again)
		return;
	if (away)
		come(crowd, g);
	if (idle)
		choose_wishes(crowd, g);
	g->again = false;
	ask(g);
}

/* ---- what comes ---- */

static const char *field_of(const struct guest *g, const char *name)
{
	const char *at = strstr(g->head, name);

	return at ? at + strlen(name) : NULL;
}

static void is_expected(const struct guest *g, const struct crowd_wish *w,
	int status, size_t length)
{
	const struct crowd_target *t = w->target;
	size_t len = w->part ? w->len : t->len;
	bool right = status == (w->part ? 206 : 200);

	if (t->kind == CROWD_NONE)
		right = status == 404;
	else if (t->kind == CROWD_VERSIONS && status == 404)
		return;
	else if (w->conditional && status == 304)
		return;
	else if (t->kind == CROWD_PATTERN || t->kind == CROWD_VERSIONS)
		right = right && length == len;
	else if (t->kind == CROWD_TEXT)
		right = right && length == strlen(t->path);
	if (!right)
		fail_msg("%s of %s, %zu bytes from %zu: %s",
			w->part ? "a part" : "GET", t->path, w->len, w->from,
			g->head);
}

static void note_tag(struct guest *g, const struct crowd_wish *w)
{
	const char *tag = field_of(g, "\r\nETag: ");
	size_t len = tag ? strcspn(tag, "\r") : 0;

	/* Those of later wishes in the same queue are asked for already. */
	if (len == 0 || len >= sizeof g->tag || g->asked > 1)
		return;
	memcpy(g->tag, tag, len);
	g->tag[len] = '\0';
	g->tagged = w->target;
}

static void begin_body(struct guest *g)
{
	const struct crowd_wish *w = &g->wishes[g->answered];
	const char *length = field_of(g, "\r\nContent-Length: ");
	int status = 0;

	if (sscanf(g->head, "HTTP/1.1 %d ", &status) != 1)
		fail_msg("not a status line: %s", g->head);
	g->left = length ? (size_t)strtoull(length, NULL, 10) : 0;
	is_expected(g, w, status, g->left);
	if (status == 200)
		note_tag(g, w);
	if (w->head || status == 304)
		g->left = 0;
	g->got = 0;
	g->in_body = true;
}

/* Where it ends; the bytes behind it are not its. */
static size_t take_head(struct guest *g, const char *bytes, size_t len)
{
	size_t before = g->head_len;
	size_t n = sizeof g->head - 1 - before;
	char *end;

	if (n > len)
		n = len;
	memcpy(g->head + before, bytes, n);
	g->head[before + n] = '\0';
	end = strstr(g->head, "\r\n\r\n");
	if (!end) {
		g->head_len += n;
		assert_true(g->head_len < sizeof g->head - 1);
		return n;
	}
	end[4] = '\0';
	begin_body(g);
	return (size_t)(end + 4 - g->head) - before;
}

static char expected_byte(const struct guest *g, size_t i)
{
	const struct crowd_wish *w = &g->wishes[g->answered];

	if (w->target->kind == CROWD_TEXT)
		return w->target->path[i];
	return tree_pattern(w->from + i);
}

static void check(struct guest *g, const char *bytes, size_t len)
{
	const struct crowd_target *t = g->wishes[g->answered].target;

	for (size_t i = 0; i < len; i++) {
		size_t at = g->got + i;
		char *record = &g->record[at % CROWD_RECORD];

		if (t->kind == CROWD_VERSIONS && at < CROWD_RECORD)
			*record = bytes[i];
		else if (t->kind == CROWD_VERSIONS && *record != bytes[i])
			fail_msg("%s is two versions", t->path);
		else if ((t->kind == CROWD_TEXT || t->kind == CROWD_PATTERN) &&
			 expected_byte(g, at) != bytes[i])
			fail_msg("a wrong byte of %s at %zu", t->path, at);
	}
}

static bool is_error(const struct guest *g)
{
	return strncmp(g->head + 9, "404", 3) == 0;
}

static size_t take_body(struct guest *g, const char *bytes, size_t len)
{
	size_t n = len < g->left ? len : g->left;

	if (!is_error(g))
		check(g, bytes, n);
	g->got += n;
	g->left -= n;
	return n;
}

static void take(
	struct crowd *crowd, struct guest *g, const char *bytes, size_t len)
{
	while (len > 0 && !is_done(g)) {
		size_t n = g->in_body ? take_body(g, bytes, len)
				      : take_head(g, bytes, len);

		bytes += n;
		len -= n;
		if (!g->in_body || g->left > 0)
			continue;
		g->in_body = false;
		g->head_len = 0;
		g->answered++;
		g->answers++;
		crowd->answers++;
	}
	if (len > 0)
		fail_msg("%zu bytes that nobody has asked for", len);
}

/* A file that changes under way is a reason to cut off all that is asked for on
 * the same connection. */
static bool may_change(const struct guest *g)
{
	for (size_t i = g->answered; i < g->asked; i++)
		if (g->wishes[i].target->kind == CROWD_VERSIONS)
			return true;
	return false;
}

/* The end is no surprise after the last answer of HTTP/1.0. */
static void end(struct crowd *crowd, struct guest *g)
{
	bool wished =
		g->asked > 0 && is_done(g) && g->wishes[g->asked - 1].last;

	leave(g, false);
	g->again = true;
	if (wished || may_change(g))
		return;
	g->cut_offs++;
	crowd->cut_offs++;
}

static void hear(struct crowd *crowd, struct guest *g)
{
	static char bytes[PIECE];
	ssize_t n;

	if (g->slow && crowd_roll(crowd, SIPS) > 0)
		return;
	n = recv(g->fd, bytes, g->slow ? SIP : sizeof bytes, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end(crowd, g);
		return;
	}
	take(crowd, g, bytes, (size_t)n);
	if (g->patience == 0)
		return;
	g->patience -= (size_t)n < g->patience ? (size_t)n : g->patience;
	if (g->patience > 0)
		return;
	leave(g, crowd_roll(crowd, 2) == 0);
	g->asked = g->answered = 0;
}

/* ---- all of them ---- */

void crowd_open(struct crowd *crowd, const struct server *s,
	const struct crowd_target *targets, size_t targets_count, size_t count)
{
	assert_true(count <= CROWD_MAX);
	*crowd = (struct crowd){.server = s,
		.targets = targets,
		.targets_count = targets_count,
		.count = count,
		.dice = SEED};
	for (size_t i = 0; i < count; i++)
		crowd->guests[i].fd = -1;
}

void crowd_turn(struct crowd *crowd)
{
	struct pollfd fds[CROWD_MAX];

	for (size_t i = 0; i < crowd->count; i++) {
		struct guest *g = &crowd->guests[i];

		/* One that closes after its answer is heard to the end. */
		if (!is_done(g) || g->fd < 0 || g->asked == 0 ||
			!g->wishes[g->asked - 1].last)
			go_on(crowd, g);
		fds[i] = (struct pollfd){.fd = g->fd, .events = POLLIN};
	}
	if (poll(fds, crowd->count, 5) > 0)
		for (size_t i = 0; i < crowd->count; i++)
			if (fds[i].fd >= 0 && fds[i].revents != 0)
				hear(crowd, &crowd->guests[i]);
	await_for(-1, 0, 0);
}

static void turn_until(struct crowd *crowd, int64_t until, const char *what)
{
	crowd_turn(crowd);
	if (await_now() > until)
		fail_msg("hung: %s", what);
}

void crowd_answers(struct crowd *crowd, unsigned more)
{
	unsigned before = crowd->answers;
	int64_t until = await_limit();

	while (crowd->answers - before < more)
		turn_until(crowd, until, "answers for a crowd");
}

void crowd_each(struct crowd *crowd)
{
	int64_t until = await_limit();
	unsigned before[CROWD_MAX];

	for (size_t i = 0; i < crowd->count; i++)
		before[i] = crowd->guests[i].answers;
	for (size_t i = 0; i < crowd->count; i++)
		while (crowd->guests[i].answers == before[i])
			turn_until(crowd, until, "an answer for each guest");
}

static bool somebody_waits(const struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		if (!is_done(&crowd->guests[i]))
			return true;
	return false;
}

void crowd_rest(struct crowd *crowd)
{
	int64_t until = await_limit();

	crowd->quiet = true;
	while (somebody_waits(crowd))
		turn_until(crowd, until, "the last answers for a crowd");
	crowd->quiet = false;
}

void crowd_close(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		if (crowd->guests[i].fd >= 0)
			leave(&crowd->guests[i], false);
}
