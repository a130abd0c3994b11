/*
 * table.h - the table of options.
 *
 * It is used by the parser, by --help and to suggest the right word for a wrong
 * one (option_near).
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
	size_t at;         /* offset in struct options; OPTION_ACTION: which */
	const char *value; /* name of its value in --help; NULL: it has none */
	const char *help;
	const char *fallback; /* the default value */
};

extern const struct option options_table[];
extern const size_t options_count;

/* The option of this name, or NULL. */
const struct option *option_find(struct slice name);
/* The option of this letter, or NULL. */
const struct option *option_find_letter(char letter);

/* The option whose name is nearest to a wrong one, or NULL. */
const struct option *option_near(struct slice name);

/* Parses and sets the value of an option that has one. False with a message
 * that follows "'--name' is 'value'; ". */
bool option_set(const struct option *o, const char *value,
	struct options *options, struct buf *error);

#endif
