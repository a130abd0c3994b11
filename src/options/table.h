/*
 * table.h - the options there are.
 *
 * The table makes the parser, --help and the nearest right word for a wrong
 * one.
 */
#ifndef CONTD_OPTIONS_TABLE_H
#define CONTD_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "options.h"

enum option_kind {
	OPTION_FLAG,
	OPTION_ACTION,
	OPTION_TEXT,
	OPTION_LISTEN,
	OPTION_WORKERS,
	OPTION_LOG,
	OPTION_SANDBOX,
	OPTION_WAIT,
	OPTION_FILES,
	OPTION_TIME,
	OPTION_SIZE,
	OPTION_COUNT,
	OPTION_HEAD_BYTES,
	OPTION_HEAD_FIELDS,
	OPTION_URI_BYTES,
	OPTION_LISTING,
	OPTION_LINKS,
	OPTION_CHARSET,
	OPTION_ERROR_PAGE,
	OPTION_CACHE,
	OPTION_HEADER,
	OPTION_REDIRECT
};

struct option {
	const char *name;
	char letter; /* 0: none */
	enum option_kind kind;
	size_t at;         /* the field of struct options; an action: which */
	const char *value; /* what --help calls its value; NULL: it has none */
	const char *help;
	const char *fallback; /* its value when it is not given */
};

extern const struct option options_table[];
extern const size_t options_count;

/* The option of this name or letter, or NULL. */
const struct option *option_find(struct slice name);
const struct option *option_find_letter(char letter);

/* The one that was probably meant, or NULL. */
const struct option *option_near(struct slice name);

/* Puts the value of an option that has one in its place. False with what is
 * wrong, to stand behind "'--name' is 'value'". */
bool option_set(const struct option *o, const char *value,
	struct options *options, struct buf *error);

#endif
