/*
 * value.c - parses the values of options.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "http/chars.h"
#include "http/request.h"
#include "site/site.h"
#include "sys/sys.h"
#include "table.h"

enum {
	MS_MAX = 24 * 60 * 60 *
		 1000,      /* a day: the timeout of poll() is an int */
	COUNT_MAX = 1 << 20 /* the most descriptors */
};

#define SIZE_MOST (UINT64_C(1) << 40) /* a terabyte */

struct unit {
	struct slice name;
	uint64_t worth;
};

static const struct unit times[] = {
	{{"ms", 2}, 1},
	{{"s", 1}, 1000},
	{{"m", 1}, 60000},
	{{"h", 1}, 3600000},
	{{NULL, 0}, 0},
};

static const struct unit sizes[] = {
	{{"", 0}, 1},
	{{"k", 1}, 1 << 10},
	{{"K", 1}, 1 << 10},
	{{"m", 1}, 1 << 20},
	{{"M", 1}, 1 << 20},
	{{"g", 1}, 1 << 30},
	{{"G", 1}, 1 << 30},
	{{"t", 1}, UINT64_C(1) << 40},
	{{"T", 1}, UINT64_C(1) << 40},
	{{NULL, 0}, 0},
};

/* Parses a number with a unit, at most `most`; 0 needs no unit. */
static bool read_quantity(struct slice text, const struct unit *units,
	uint64_t most, uint64_t *quantity)
{
	size_t digits = 0;
	uint64_t number;

	while (digits < text.len && text.at[digits] >= '0' &&
		text.at[digits] <= '9')
		digits++;
	if (!slice_number(slice_of(text.at, digits), &number))
		return false;
	text = slice_from(text, digits);
	*quantity = 0;
	if (number == 0 && text.len == 0)
		return true;
	for (; units->name.at; units++) {
		if (!slice_is(text, units->name))
			continue;
		*quantity = number * units->worth;
		return number <= most / units->worth;
	}
	return false;
}

static bool must_be(struct buf *error, const char *what)
{
	buf_text(error, "it must be ");
	buf_text(error, what);
	return false;
}

/* Sets *choice to the index of the value among the words, which are separated
 * by blanks. False with a message if it is none of them. */
static bool pick(const char *value, const char *words, unsigned *choice,
	struct buf *error)
{
	struct slice rest = slice_text(words);
	struct slice word;

	for (*choice = 0; slice_cut(&rest, ' ', &word); ++*choice)
		if (slice_is(word, slice_text(value)))
			return true;
	rest = slice_text(words);
	(void)slice_cut(&rest, ' ', &word);
	buf_text(error, "it must be ");
	buf_slice(error, word);
	while (slice_cut(&rest, ' ', &word)) {
		buf_text(error, rest.at ? ", " : " or ");
		buf_slice(error, word);
	}
	*choice = 0;
	return false;
}

static bool is_here(enum poller_kind wait, struct buf *error)
{
	return poller_is_here(wait) ||
	       must_be(error, "poll or select: this system has no epoll");
}

static bool has_sendfile(struct buf *error)
{
	return sys_sendfile(-1, -1, 0, 0) == 0 || errno != ENOSYS ||
	       must_be(error, "aio: this system has no sendfile");
}

/* Sets an option whose value is one of several words. */
static bool set_choice(const struct option *o, const char *value,
	struct options *options, struct buf *error)
{
	unsigned choice;
	bool known;

	switch (o->kind) {
	case OPTION_LOG:
		known = pick(value, "combined off", &choice, error);
		options->log = (enum options_log)choice;
		return known;
	case OPTION_SANDBOX:
		known = pick(value, "auto require off", &choice, error);
		options->sandbox = (enum options_sandbox)choice;
		return known;
	case OPTION_WAIT:
		known = pick(value, "poll select epoll", &choice, error);
		options->wait = (enum poller_kind)choice;
		return known && is_here(options->wait, error);
	case OPTION_FILES:
		known = pick(value, "aio auto", &choice, error);
		options->files = (enum options_files)choice;
		return known &&
		       (choice == OPTIONS_FILES_AIO || has_sendfile(error));
	case OPTION_LISTING:
		known = pick(value, "auto on off", &choice, error);
		options->listing = (enum options_listing)choice;
		return known;
	default:
		known = pick(value, "within-root none all", &choice, error);
		options->site.links = (enum site_links)choice;
		return known;
	}
}

