/*
 * redirects.c - redirects of paths.
 */
#include "site/site.h"

#include <string.h>

#include "http/chars.h"
#include "http/escape.h"
#include "http/host.h"
#include "site/rule.h"

#define SPLAT SLICE(":splat")

/* ---- the text of a rule ---- */

/* Whether RFC 3986 allows its bytes in a reference; bytes above ASCII are also
 * accepted, and are encoded in Location. A backslash is refused: to browsers it
 * is a slash. */
static bool is_reference(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (char_is(s.at[i], CHAR_UNRESERVED | CHAR_SUB_DELIM) ||
			(unsigned char)s.at[i] >= 0x80)
			continue;
		if (s.at[i] == '%' && s.len - i > 2 &&
			chars_are(slice_of(s.at + i + 1, 2), CHAR_HEX))
			continue;
		if (!memchr("/:@?#[]", s.at[i], 7))
			return false;
	}
	return true;
}

/* Whether it is a path on this host; two slashes would begin another host. */
static bool is_path(struct slice to)
{
	return slice_starts(to, SLICE("/")) && !slice_starts(to, SLICE("//"));
}

static bool has_splat(struct slice to)
{
	for (; to.len > 0; to = slice_from(to, 1))
		if (slice_starts(to, SPLAT))
			return true;
	return false;
}

/* The part before the query. */
static struct slice path_of(struct slice to)
{
	size_t len = 0;

	while (len < to.len && to.at[len] != '?' && to.at[len] != '#')
		len++;
	return slice_of(to.at, len);
}

/* Whether every redirect by this rule would match the rule again, for ever. If
 * only one of its paths is the target, site_redirect() does not redirect it. */
static bool is_circle(const struct pattern *from, struct slice to)
{
	struct slice path = path_of(to);
	bool slash = slice_ends(path, SLICE("/"));

	if (!is_path(to) || (from->kind != PATTERN_EXACT && !has_splat(path)))
		return false;
	path = slice_from(path, 1);
	path.len -= slash && path.len > 0;
	return pattern_matches(from, path, slash, NULL);
}

static bool read_target(
	struct site_redirect *redirect, struct slice to, struct buf *error)
{
	struct slice rest = to;
	struct slice host;

	if (!is_path(to) && !host_cut(&rest, &host))
		return rule_wrong(error, to,
			"leads nowhere; it must begin with one slash, or be "
			"http://HOST/... or https://HOST/...");
	if (!is_reference(rest))
		return rule_wrong(error, to,
			"has what no address has; blanks, quotes and the like "
			"must be percent-encoded");
	if (memchr(to.at, '*', to.len))
		return rule_wrong(error, to,
			"has a star; what the one of FROM stood for must be "
			":splat");
	if (redirect->pattern.kind == PATTERN_EXACT && has_splat(rest))
		return rule_wrong(error, to,
			"has a :splat, but there is no star that it could "
			"stand for");
	if (is_circle(&redirect->pattern, to))
		return rule_wrong(error, to,
			"leads back to where it came from, for ever; it must "
			"be outside of that");
	redirect->to = to;
	return true;
}

static bool read_status(
	struct site_redirect *redirect, struct slice word, struct buf *error)
{
	static const int statuses[] = {301, 302, 303, 307, 308};
	uint64_t number = 301;

	if (word.len > 0 && !slice_number(word, &number))
		number = 0;
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		redirect->status = statuses[i];
		if (number == (uint64_t)statuses[i])
			return true;
	}
	return rule_wrong(error, word,
		"is no status of a redirect; it must be 301, 302, 303, 307 or "
		"308");
}

bool site_add_redirect(struct site *site, const char *text, struct buf *error)
{
	struct site_redirect *redirect =
		&site->redirects[site->redirects_count];
	struct slice rest = slice_text(text);
	struct slice from = rule_word(&rest);
	struct slice to = rule_word(&rest);

	if (!rule_fits(site->redirects_count, SITE_RULES_MAX, error))
		return false;
	if (to.len == 0)
		return rule_wrong(error, from,
			"leads nowhere; it must be 'FROM TO [STATUS]', as in "
			"'/old/* /new/:splat 301'");
	if (!rule_pattern(from, &redirect->pattern, error) ||
		!read_target(redirect, to, error) ||
		!read_status(redirect, rest, error))
		return false;
	site->redirects_count++;
	return true;
}

/* ---- redirecting ---- */

/* What the star stood for, with the slash that the path ended in. */
static void write_splat(struct buf *b, struct slice splat, bool slash)
{
	escape_path(b, splat);
	if (slash && splat.len > 0)
		buf_byte(b, '/');
}

static void write_target(
	struct buf *b, struct slice to, struct slice splat, bool slash)
{
	while (to.len > 0) {
		if (slice_starts(to, SPLAT)) {
			write_splat(b, splat, slash);
			to = slice_from(to, SPLAT.len);
			/* Of "/:splat/x", "//x" would be another host. */
			while (slice_ends(buf_slice_of(b), SLICE("/")) &&
				slice_starts(to, SLICE("/")))
				to = slice_from(to, 1);
			continue;
		}
		if ((unsigned char)to.at[0] < 0x80)
			buf_byte(b, to.at[0]);
		else
			escape_segment(b, slice_of(to.at, 1));
		to = slice_from(to, 1);
	}
}

/* Whether the path is the target of its redirect. */
static bool is_there(
	const struct site_redirect *redirect, struct slice path, bool slash)
{
	struct pattern target;

	return pattern_parse(path_of(redirect->to), &target) &&
	       target.kind == PATTERN_EXACT &&
	       pattern_matches(&target, path, slash, NULL);
}

static const struct site_redirect *find_redirect(const struct site *site,
	struct slice path, bool slash, struct slice *splat)
{
	const struct site_redirect *best = NULL;
	struct slice rest;

	for (size_t i = 0; i < site->redirects_count; i++) {
		const struct site_redirect *one = &site->redirects[i];

		if (!pattern_matches(&one->pattern, path, slash, &rest) ||
			(best && !rule_beats(
					 &one->pattern, &best->pattern, true)))
			continue;
		best = one;
		*splat = rest;
	}
	return best;
}

int site_redirect(const struct site *site, struct slice path, bool slash,
	struct buf *into)
{
	struct slice splat = {NULL, 0};
	const struct site_redirect *redirect =
		find_redirect(site, path, slash, &splat);

	if (!redirect || is_there(redirect, path, slash))
		return 0;
	write_target(into, redirect->to, splat, slash);
	return redirect->status;
}
