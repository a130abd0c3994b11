/*
 * fuzz_site.c - whatever the rules and the paths are, no line of a head is
 * broken, and no path leads to another host than a rule names.
 *
 * A line is a rule or a path, by its first letter:
 *     c CACHE    h HEADER    r REDIRECT    e ERROR-PAGE    p PATH    / PATH/
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "http/chars.h"
#include "site/site.h"

enum { TEXT_MAX = 4096, HEAD_MAX = 256 * 1024 };

static void check_add(bool (*adds)(struct site *, const char *, struct buf *),
	struct site *site, const char *text)
{
	char reason[TEXT_MAX];
	struct buf error = buf_on(reason, sizeof reason);

	BUG_UNLESS(adds(site, text, &error) == (error.len == 0));
	BUG_UNLESS(!error.full);
}

static void check_fields(const struct site *site, struct slice path)
{
	static char head[HEAD_MAX];
	struct buf b = buf_on(head, sizeof head);
	struct slice rest;
	struct slice line;
	struct slice name;

	site_write_headers(site, path, &b);
	rest = buf_slice_of(&b);
	while (!b.full && slice_cut(&rest, '\n', &line) && rest.at) {
		BUG_UNLESS(slice_ends(line, SLICE("\r")));
		line.len--;
		BUG_UNLESS(chars_are(line, CHAR_TEXT));
		BUG_UNLESS(slice_cut(&line, ':', &name) && line.at);
		BUG_UNLESS(chars_are_token(name));
		BUG_UNLESS(!slice_is_nocase(name, SLICE("Content-Length")));
	}
	BUG_UNLESS(b.full || line.len == 0);
}

static void check_redirect(
	const struct site *site, struct slice path, bool slash)
{
	static char location[HEAD_MAX];
	struct buf b = buf_on(location, sizeof location);
	int status = site_redirect(site, path, slash, &b);
	struct slice to = buf_slice_of(&b);

	BUG_UNLESS(status == 0 || (status >= 301 && status <= 308));
	BUG_UNLESS(status != 0 || to.len == 0);
	if (status == 0 || b.full)
		return;
	BUG_UNLESS(chars_are(to, CHAR_GRAPH));
	BUG_UNLESS(memchr(to.at, '\\', to.len) == NULL);
	if (to.at[0] == '/')
		BUG_UNLESS(!slice_starts(to, SLICE("//")));
	else
		BUG_UNLESS(slice_is_nocase(slice_of(to.at, 4), SLICE("http")));
}

static void check_path(const struct site *site, struct slice path, bool slash)
{
	char text[SITE_TYPE_MAX];
	struct buf into = buf_on(text, sizeof text);
	struct slice type = site_type(site, path, &into);

	BUG_UNLESS(chars_are(type, CHAR_TEXT) && type.len > 0);
	BUG_UNLESS(chars_are(site_cache_control(site, path, type), CHAR_TEXT));
	check_fields(site, path);
	check_redirect(site, path, slash);
	(void)site_hides(path);
}

/* Names, as http/uri makes them: others are not asked about. */
static bool is_path(struct slice path)
{
	struct slice name;

	if (path.len == 0)
		return true;
	while (slice_cut(&path, '/', &name))
		if (name.len == 0 || slice_is(name, SLICE(".")) ||
			slice_is(name, SLICE("..")))
			return false;
	return true;
}

static void take_line(struct site *site, const char *text)
{
	const char *rest = text[0] ? text + 1 : text;

	switch (text[0]) {
	case 'c':
		check_add(site_add_cache, site, rest);
		break;
	case 'h':
		check_add(site_add_header, site, rest);
		break;
	case 'r':
		check_add(site_add_redirect, site, rest);
		break;
	case 'e':
		check_add(site_add_error_page, site, rest);
		break;
	default:
		if (is_path(slice_text(rest)))
			check_path(site, slice_text(rest), text[0] == '/');
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct site site;
	char *end;

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	site_init(&site, "/");
	site.cors = size % 2;
	site.immutable = size % 3;
	for (char *line = text; line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		take_line(&site, line);
	}
	for (int status = 0; status < 600; status++)
		(void)site_error_page(&site, status);
	free(text);
	return 0;
}