static bool set_charset(
	struct slice name, struct options *options, struct buf *error)
{
	if (!chars_are_token(name) || name.len > SITE_CHARSET_MAX)
		return must_be(error, "the name of a charset, or off");
	options->site.charset = slice_is(name, SLICE("off")) ? SLICE("") : name;
	return true;
}

static bool add_listen(
	const char *value, struct options *options, struct buf *error)
{
	if (options->listens == OPTIONS_LISTEN_MAX)
		return must_be(error, "given 16 times at most");
	options->listen[options->listens++] = value;
	return true;
}

/* The processors that are online; 1 if the system does not tell. */
static size_t count_cores(void)
{
#ifdef _SC_NPROCESSORS_ONLN
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (cores > OPTIONS_WORKERS_MAX)
		return OPTIONS_WORKERS_MAX;
	if (cores > 0)
		return (size_t)cores;
#endif
	return 1;
}

static bool set_workers(
	struct slice value, struct options *options, struct buf *error)
{
	uint64_t count;

	if (slice_is(value, SLICE("auto")))
		count = count_cores();
	else if (!slice_number(value, &count) || count == 0 ||
		 count > OPTIONS_WORKERS_MAX)
		return must_be(error, "a number from 1 to 64, or auto");
	options->workers = (size_t)count;
	return true;
}

static bool set_count(
	struct slice value, size_t most, size_t *field, struct buf *error)
{
	uint64_t count;

	if (!slice_number(value, &count) || count > most) {
		buf_printf(error, "it must be a number; %zu at most", most);
		return false;
	}
	*field = (size_t)count;
	return true;
}

/* Sets a limit of a head in bytes. The largest value is the parser's own limit,
 * and is stored as 0. */
static bool set_bytes(
	struct slice value, size_t most, size_t *field, struct buf *error)
{
	uint64_t bytes;

	if (!read_quantity(value, sizes, most, &bytes)) {
		buf_printf(error,
			"it must be a size such as 500 or 4K, or 0 for the "
			"most there is; %zuK at most",
			most >> 10);
		return false;
	}
	*field = bytes < most ? (size_t)bytes : 0;
	return true;
}

static bool set_fields(struct slice value, size_t *field, struct buf *error)
{
	if (!set_count(value, REQUEST_FIELDS_MAX, field, error))
		return false;
	if (*field == REQUEST_FIELDS_MAX)
		*field = 0;
	return true;
}

static bool set_quantity(const struct option *o, struct slice value,
	void *field, struct buf *error)
{
	uint64_t quantity;

	switch (o->kind) {
	case OPTION_TIME:
		if (!read_quantity(value, times, MS_MAX, &quantity))
			return must_be(error,
				"a time such as 500ms, 30s, 5m or 1h, or 0 for "
				"no limit; 24h at most");
		*(int64_t *)field = (int64_t)quantity;
		return true;
	case OPTION_SIZE:
		if (!read_quantity(value, sizes, SIZE_MOST, &quantity))
			return must_be(error,
				"a size such as 500K, 128M or 2G, or 0; "
				"1T at most");
		*(uint64_t *)field = quantity;
		return true;
	case OPTION_HEAD_BYTES:
		return set_bytes(value, REQUEST_HEAD_MAX, field, error);
	case OPTION_URI_BYTES:
		return set_bytes(value, REQUEST_LINE_MAX, field, error);
	case OPTION_HEAD_FIELDS:
		return set_fields(value, field, error);
	default:
		return set_count(value, COUNT_MAX, field, error);
	}
}

bool option_set(const struct option *o, const char *value,
	struct options *options, struct buf *error)
{
	void *field = (char *)options + o->at;

	switch (o->kind) {
	case OPTION_LISTEN:
		return add_listen(value, options, error);
	case OPTION_WORKERS:
		return set_workers(slice_text(value), options, error);
	case OPTION_TIME:
	case OPTION_SIZE:
	case OPTION_COUNT:
	case OPTION_HEAD_BYTES:
	case OPTION_HEAD_FIELDS:
	case OPTION_URI_BYTES:
		return set_quantity(o, slice_text(value), field, error);
	case OPTION_CHARSET:
		return set_charset(slice_text(value), options, error);
	case OPTION_ERROR_PAGE:
		return site_add_error_page(field, value, error);
	case OPTION_CACHE:
		return site_add_cache(field, value, error);
	case OPTION_HEADER:
		return site_add_header(field, value, error);
	case OPTION_REDIRECT:
		return site_add_redirect(field, value, error);
	case OPTION_TEXT:
		*(const char **)field = value;
		return *value || must_be(error, "a name");
	default:
		return set_choice(o, value, options, error);
	}
}
