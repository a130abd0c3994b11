/*
 * help.c - the text of --help.
 */
#include "options.h"
#include "table.h"

enum { COLUMN = 28 };

static void pad(struct buf *b, size_t from, size_t to)
{
	for (; from < to; from++)
		buf_byte(b, ' ');
}

static void print_option(struct buf *b, const struct option *o)
{
	struct slice lines = slice_text(o->help);
	struct slice line;
	size_t start = b->len;

	buf_printf(b, o->letter ? "  -%c, --" : "      --", o->letter);
	buf_text(b, o->name);
	if (o->value)
		buf_printf(b, " %s", o->value);
	/* A long name has its own line. */
	if (b->len - start >= COLUMN) {
		buf_byte(b, '\n');
		start = b->len;
	}
	while (slice_cut(&lines, '\n', &line)) {
		pad(b, b->len - start, COLUMN);
		buf_slice(b, line);
		if (lines.at)
			buf_byte(b, '\n');
		start = b->len;
	}
	if (o->fallback)
		buf_printf(b, " [%s]", o->fallback);
	buf_byte(b, '\n');
}

void options_help(struct buf *b)
{
	buf_text(b, "Usage: contd [OPTION]... DIR\n"
		    "Serve the files of a directory over HTTP.\n\n");
	for (size_t i = 0; i < options_count; i++)
		print_option(b, &options_table[i]);
	buf_text(b,
		"\nA TIME is a number with a unit: 500ms, 30s, 5m, 1h; 0 is "
		"no limit.\n"
		"A SIZE is a number of bytes, or with a unit: 500K, 128M, 2G.\n"
		"A PATTERN is /path, /folder/*, *.suffix or *; the most "
		"specific one holds.\n"
		"The manual: man contd\n");
}
