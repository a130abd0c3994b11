/*
 * error_pages.c - pages of the site for error statuses.
 */
#include "site/site.h"

#include "http/request.h"
#include "site/rule.h"

/* The errors that can answer a request which was parsed without error. */
static const int statuses[SITE_ERROR_PAGES_MAX] = {
	403, 404, 405, 406, 412, 416, 500, 503};

/* Whether it is a path that a helper accepts: names with a slash
 * before each. */
static bool is_path(struct slice path)
{
	struct slice name;

	(void)slice_cut(&path, '/', &name);
	if (name.len > 0 || !path.at)
		return false;
	while (slice_cut(&path, '/', &name))
		if (name.len == 0 || slice_is(name, SLICE(".")) ||
			slice_is(name, SLICE("..")))
			return false;
	return true;
}

static bool can_have_page(uint64_t status)
{
	for (size_t i = 0; i < SITE_ERROR_PAGES_MAX; i++)
		if (status == (uint64_t)statuses[i])
			return true;
	return false;
}

static bool read_page(
	struct site_error_page *page, struct slice text, struct buf *error)
{
	struct slice path = text;
	struct slice word;
	uint64_t status;

	(void)slice_cut(&path, '=', &word);
	if (!path.at)
		return rule_wrong(error, text,
			"is no page; it must be STATUS=/PATH, as in "
			"404=/404.html");
	if (!slice_number(word, &status) || !can_have_page(status))
		return rule_wrong(error, word,
			"is no status that can have a page; it must be 403, "
			"404, 405, 406, 412, 416, 500 or 503");
	if (!is_path(path))
		return rule_wrong(error, path,
			"is no path of a file; it must begin with a slash, and "
			"have no empty, '.' or '..' name");
	if (path.len > REQUEST_LINE_MAX)
		return rule_wrong(error, path,
			"is too long; it must be 8192 bytes at most");
	page->status = (int)status;
	page->path = slice_from(path, 1);
	return true;
}

bool site_add_error_page(struct site *site, const char *text, struct buf *error)
{
	struct site_error_page page = {0};
	size_t i = 0;

	if (!read_page(&page, slice_text(text), error))
		return false;
	while (i < site->error_pages_count &&
		site->error_pages[i].status != page.status)
		i++;
	site->error_pages[i] = page;
	site->error_pages_count += i == site->error_pages_count;
	return true;
}

struct slice site_error_page(const struct site *site, int status)
{
	for (size_t i = 0; i < site->error_pages_count; i++)
		if (site->error_pages[i].status == status)
			return site->error_pages[i].path;
	/* As other static hosts do. */
	return status == 404 ? SLICE("404.html") : SLICE("");
}
