/* wish.c - requests that make sense. */
#include "wish.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chance.h"

void text_add(struct text *text, const char *format, ...)
{
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf(
		text->at + text->len, text->cap - text->len, format, list);
	va_end(list);
	text->len += (size_t)len;
	if (text->len >= text->cap)
		sim_fail(NOBODY_KNOWN, "no room for a request");
}

void wish_tag(const struct sim_version *version, const char *coding, char *into,
	size_t size)
{
	*into = '\0';
	if (version->modified >= INT64_C(315619200) * 1000000000)
		snprintf(into, size, "\"%" PRIx64 "-%zx%s%.1s\"",
			(uint64_t)version->modified, version->size,
			coding ? "-" : "", coding ? coding : "");
}

void wish_date(int64_t seconds, char into[32])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	gmtime_r(&time, &tm);
	strftime(into, 32, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* ---- the parts of a request ---- */

static void add_ranges(struct wish *wish, struct text *text)
{
	size_t size = wish->name->size;
	size_t count = chance_one_in(3) ? 1 + chance(WISH_RANGES) : 1;

	wish->ranges_count = count;
	text_add(text, "Range: bytes=");
	for (size_t i = 0; i < count; i++) {
		struct wished_range *range = &wish->ranges[i];

		range->first = chance(size + 10);
		range->last = range->first + chance(size / count + 2);
		/* Mistakes are made where a file ends. */
		if (range->first < size && chance_one_in(4))
			range->last = size - 1 + chance(3);
		if (chance_one_in(5))
			range->last = SIZE_MAX;
		else if (chance_one_in(5))
			range->first = SIZE_MAX;
		text_add(text, i > 0 ? ", " : "");
		if (range->first != SIZE_MAX)
			text_add(text, "%zu", range->first);
		text_add(text, "-");
		if (range->last != SIZE_MAX)
			text_add(text, "%zu", range->last);
	}
	text_add(text, "\r\n");
}

/* "first-last", "first-" or "-last"; where it ends, or NULL. */
static const char *read_range(struct wished_range *range, const char *at)
{
	char *end;

	*range = (struct wished_range){SIZE_MAX, SIZE_MAX};
	if (isdigit((unsigned char)*at)) {
		range->first = strtoul(at, &end, 10);
		if (end - at > 18)
			return NULL;
		at = end;
	}
	if (*at++ != '-')
		return NULL;
	if (isdigit((unsigned char)*at)) {
		range->last = strtoul(at, &end, 10);
		if (end - at > 18)
			return NULL;
		at = end;
	}
	return at;
}

bool wish_of_ranges(struct wish *wish, const char *ranges)
{
	size_t count = 0;

	if (strlen(ranges) > 40 || strncmp(ranges, "bytes=", 6) != 0)
		return false;
	for (ranges += 6;; ranges += *ranges == ' ') {
		struct wished_range *range = &wish->ranges[count++];

		ranges = read_range(range, ranges);
		/* Backwards is none, and numbers have an end here. */
		if (!ranges || (range->first != SIZE_MAX &&
				       range->last < range->first))
			return false;
		if (*ranges == '\0')
			break;
		if (count == WISH_RANGES || *ranges++ != ',')
			return false;
	}
	wish->ranges_count = count;
	return true;
}

static void add_condition(struct wish *wish, struct text *text)
{
	static const char *const fields[] = {[IF_NONE_MATCH] = "If-None-Match",
		[IF_NONE_MATCH_ANY] = "If-None-Match",
		[IF_MATCH] = "If-Match",
		[IF_MODIFIED_SINCE] = "If-Modified-Since",
		[IF_UNMODIFIED_SINCE] = "If-Unmodified-Since",
		[IF_RANGE] = "If-Range"};
	enum condition condition = (enum condition)(1 + chance(IF_RANGE));
	char value[64];

	wish->known = &wish->name->versions[chance(wish->name->versions_count)];
	wish_tag(wish->known, NULL, value, sizeof value);
	if (*value == '\0' ||
		(wish->name->changes &&
			(condition == IF_MODIFIED_SINCE ||
				condition == IF_UNMODIFIED_SINCE)))
		return;
	wish->condition = condition;
	if (condition == IF_MODIFIED_SINCE)
		wish_date(wish->known->modified / 1000000000, value);
	else if (condition == IF_UNMODIFIED_SINCE)
		wish_date(wish->known->modified / 1000000000 - 1, value);
	else if (condition == IF_NONE_MATCH_ANY)
		memcpy(value, "*", 2);
	text_add(text, "%s: %s%s\r\n", fields[condition], value,
		condition == IF_NONE_MATCH && chance_one_in(3) ? ", \"other\""
							       : "");
}

/* What the client accepts, and what it gets of a name with neighbours. */
static const struct {
	const char *accepts, *of_bg, *of_z, *of_g;
} codings[] = {{"gzip", "gzip", NULL, "gzip"}, {"gzip, br", "br", NULL, "gzip"},
	{"br;q=0.5, gzip", "gzip", NULL, "gzip"}, {"zstd", NULL, "zstd", NULL},
	{"*", "br", "zstd", "gzip"}, {"gzip;q=0, *;q=0.1", "br", "zstd", NULL},
	{"deflate", NULL, NULL, NULL}, {"identity", NULL, NULL, NULL},
	{"", NULL, NULL, NULL},
	{"br, zstd, gzip, deflate", "br", "zstd", "gzip"}};

enum { CODINGS = sizeof codings / sizeof *codings };

static void accept_codings(struct wish *wish, size_t which)
{
	const char *has = wish->name->codings;

	wish->coding = *has == 'b'   ? codings[which].of_bg
		       : *has == 'z' ? codings[which].of_z
				     : codings[which].of_g;
}

bool wish_of_codings(struct wish *wish, const char *accepted)
{
	for (size_t i = 0; i < CODINGS; i++)
		if (strcmp(codings[i].accepts, accepted) == 0) {
			accept_codings(wish, i);
			return true;
		}
	return false;
}

static void add_codings(struct wish *wish, struct text *text)
{
	size_t which = chance(CODINGS + 1);

	wish->varies = true;
	if (which == CODINGS)
		return;
	text_add(text, "Accept-Encoding: %s\r\n", codings[which].accepts);
	accept_codings(wish, which);
}

/* Bytes that look like a request: whoever loses count answers them. */
static void add_content(struct wish *wish, struct text *text)
{
	static const char evil[] = "GET /evil HTTP/1.1\r\nHost: sim\r\n\r\n";
	size_t len = chance_one_in(20) ? chance(9000) : chance(200);
	bool chunked = chance_one_in(2) && wish->minor == 1;

	wish->content = true;
	text_add(text,
		chunked ? "Transfer-Encoding: chunked\r\n\r\n"
			: "Content-Length: %zu\r\n\r\n",
		len);
	wish->head_end = text->len;
	while (chunked && len > 0) {
		size_t chunk = 1 + chance(len);

		text_add(text, "%zx%s\r\n", chunk,
			chance_one_in(3) ? ";name=\"va\\\"lue\"" : "");
		for (size_t i = 0; i < chunk; i++)
			text_add(text, "%c", evil[i % (sizeof evil - 1)]);
		text_add(text, "\r\n");
		len -= chunk;
	}
	for (size_t i = 0; i < len; i++)
		text_add(text, "%c", evil[i % (sizeof evil - 1)]);
	if (chunked)
		text_add(text, "0\r\n%s\r\n",
			chance_one_in(3) ? "Trailer: yes\r\n" : "");
}

/* ---- targets ---- */

/* Names that lead to something else than a file of that name. */
static const struct {
	const char *target;
	int status;
	const char *name, *location;
} others[] = {{"/", 200, "index.html", NULL},
	{"/dir/", 200, "dir/index.html", NULL},
	{"/dir/?a=b", 200, "dir/index.html", NULL},
	{"/dir", 301, NULL, "/dir/"}, {"/bare?x=/y", 301, NULL, "/bare/?x=/y"},
	{"/denied", 403, NULL, NULL}, {"/broken", 500, NULL, NULL},
	{"/short", 503, NULL, NULL}, {"/.git/config", 404, NULL, NULL},
	{"/f2%2Etxt", 200, "f2.txt", NULL},
	{"/dir/.././f2.txt", 200, "f2.txt", NULL},
	{"//dir//index.html", 200, "dir/index.html", NULL},
	{"http://sim/f2.txt", 200, "f2.txt", NULL},
	{"/f2.txt/", 404, NULL, NULL}, {"/%2e%2e/x", 400, NULL, NULL},
	{"/../x", 400, NULL, NULL}, {"/a%2fb", 400, NULL, NULL},
	{"/a%00", 400, NULL, NULL}, {"/a%zz", 400, NULL, NULL},
	{"/nowhere.bin", 404, NULL, NULL}, {"/busy", 503, NULL, NULL}};

enum { OTHERS = sizeof others / sizeof *others };

static void take_other(struct wish *wish, size_t which)
{
	wish->status = others[which].status;
	if (others[which].name)
		wish->name = tree_find(others[which].name);
	wish->location = others[which].location;
}

bool wish_of_target(struct wish *wish, const char *target)
{
	struct sim_name *name = tree_find(target + 1);

	for (size_t i = 0; i < OTHERS; i++)
		if (strcmp(others[i].target, target) == 0) {
			take_other(wish, i);
			return true;
		}
	if (*target != '/' || !name || !name->type ||
		strcmp(name->path, "listing") == 0)
		return false;
	wish->status = 200;
	wish->name = name;
	wish->varies = name->codings;
	return true;
}

static const char *other_target(struct wish *wish, const struct sim_site *site)
{
	size_t which = chance(OTHERS + 4);

	if (which < OTHERS) {
		take_other(wish, which);
		return others[which].target;
	}
	switch (which - OTHERS) {
	case 0:
		wish->status = site->clean_urls ? 200 : 404;
		wish->name = site->clean_urls ? tree_find("page.html") : NULL;
		wish->route = true;
		return "/page";
	case 1:
		wish->status = site->listing ? 200 : 403;
		wish->name = site->listing ? tree_find("listing") : NULL;
		wish->listed = site->listing;
		return chance_one_in(2) ? "/bare/"
					: "/bare/?sort=time&order=desc";
	case 2:
		wish->status = site->redirects ? 308 : 404;
		wish->location = site->redirects ? "/new/place?q" : NULL;
		wish->route = true;
		return "/old/place?q";
	default:
		wish->status = 404;
		wish->route = true;
		return "/app/route";
	}
}

static const char *choose_target(
	struct wish *wish, const struct sim_site *site, char into[64])
{
	static const char *const coded[] = {"n.txt", "o.txt", "p.txt"};
	const char *target = into;

	wish->status = 200;
	if (chance_one_in(4))
		target = other_target(wish, site);
	else if (chance_one_in(6))
		wish->name = tree_find(coded[chance(3)]);
	else
		wish->name = tree_pick(chance_one_in(3));
	if (wish->name)
		snprintf(into, 64, "/%s", wish->name->path);
	return target;
}

/* ---- requests ---- */

static const char *choose_method(struct wish *wish)
{
	if (chance_one_in(6)) {
		wish->head = true;
		return "HEAD";
	}
	if (!chance_one_in(10))
		return "GET";
	wish->name = NULL;
	wish->location = NULL;
	wish->listed = false;
	wish->status = 405;
	if (chance_one_in(3)) {
		wish->status = 204;
		return "OPTIONS";
	}
	if (chance_one_in(3)) {
		wish->status = 501;
		return "BREW";
	}
	return chance_one_in(2) ? "POST" : "DELETE";
}

static void add_fields_of_file(
	struct wish *wish, struct text *text, const struct sim_site *site)
{
	if (wish->listed) {
		wish->type = "text/html; charset=utf-8";
		if (chance_one_in(2)) {
			text_add(text, "Accept: application/json\r\n");
			wish->type = "application/json";
		}
		return;
	}
	if (!wish->name && wish->status == 404 && chance_one_in(2)) {
		text_add(text, "Accept: text/html, */*;q=0.1\r\n");
		if (wish->route && site->spa) {
			wish->status = 200;
			wish->name = tree_find("index.html");
		}
	}
	if (!wish->name)
		return;
	if (wish->name->codings)
		add_codings(wish, text);
	else if (chance_one_in(5))
		add_condition(wish, text);
	if (chance_one_in(4) && !wish->name->codings)
		add_ranges(wish, text);
}

static void add_connection(struct wish *wish, struct text *text, bool last)
{
	wish->close = last || wish->minor == 0;
	if (last)
		text_add(text, "Connection: close\r\n");
	else if (wish->minor == 0 && chance_one_in(2)) {
		text_add(text, "Connection: keep-alive\r\n");
		wish->close = false;
	}
}

void wish_make(struct wish *wish, struct text *text,
	const struct sim_site *site, bool last)
{
	char bytes[64];
	const char *target;
	const char *method;

	*wish = (struct wish){.begin = text->len, .minor = 1};
	if (chance_one_in(10))
		wish->minor = 0;
	target = choose_target(wish, site, bytes);
	method = choose_method(wish);
	text_add(text, "%s %s HTTP/1.%d\r\nHost: sim\r\n", method, target,
		wish->minor);
	add_fields_of_file(wish, text, site);
	add_connection(wish, text, last);
	if (chance_one_in(wish->status == 405 ? 2 : 20)) {
		if (wish->minor == 1 && chance_one_in(6)) {
			text_add(text, "Expect: 100-continue\r\n");
			wish->close = true;
		}
		add_content(wish, text);
	} else {
		text_add(text, "\r\n");
		wish->head_end = text->len;
	}
	wish->end = text->len;
}
