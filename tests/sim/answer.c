/* answer.c - every byte of every answer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "chance.h"
#include "fault.h"

enum { EXCUSED = 40000 /* ms: so long a fault is felt */ };

bool answer_is_excused(const struct sim_client *client)
{
	(void)client;
	return world.lying || fault_excuses(kernel_now() - EXCUSED);
}

const char *answer_field(const struct answer *answer, const char *name)
{
	char pattern[64];
	const char *at;

	snprintf(pattern, sizeof pattern, "\r\n%s: ", name);
	at = strstr(answer->head, pattern);
	return at ? at + strlen(pattern) : NULL;
}

bool answer_has(
	const struct answer *answer, const char *name, const char *value)
{
	const char *at = answer_field(answer, name);
	size_t len = strlen(value);

	return at && strncmp(at, value, len) == 0 && at[len] == '\r';
}

struct wish *answer_wish(struct sim_client *client)
{
	return &client->wishes[client->answered];
}

_Noreturn void answer_complain(
	const struct sim_client *client, const char *what)
{
	const struct wish *wish = &client->wishes[client->answered];

	sim_fail(client->number, "answer %zu: %s, in %sto\n%.*s",
		client->answered, what, client->answer.head,
		(int)(wish->head_end - wish->begin),
		client->bytes + wish->begin);
}

size_t answer_length(struct sim_client *client)
{
	const char *text = answer_field(&client->answer, "Content-Length");
	char *end;
	unsigned long long length;

	if (!text)
		answer_complain(client, "no Content-Length");
	length = strtoull(text, &end, 10);
	if (*end != '\r' || (length > 1U << 30 && !world.lying))
		answer_complain(client, "no number");
	return (size_t)length;
}

/* ---- the form of a head ---- */

/* "Sun, 06 Nov 1994 08:49:37 GMT"; the time of day is that of now, or of when
 * the request came. */
static void check_date(struct sim_client *client, const struct wish *wish)
{
	const char *date = answer_field(&client->answer, "Date");
	int64_t now = kernel_date() / 1000000000;
	/* An early answer has no request to be older than; and a millisecond may
	 * have begun before it did. */
	int64_t came =
		wish->since == NEVER ? kernel_now() - PATIENCE : wish->since;
	int64_t since = (kernel_date() - (kernel_now() - came + 1) * 1000000) /
			1000000000;
	char right[32];

	if (!date)
		answer_complain(client, "no Date");
	if (world.jumping)
		return;
	for (int64_t second = since; second <= now; second++) {
		wish_date(second, right);
		if (strncmp(date, right, strlen(right)) == 0)
			return;
	}
	answer_complain(client, "a wrong Date");
}

static void check_lines(struct sim_client *client)
{
	const struct answer *answer = &client->answer;

	if (strncmp(answer->head, "HTTP/1.1 ", 9) != 0)
		answer_complain(client, "no status line");
	for (size_t i = 0; i < answer->head_len; i++) {
		unsigned char byte = (unsigned char)answer->head[i];

		if (byte == '\r' ? answer->head[i + 1] != '\n'
				 : byte < ' ' && byte != '\n')
			answer_complain(client, "a control byte");
	}
	if (strstr(answer_field(answer, "Content-Length")
			    ? answer_field(answer, "Content-Length")
			    : "",
		    "\r\nContent-Length: "))
		answer_complain(client, "two lengths");
}

/* What every answer says, but for the few words of a server without memory. */
static void check_form(struct sim_client *client, const struct wish *wish)
{
	struct answer *answer = &client->answer;

	check_date(client, wish);
	if (answer->status != 304 &&
		!answer_has(answer, "X-Content-Type-Options", "nosniff"))
		answer_complain(client, "no nosniff");
	if (world.site.fields && answer->status != 431 &&
		!answer_has(answer, "X-Sim", "yes"))
		answer_complain(client, "no field of the site");
	if ((wish->close || answer->status == 408) && !answer->close)
		answer_complain(client, "it does not say that it is the last");
	if (answer->close && !wish->close && answer->status != 408 &&
		!world.draining && !answer_is_excused(client))
		answer_complain(client, "it says that it is the last");
	if (wish->minor == 0 && !answer->close &&
		!answer_has(answer, "Connection", "keep-alive"))
		answer_complain(
			client, "HTTP/1.0 is not told that it may stay");
	switch (answer->status) {
	case 204:
	case 405:
	case 501:
		if (!answer_has(answer, "Allow", "GET, HEAD, OPTIONS"))
			answer_complain(client, "no Allow");
		break;
	case 503:
		if (!answer_field(answer, "Retry-After"))
			answer_complain(client, "no Retry-After");
		break;
	default:
		break;
	}
	if (wish->location && answer->status == wish->status &&
		!answer_has(answer, "Location", wish->location))
		answer_complain(client, "a wrong Location");
}

/* ---- a head is complete ---- */

static bool is_busy_word(const struct answer *answer)
{
	return answer->status == 503 && !answer_field(answer, "Date");
}

/* Before the request was there: the time was over, or it was one that cannot be
 * right, or there is no memory to answer with. */
