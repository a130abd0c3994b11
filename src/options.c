/* options.c - the command line. */
#include "options.h"

#include <string.h>

#include "base/slice.h"

enum {
	WRONG = 64, /* EX_USAGE of sysexits(3) */
	NEAR = 3,   /* edits between a wrong word and the right one, at most */
	WORD = 24,  /* bytes of an option's name, at most */
	HELP_COLUMN = 28,
	MS_MAX = 24 * 60 * 60 * 1000 /* a day: poll(2) has an int for it */
};

#define HINT "\nTry 'contd --help'."

enum kind { FLAG, TEXT, LISTEN, LOG, WAIT, TIME, ACTION };

struct option {
	const char *name;
	char letter; /* 0: none */
	enum kind kind;
	size_t at;         /* the field of struct options */
	const char *value; /* what --help calls its value; NULL: it has none */
	const char *help;
	const char *fallback; /* its value when it is not given */
};

#define AT(field) offsetof(struct options, field)

static const struct option all[] = {
	{"listen", 0, LISTEN, AT(listen), "ADDR:PORT",
		"where to listen; also :PORT (every\n"
		"interface), unix:PATH; repeatable",
		"127.0.0.1:8080"},
	{"log", 0, LOG, AT(log), "WHAT", "the access log: combined or off",
		"combined"},
	{"log-file", 0, TEXT, AT(log_file), "FILE",
		"append the access log to FILE instead\nof standard output",
		NULL},
	{"daemon", 0, FLAG, AT(daemon), NULL,
		"go to the background once serving", NULL},
	{"pid-file", 0, TEXT, AT(pid_file), "FILE",
		"hold FILE with the process number in it", NULL},
	{"user", 0, TEXT, AT(user), "NAME",
		"serve as this user (a name or a number)", NULL},
	{"group", 0, TEXT, AT(group), "NAME", "and as this group", NULL},
	{"wait", 0, WAIT, AT(wait), "CALL", "wait with poll or select", "poll"},
	{"header-timeout", 0, TIME, AT(header_timeout), "TIME",
		"for a whole request head", "10s"},
	{"idle-timeout", 0, TIME, AT(idle_timeout), "TIME",
		"for the next request of a client", "15s"},
	{"send-timeout", 0, TIME, AT(send_timeout), "TIME",
		"for a client that takes nothing", "30s"},
	{"helper-timeout", 0, TIME, AT(helper_timeout), "TIME",
		"for finding a file", "2s"},
	{"read-timeout", 0, TIME, AT(read_timeout), "TIME",
		"for a block of a file", "10s"},
	{"drain-timeout", 0, TIME, AT(drain_timeout), "TIME",
		"for what is in flight at the end", "20s"},
	{"help", 'h', ACTION, OPTIONS_HELP, NULL, "say this and end", NULL},
	{"version", 'V', ACTION, OPTIONS_VERSION, NULL,
		"say which contd this is and end", NULL},
};

enum { ALL = sizeof all / sizeof all[0] };

/* ---- what there is, and what is near ---- */

static const struct option *find_name(struct slice name)
{
	for (size_t i = 0; i < ALL; i++)
		if (slice_is(name, slice_text(all[i].name)))
			return &all[i];
	return NULL;
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < ALL; i++)
		if (all[i].letter != 0 && all[i].letter == letter)
			return &all[i];
	return NULL;
}

static size_t least(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Bytes to insert, remove or replace until a is b (Levenshtein). */
static size_t distance(struct slice a, struct slice b)
{
	size_t row[WORD + 1];

	if (a.len > WORD || b.len > WORD)
		return WORD;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t swap = corner + (a.at[i - 1] != b.at[j - 1]);

			corner = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1, swap);
		}
	}
	return row[b.len];
}

static const struct option *find_near(struct slice name)
{
	const struct option *best = NULL;
	size_t near = NEAR;

	for (size_t i = 0; i < ALL; i++) {
		struct slice right = slice_text(all[i].name);
		size_t d = distance(name, right);

		/* Half of the letters wrong is another word. */
		if (d <= near && 2 * d < right.len) {
			best = &all[i];
			near = d - (d > 0);
		}
	}
	return best;
}

/* ---- values ---- */

static bool read_time(struct slice text, int64_t *ms)
{
	static const struct unit {
		struct slice name;
		uint64_t ms;
	} units[] = {
		{{"ms", 2}, 1},
		{{"s", 1}, 1000},
		{{"m", 1}, 60000},
		{{"h", 1}, 3600000},
	};
	size_t digits = 0;
	uint64_t number;

	while (digits < text.len && text.at[digits] >= '0' &&
		text.at[digits] <= '9')
		digits++;
	if (!slice_number(slice_of(text.at, digits), &number))
		return false;
	text = slice_of(text.at + digits, text.len - digits);
	*ms = 0;
	if (number == 0 && text.len == 0)
		return true;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (!slice_is(text, units[i].name))
			continue;
		if (number > MS_MAX / units[i].ms)
			return false;
		*ms = (int64_t)(number * units[i].ms);
		return true;
	}
	return false;
}

