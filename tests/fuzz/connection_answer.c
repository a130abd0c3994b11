/* connection_answer.c - requests are counted, answers are judged. */
#include "connection_answer.h"

#include <stdlib.h>
#include <string.h>

#include "http/content.h"
#include "sim/chance.h"
#include "slow.h"

/* ---- what is asked ---- */

static void add_asked(
	struct answers *answers, const struct request *request, size_t head_end)
{
	answers->asked[answers->asked_count++] =
		(struct asked){.head_end = head_end,
			.head = request->method == METHOD_HEAD,
			.expects = request->expects_continue,
			.last = !request->keep_alive};
}

void answers_plan(
	struct answers *answers, int caller, const char *text, size_t len)
{
	size_t at = 0;

	memset(answers, 0, offsetof(struct answers, asked));
	memset(&answers->asked_count, 0,
		sizeof *answers - offsetof(struct answers, asked_count));
	answers->caller = caller;
	while (at < len && answers->asked_count < ASKED_MAX) {
		struct request request;
		struct content content;
		ptrdiff_t got =
			slow_parse(slice_of(text + at, len - at), &request);
		size_t used;

		if (got <= 0)
			break;
		at += (size_t)got;
		add_asked(answers, &request, at);
		content_init(&content, &request);
		if (content_skip(&content, slice_of(text + at, len - at),
			    &used) <= 0)
			break;
		at += used;
	}
}

/* ---- what is answered ---- */

static _Noreturn void complain(const struct answers *answers, const char *what)
{
	sim_fail(answers->caller, "answer %zu: %s, in\n%.*s", answers->count,
		what, (int)answers->head_len, answers->head);
}

/* The value of a field, or NULL; more than one is wrong. */
static const char *field(const struct answers *answers, const char *name)
{
	const char *at = answers->head, *found = NULL;
	size_t len = strlen(name);

	while ((at = strstr(at, "\r\n")) && at[2] != '\r') {
		at += 2;
		if (strncmp(at, name, len) != 0 || at[len] != ':')
			continue;
		if (found)
			complain(answers, "a field twice");
		found = at + len + 2;
	}
	return found;
}

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

/* The lines behind the first: a name, ": " and a value without controls. */
static void check_lines(const struct answers *answers)
{
	const char *at = strstr(answers->head, "\r\n") + 2;

	for (; *at != '\r'; at += 2) {
		const char *name = at;

		while (is_token(*at))
			at++;
		if (at == name || at[0] != ':' || at[1] != ' ')
			complain(answers, "no field line");
		while ((unsigned char)*at >= ' ' && *at != 0x7f)
			at++;
		if (at[0] != '\r' || at[1] != '\n')
			complain(answers, "a control byte");
	}
}

static int status_of(const struct answers *answers)
{
	const char *at = answers->head;

	if (strlen(at) != answers->head_len)
		complain(answers, "a NUL");
	if (strncmp(at, "HTTP/1.1 ", 9) != 0 || at[9] < '1' || at[9] > '5' ||
		at[10] < '0' || at[10] > '9' || at[11] < '0' || at[11] > '9' ||
		at[12] != ' ')
		complain(answers, "no status line");
	return (at[9] - '0') * 100 + (at[10] - '0') * 10 + at[11] - '0';
}

static uint64_t length_of(const struct answers *answers, int status)
{
	const char *text = field(answers, "Content-Length");
	char *end;
	uint64_t length;

	if (field(answers, "Transfer-Encoding"))
		complain(answers, "a transfer coding");
	if (!text) {
		if (status != 304 && status != 204)
			complain(answers, "no Content-Length");
		return 0;
	}
	length = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\r')
		complain(answers, "no length");
	return status == 304 || status == 204 ? 0 : length;
}

/* A 100 has nothing but its line, and somebody waits for it. */
static void take_interim(struct answers *answers, size_t taken)
{
	const struct asked *asked = &answers->asked[answers->count];

	if (strcmp(answers->head, "HTTP/1.1 100 Continue\r\n\r\n") != 0)
		complain(answers, "a strange interim answer");
	if (answers->count >= answers->asked_count || !asked->expects ||
		taken < asked->head_end || answers->continued > answers->count)
		complain(answers, "nobody waits for it");
	answers->continued = answers->count + 1;
}

/* What is answered before it was there, or was none, is refused for good. */
static void check_order(
	struct answers *answers, const struct asked *asked, int status)
{
	if (asked) {
		if (asked->last && !answers->ended)
			complain(answers, "it should be the last");
		return;
	}
	if (answers->count > answers->asked_count)
		complain(answers, "more answers than requests");
	if (status < 400 || !answers->ended)
		complain(answers, "an answer to nothing");
	answers->optional = true;
}

static void take_head(struct answers *answers, size_t taken)
{
	const struct asked *asked = NULL;
	const char *connection;
	int status = status_of(answers);

	sim_trace(answers->caller, "answer %zu, to %zu requests: %d",
		answers->count, answers->asked_count, status);
	check_lines(answers);
	if (status < 200) {
		take_interim(answers, taken);
		return;
	}
	if (answers->count < answers->asked_count &&
		taken >= answers->asked[answers->count].head_end)
		asked = &answers->asked[answers->count];
	connection = field(answers, "Connection");
	answers->ended = connection && strncmp(connection, "close\r", 6) == 0;
	answers->left = length_of(answers, status);
	answers->optional = false;
	check_order(answers, asked, status);
	if (asked && asked->head)
		answers->left = 0;
	answers->count++;
}

/* One byte of a head. */
static void add_byte(struct answers *answers, char byte, size_t taken)
{
	if (answers->ended)
		complain(answers, "more behind the last answer");
	if (answers->head_len == sizeof answers->head - 1)
		complain(answers, "a head without end");
	answers->head[answers->head_len++] = byte;
	answers->head[answers->head_len] = '\0';
	if (answers->head_len < 4 ||
		memcmp(answers->head + answers->head_len - 4, "\r\n\r\n", 4) !=
			0)
		return;
	take_head(answers, taken);
	answers->head_len = 0;
}

void answers_take(
	struct answers *answers, const char *bytes, size_t len, size_t taken)
{
	while (len > 0) {
		size_t body = len < answers->left ? len : (size_t)answers->left;

		answers->left -= body;
		answers->optional &= body == 0;
		bytes += body;
		len -= body;
		if (len > 0) {
			add_byte(answers, *bytes++, taken);
			len--;
		}
	}
}

bool answers_are_whole(const struct answers *answers)
{
	return answers->head_len == 0 &&
	       (answers->left == 0 || answers->optional);
}
