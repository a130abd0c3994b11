/* options.c - parses the command line. */
#include "options.h"

#include <string.h>

#include "base/slice.h"
#include "table.h"

enum {
	WRONG = 64,      /* EX_USAGE of sysexits(3) */
	REASON_MAX = 512 /* bytes of the message about a value */
};

#define HINT "\nTry 'contd --help'."

static void set_plain(const struct option *o, struct options *options)
{
	if (o->kind == OPTION_ACTION)
		options->action = (enum options_action)o->at;
	else
		*(bool *)((char *)options + o->at) = true;
}

static void set_fallbacks(struct options *options)
{
	struct buf none = buf_on(NULL, 0);

	memset(options, 0, sizeof *options);
	site_init(&options->site, NULL);
	for (size_t i = 0; i < options_count; i++) {
		const struct option *o = &options_table[i];

		if (o->fallback && o->kind != OPTION_LISTEN)
			(void)option_set(o, o->fallback, options, &none);
	}
}

struct reader {
	int argc;
	char *const *argv;
	int at; /* index of the current word */
	struct options *options;
	struct buf *error;
};

static int say_wrong(struct reader *r, const char *what, const char *word)
{
	buf_printf(r->error, "argument %d: %s '%.200s'" HINT, r->at + 1, what,
		word);
	return WRONG;
}

static int say_unknown(struct reader *r, struct slice name)
{
	const struct option *near = option_near(name);

	buf_printf(r->error, "argument %d: unknown option '--", r->at + 1);
	buf_slice(r->error, name.len < 200 ? name : slice_of(name.at, 200));
	buf_byte(r->error, '\'');
	if (near)
		buf_printf(r->error, " (did you mean '--%s'?)", near->name);
	buf_text(r->error, HINT);
	return WRONG;
}

/* The value of an option: after '=', or the next word. */
static const char *take_value(struct reader *r, const char *behind)
{
	if (behind)
		return behind;
	/* In "--log-file --daemon" the value is missing. */
	if (r->at + 1 == r->argc || strncmp(r->argv[r->at + 1], "--", 2) == 0)
		return NULL;
	return r->argv[++r->at];
}

static int read_option(struct reader *r, const struct option *o, char *behind)
{
	int place = r->at + 1;
	char text[REASON_MAX];
	struct buf reason = buf_on(text, sizeof text);
	const char *value;

	if (!o->value) {
		if (behind)
			return say_wrong(
				r, "no value goes with", r->argv[r->at]);
		set_plain(o, r->options);
		return 0;
	}
	value = take_value(r, behind);
	if (!value) {
		buf_printf(r->error,
			"argument %d: '--%s' needs a value: %s" HINT, place,
			o->name, o->value);
		return WRONG;
	}
	if (option_set(o, value, r->options, &reason))
		return 0;
	buf_printf(r->error, "argument %d: '--%s' is '%.200s'; ", place,
		o->name, value);
	buf_slice(r->error, buf_slice_of(&reason));
	buf_text(r->error, HINT);
	return WRONG;
}

static int read_root(struct reader *r, const char *word)
{
	if (*word == '\0')
		return say_wrong(r, "no directory has the name", word);
	if (r->options->root)
		return say_wrong(r, "one directory is enough, not also", word);
	r->options->root = word;
	return 0;
}

static int read_word(struct reader *r)
{
	char *word = r->argv[r->at];
	const struct option *o;
	struct slice name;
	char *behind;

	if (word[0] != '-' || word[1] == '\0')
		return read_root(r, word);
	if (word[1] != '-') {
		o = word[2] == '\0' ? option_find_letter(word[1]) : NULL;
		return o ? read_option(r, o, NULL)
			 : say_wrong(r, "unknown option", word);
	}
	behind = strchr(word, '=');
	name = behind ? slice_of(word + 2, (size_t)(behind - word - 2))
		      : slice_text(word + 2);
	o = option_find(name);
	return o ? read_option(r, o, behind ? behind + 1 : NULL)
		 : say_unknown(r, name);
}

int options_parse(int argc, char *const argv[], struct options *options,
	struct buf *error)
{
	struct reader r = {argc, argv, 0, options, error};
	bool names = false; /* after "--": no more options */

	set_fallbacks(options);
	for (; r.at < argc; r.at++) {
		int status;

		if (!names && strcmp(argv[r.at], "--") == 0) {
			names = true;
			continue;
		}
		status = names ? read_root(&r, argv[r.at]) : read_word(&r);
		if (status != 0)
			return status;
		/* --help and --version end parsing, whatever follows. */
		if (options->action != OPTIONS_SERVE)
			return 0;
	}
	if (!options->root) {
		buf_text(error, "which directory? Try 'contd .'");
		return WRONG;
	}
	if (options->listens == 0)
		options->listen[options->listens++] = options_table[0].fallback;
	options->site.root = options->root;
	return 0;
}