static void check_early(struct sim_client *client, const struct wish *wish)
{
	const struct answer *answer = &client->answer;
	/* Empty lines may have begun it, or not. */
	if (answer->status == 408 && answer->behind == IDLE &&
		client->stream->taken > wish->begin)
		return;
	if (answer->status == 408 &&
		(answer->behind == HEADER || answer->behind == NEW)) {
		if (answer->waited < phase_limit(client, HEADER) ||
			phase_limit(client, HEADER) == 0)
			sim_fail(client->number,
				"408 after %lld ms of phase %d",
				(long long)answer->waited, answer->behind);
		return;
	}
	if (answer->status == 503 && answer_is_excused(client))
		return;
	if (!wish->broken || answer->status != wish->status)
		sim_fail(client->number,
			"%d before its request, after %lld ms in phase %d",
			answer->status, (long long)answer->waited,
			answer->behind);
}

static void take_head(struct sim_client *client)
{
	struct answer *answer = &client->answer;
	struct wish *wish = answer_wish(client);
	bool is_there = client->stream->taken >= wish->head_end;

	answer->status = atoi(answer->head + 9);
	answer->close = answer_has(answer, "Connection", "close");
	sim_trace(client->number, "answer %zu is %d", client->answered,
		answer->status);
	check_lines(client);
	/* Even who idles may be told, when its time is over. */
	if (client->answered == client->wishes_count &&
		!(is_busy_word(answer) && answer_is_excused(client)))
		answer_complain(client, "an answer to no request");
	answer->in_body = true;
	if (world.lying || is_busy_word(answer)) {
		if (is_busy_word(answer) && !answer_is_excused(client))
			answer_complain(client, "busy with what?");
		answer->left = answer_field(answer, "Content-Length")
				       ? answer_length(client)
				       : 0;
		if (wish->head && is_there)
			answer->left = 0;
		return;
	}
	if (!is_there)
		check_early(client, wish);
	check_form(client, wish);
	if (is_there)
		expect_answer(client, wish);
	else
		answer->left = answer_length(client);
	/* Who asked for a head, and for it badly, was understood so far. */
	if (wish->head && (is_there || answer->status == wish->status))
		answer->left = 0;
}

/* ---- bytes ---- */

static void end_answer(struct sim_client *client)
{
	struct answer *answer = &client->answer;

	if (answer->mixed)
		answer_complain(client, "its body is no version of the file");
	if (!is_busy_word(answer) && client->answers_count < REQUESTS_MAX)
		client->answers[client->answers_count++] =
			(struct logged){answer->status, answer->sent};
	world.requests++;
	world.statuses[answer->status % 600]++;
	client->ended = answer->close;
	client->answered++;
	answer->head_len = 0;
	answer->in_body = false;
}

static void begin_answer(struct sim_client *client)
{
	struct answer *answer = &client->answer;

	answer->status = 0;
	answer->behind = client->phase;
	answer->waited =
		kernel_now() - (client->empty ? client->empty : client->since);
	answer->left = answer->sent = 0;
	answer->segments_count = answer->at = answer->of = 0;
	answer->checked = answer->mixed = false;
	answer->version = NULL;
	*answer->texts = '\0';
}

static size_t take_body(
	struct sim_client *client, const unsigned char *bytes, size_t len)
{
	struct answer *answer = &client->answer;
	const struct segment *segment = &answer->segments[answer->at];

	len = len < answer->left ? len : answer->left;
	if (answer->checked) {
		size_t rest = segment->len - answer->of;

		len = len < rest ? len : rest;
		if (memcmp(segment->bytes + answer->of, bytes, len) != 0) {
			if (!answer->version ||
				!expect_changes(answer_wish(client)))
				answer_complain(client, "wrong bytes");
			answer->mixed = true;
		}
		answer->of += len;
		if (answer->of == segment->len) {
			answer->at++;
			answer->of = 0;
		}
	}
	answer->left -= len;
	answer->sent += len;
	return len;
}

static size_t take_some(
	struct sim_client *client, const unsigned char *bytes, size_t len)
{
	struct answer *answer = &client->answer;

	if (answer->in_body)
		return take_body(client, bytes, len);
	if (answer->head_len == 0)
		begin_answer(client);
	if (answer->head_len + 2 > sizeof answer->head)
		sim_fail(client->number, "a head without end");
	answer->head[answer->head_len++] = (char)*bytes;
	answer->head[answer->head_len] = '\0';
	if (*bytes == '\n' && answer->head_len >= 4 &&
		!strcmp(answer->head + answer->head_len - 4, "\r\n\r\n"))
		take_head(client);
	return 1;
}

void answer_take(struct sim_client *client, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	/* Not even where they end is known. */
	if (client->wild)
		return;
	while (len > 0) {
		size_t took;

		if (client->ended)
			sim_fail(client->number,
				"%zu bytes behind the last answer: %.*s", len,
				(int)(len < 80 ? len : 80), (const char *)at);
		took = take_some(client, at, len);

		at += took;
		len -= took;
		if (client->answer.in_body && client->answer.left == 0)
			end_answer(client);
	}
}