/* The number of the right word that the value is, or -1. */
static int pick(const char *value, const char *first, const char *second)
{
	if (strcmp(value, first) == 0)
		return 0;
	return strcmp(value, second) == 0 ? 1 : -1;
}

/* Puts the value in its place. Returns NULL, or what would have been right. */
static const char *set_value(
	const struct option *o, const char *value, struct options *options)
{
	void *field = (char *)options + o->at;
	int choice;

	switch (o->kind) {
	case LISTEN:
		if (options->listens == OPTIONS_LISTEN_MAX)
			return "given 16 times at most";
		options->listen[options->listens++] = value;
		return NULL;
	case LOG:
		choice = pick(value, "combined", "off");
		options->log =
			choice == 1 ? OPTIONS_LOG_OFF : OPTIONS_LOG_COMBINED;
		return choice < 0 ? "combined or off" : NULL;
	case WAIT:
		choice = pick(value, "poll", "select");
		options->wait = choice == 1 ? POLLER_SELECT : POLLER_POLL;
		return choice < 0 ? "poll or select" : NULL;
	case TIME:
		if (read_time(slice_text(value), field))
			return NULL;
		return "a time such as 500ms, 30s, 5m or 1h, or 0 for no "
		       "limit; 24h at most";
	default:
		*(const char **)field = value;
		return *value ? NULL : "a name";
	}
}

static void set_plain(const struct option *o, struct options *options)
{
	if (o->kind == ACTION)
		options->action = (enum options_action)o->at;
	else
		*(bool *)((char *)options + o->at) = true;
}

static void set_fallbacks(struct options *options)
{
	memset(options, 0, sizeof *options);
	for (size_t i = 0; i < ALL; i++)
		if (all[i].fallback && all[i].kind != LISTEN)
			(void)set_value(&all[i], all[i].fallback, options);
}

/* ---- words ---- */

struct reader {
	int argc;
	char *const *argv;
	int at; /* the word that is being read */
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
	const struct option *near = find_near(name);

	buf_printf(r->error, "argument %d: unknown option '--", r->at + 1);
	buf_slice(r->error, name.len < 200 ? name : slice_of(name.at, 200));
	buf_byte(r->error, '\'');
	if (near)
		buf_printf(r->error, " (did you mean '--%s'?)", near->name);
	buf_text(r->error, HINT);
	return WRONG;
}

/* The value of an option that wants one: behind '=', or the next word. */
static const char *take_value(struct reader *r, const char *behind)
{
	if (behind)
		return behind;
	/* "--log-file --daemon" is a value forgotten, not a file's name. */
	if (r->at + 1 == r->argc || strncmp(r->argv[r->at + 1], "--", 2) == 0)
		return NULL;
	return r->argv[++r->at];
}

static int read_option(struct reader *r, const struct option *o, char *behind)
{
	int place = r->at + 1;
	const char *value;
	const char *right;

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
	right = set_value(o, value, r->options);
	if (!right)
		return 0;
	buf_printf(r->error,
		"argument %d: '--%s' is '%.200s'; it must be %s" HINT, place,
		o->name, value, right);
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
		o = word[2] == '\0' ? find_letter(word[1]) : NULL;
		return o ? read_option(r, o, NULL)
			 : say_wrong(r, "unknown option", word);
	}
	behind = strchr(word, '=');
	name = behind ? slice_of(word + 2, (size_t)(behind - word - 2))
		      : slice_text(word + 2);
	o = find_name(name);
	return o ? read_option(r, o, behind ? behind + 1 : NULL)
		 : say_unknown(r, name);
}

int options_parse(int argc, char *const argv[], struct options *options,
	struct buf *error)
{
	struct reader r = {argc, argv, 0, options, error};
	bool names = false; /* "--" was there: no more options */

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
		/* Whoever asks for help gets it, whatever follows. */
		if (options->action != OPTIONS_SERVE)
			return 0;
	}
	if (!options->root) {
		buf_text(error, "which directory? Try 'contd .'");
		return WRONG;
	}
	if (options->listens == 0)
		options->listen[options->listens++] = all[0].fallback;
	return 0;
}

/* ---- help ---- */

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
	while (slice_cut(&lines, '\n', &line)) {
		pad(b, b->len - start, HELP_COLUMN);
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
	for (size_t i = 0; i < ALL; i++)
		print_option(b, &all[i]);
	buf_text(b,
		"\nA TIME is a number with a unit: 500ms, 30s, 5m, 1h; 0 is "
		"no limit.\nThe manual: man contd\n");
}
