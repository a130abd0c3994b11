/*
 * content.c - the content of a request, discarded.
 *
 * The chunked coding is parsed by a table, one byte at a time; only the data of
 * chunks is skipped as a whole.
 */
#include "http/content.h"

#include "http/chars.h"

/* Limits for chunk lines and trailers. A size of 16 hexadecimal digits has
 * 64 bits. */
enum { DIGITS_MAX = 16, CHUNK_LINE_MAX = 1024, TRAILERS_MAX = 8192 };

/* What was read last, or what must come next. */
enum state {
	BROKEN,
	BEFORE_SIZE,
	SIZE,
	AFTER_SIZE, /* or after a value: blanks, then ";" */
	BEFORE_NAME,
	NAME, /* of a chunk extension */
	AFTER_NAME,
	BEFORE_VALUE,
	VALUE,
	QUOTED,
	QUOTED_PAIR,
	AFTER_QUOTED,
	LINE_LF,
	DATA, /* left is not 0 */
	DATA_CR,
	DATA_LF,
	BEFORE_TRAILER, /* this one and those below have one limit */
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF,
	END
};

/* The next state after a byte of these classes, or, if 0, after this byte. */
struct rule {
	int classes;
	char byte;
	int to; /* a state */
};

/* RFC 9112, 7.1. The first rule that matches is used; none: BROKEN. */
static const struct rule rules[END + 1][6] = {
	[BEFORE_SIZE] = {{CHAR_HEX, 0, SIZE}},
	[SIZE] = {{CHAR_HEX, 0, SIZE}, {0, '\r', LINE_LF},
		{0, ';', BEFORE_NAME}, {CHAR_BLANK, 0, AFTER_SIZE}},
	[AFTER_SIZE] = {{CHAR_BLANK, 0, AFTER_SIZE}, {0, ';', BEFORE_NAME}},
	[BEFORE_NAME] = {{CHAR_BLANK, 0, BEFORE_NAME}, {CHAR_TOKEN, 0, NAME}},
	[NAME] = {{CHAR_TOKEN, 0, NAME}, {0, '=', BEFORE_VALUE},
		{0, ';', BEFORE_NAME}, {0, '\r', LINE_LF},
		{CHAR_BLANK, 0, AFTER_NAME}},
	[AFTER_NAME] = {{CHAR_BLANK, 0, AFTER_NAME}, {0, '=', BEFORE_VALUE},
		{0, ';', BEFORE_NAME}},
	[BEFORE_VALUE] = {{CHAR_BLANK, 0, BEFORE_VALUE}, {0, '"', QUOTED},
		{CHAR_TOKEN, 0, VALUE}},
	[VALUE] = {{CHAR_TOKEN, 0, VALUE}, {0, ';', BEFORE_NAME},
		{0, '\r', LINE_LF}, {CHAR_BLANK, 0, AFTER_SIZE}},
	[QUOTED] = {{0, '"', AFTER_QUOTED}, {0, '\\', QUOTED_PAIR},
		{CHAR_TEXT, 0, QUOTED}},
	[QUOTED_PAIR] = {{CHAR_TEXT, 0, QUOTED}},
	[AFTER_QUOTED] = {{0, ';', BEFORE_NAME}, {0, '\r', LINE_LF},
		{CHAR_BLANK, 0, AFTER_SIZE}},
	[LINE_LF] = {{0, '\n', DATA}},
	[DATA_CR] = {{0, '\r', DATA_LF}},
	[DATA_LF] = {{0, '\n', BEFORE_SIZE}},
	[BEFORE_TRAILER] = {{CHAR_TOKEN, 0, TRAILER_NAME}, {0, '\r', LAST_LF}},
	[TRAILER_NAME] = {{CHAR_TOKEN, 0, TRAILER_NAME},
		{0, ':', TRAILER_VALUE}},
	[TRAILER_VALUE] = {{CHAR_TEXT, 0, TRAILER_VALUE},
		{0, '\r', TRAILER_LF}},
	[TRAILER_LF] = {{0, '\n', BEFORE_TRAILER}},
	[LAST_LF] = {{0, '\n', END}},
};

void content_init(struct content *content, const struct request *request)
{
	bool counted = request->framing == FRAMING_LENGTH;

	*content = (struct content){.framing = request->framing,
		.state = BEFORE_SIZE,
		.left = counted ? request->length : 0};
}

static int next_state(int state, char byte)
{
	for (const struct rule *rule = rules[state]; rule->to != BROKEN; rule++)
		if (rule->classes != 0 ? char_is(byte, rule->classes)
				       : byte == rule->byte)
			return rule->to;
	return BROKEN;
}

static bool is_too_long(const struct content *content)
{
	if (content->state == SIZE)
		return content->line > DIGITS_MAX;
	return content->line > (content->state < BEFORE_TRAILER ? CHUNK_LINE_MAX
								: TRAILERS_MAX);
}

/* Takes one byte of the framing. */
static void take_byte(struct content *content, char byte)
{
	content->state = next_state(content->state, byte);
	content->line++;
	if (is_too_long(content))
		content->state = BROKEN;
	if (content->state == SIZE)
		content->left = content->left << 4 | char_hex_value(byte);
	if (content->state == DATA || content->state == BEFORE_SIZE)
		content->line = 0;
	if (content->state == DATA && content->left == 0)
		content->state = BEFORE_TRAILER; /* the last chunk */
}

static size_t skip_data(struct content *content, size_t len)
{
	size_t n = content->left < len ? (size_t)content->left : len;

	content->left -= n;
	return n;
}

static size_t skip_chunks(struct content *content, struct slice bytes)
{
	size_t at = 0;

	while (at < bytes.len && content->state != END &&
		content->state != BROKEN) {
		if (content->state != DATA) {
			take_byte(content, bytes.at[at++]);
			continue;
		}
		at += skip_data(content, bytes.len - at);
		if (content->left == 0)
			content->state = DATA_CR;
	}
	return at;
}

int content_skip(struct content *content, struct slice bytes, size_t *used)
{
	if (content->framing == FRAMING_CHUNKED) {
		*used = skip_chunks(content, bytes);
		content->taken += *used;
		if (content->state == BROKEN)
			return -1;
		return content->state == END ? 1 : 0;
	}
	*used = skip_data(content, bytes.len);
	content->taken += *used;
	return content->left == 0 ? 1 : 0;
}
