/*
 * words.h - command lines that are taken, and such that are not.
 */
#ifndef CONTD_TESTS_UNIT_OPTIONS_WORDS_H
#define CONTD_TESTS_UNIT_OPTIONS_WORDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "options.h"

enum { WORDS_MAX = 40, TEXT_MAX = 8192 };

/* The words of a line, split at blanks; "''" is an empty word. */
struct words {
	char *line;
	char *word[WORDS_MAX];
	int count;
};

static inline struct words words_of(const char *line)
{
	struct words words = {.line = strdup(line)};

	for (char *at = strtok(words.line, " "); at; at = strtok(NULL, " ")) {
		assert_true(words.count < WORDS_MAX);
		words.word[words.count++] = strcmp(at, "''") == 0 ? "" : at;
	}
	return words;
}

static inline void accept(
	const char *line, struct words *words, struct options *o)
{
	char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text);

	*words = words_of(line);
	if (options_parse(words->count, words->word, o, &error) != 0)
		fail_msg("'%s': %.*s", line, (int)error.len, text);
	assert_int_equal(error.len, 0);
}

static inline void is_wrong(const char *line, const char *says)
{
	char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text - 1);
	struct words words = words_of(line);
	struct options o;

	assert_int_equal(
		options_parse(words.count, words.word, &o, &error), 64);
	assert_false(error.full);
	text[error.len] = '\0';
	if (!strstr(text, says))
		fail_msg("'%s': %s", line, text);
	free(words.line);
}

struct wrong {
	const char *line;
	const char *says;
};

static inline void check_wrong(const struct wrong *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		is_wrong(cases[i].line, cases[i].says);
}

#endif
