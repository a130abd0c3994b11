/*
 * choose.c - which path to look up next, and what to send.
 */
#include "serve/choose.h"

#include <string.h>

#include "http/escape.h"

/* ---- what a query asks of a listing ---- */

static uint32_t key_of(struct slice part)
{
	if (slice_is(part, SLICE("sort=size")))
		return JOB_BY_SIZE;
	return slice_is(part, SLICE("sort=time")) ? JOB_BY_TIME : 0;
}

static uint32_t listing_flags(const struct chooser *chooser)
{
	struct slice rest = chooser->uri->query;
	struct slice part;
	uint32_t flags = JOB_SLASH | JOB_LISTING;
	bool is_sorted = false;
	bool is_ordered = false;

	if (accept_prefers_json(chooser->request))
		flags |= JOB_JSON;
	while (slice_cut(&rest, '&', &part)) {
		if (slice_is(part, SLICE("format=json")))
			flags |= JOB_JSON;
		/* Only the first key and the first order are used. */
		if (!is_sorted)
			flags |= key_of(part);
		if (!is_ordered && slice_is(part, SLICE("order=desc")))
			flags |= JOB_DESCENDING;
		is_sorted |= slice_starts(part, SLICE("sort="));
		is_ordered |= slice_starts(part, SLICE("order="));
	}
	return flags;
}

/* ---- lookups ---- */

static enum choose_step look_up(struct chooser *chooser,
	enum choose_stage stage, struct slice path, uint32_t flags)
{
	chooser->stage = stage;
	chooser->path = path;
	chooser->flags = flags;
	return CHOOSE_LOOK_UP;
}

static enum choose_step refuse(struct chooser *chooser, int status)
{
	chooser->status = status;
	return CHOOSE_REFUSE;
}

/* The site's page for the status, if it has one. */
static enum choose_step fail(struct chooser *chooser, int status)
{
	struct slice page = site_error_page(chooser->site, status);

	if (page.len == 0 || chooser->stage == CHOOSE_ERROR)
		return refuse(chooser, chooser->stage == CHOOSE_ERROR
					       ? chooser->status
					       : status);
	chooser->status = status;
	chooser->coding = CODING_IDENTITY;
	chooser->json = false;
	return look_up(chooser, CHOOSE_ERROR, page, 0);
}

/* Appends to the path, in the chooser's own bytes. Empty when it is
 * too long. */
static struct slice extend(
	struct chooser *chooser, struct slice path, struct slice more)
{
	struct buf b = buf_on(chooser->bytes, CHOOSE_PATH_MAX);

	if (path.at == chooser->bytes)
		b.len = path.len;
	else
		buf_slice(&b, path);
	buf_slice(&b, more);
	return b.full ? slice_of(NULL, 0) : buf_slice_of(&b);
}

static bool has_suffix(struct slice path)
{
	while (path.len > 0 && path.at[path.len - 1] != '/')
		if (path.at[--path.len] == '.')
			return true;
	return false;
}

static bool is_for_application(struct chooser *chooser)
{
	if (!chooser->site->spa || chooser->stage > CHOOSE_CLEAN ||
		has_suffix(chooser->uri->path))
		return false;
	chooser->by_type = true;
	return accept_is_navigation(chooser->request);
}

/* The name was not found. */
static enum choose_step try_another(struct chooser *chooser)
{
	const struct uri *uri = chooser->uri;
	struct slice page;

	if (chooser->site->clean_urls && chooser->stage == CHOOSE_NAME &&
		!uri->slash && uri->path.len > 0) {
		page = extend(chooser, uri->path, SLICE(".html"));
		if (page.len > 0)
			return look_up(
				chooser, CHOOSE_CLEAN, page, JOB_VARIANTS);
	}
	if (is_for_application(chooser))
		return look_up(chooser, CHOOSE_SPA, slice_of("", 0),
			JOB_SLASH | JOB_VARIANTS);
	return fail(chooser, 404);
}

/* Always on this host: uri_write() begins the Location with one "/", not with
 * two (RFC 3986, 4.2). */
static enum choose_step redirect_to_directory(struct chooser *chooser)
{
	const struct uri *uri = chooser->uri;
	struct buf b = buf_on(chooser->bytes, sizeof chooser->bytes);

	buf_byte(&b, '/');
	escape_path(&b, uri->path);
	buf_byte(&b, '/');
	if (uri->has_query) {
		buf_byte(&b, '?');
		buf_slice(&b, uri->query);
	}
	if (b.full)
		return refuse(chooser, 414);
	chooser->path = buf_slice_of(&b);
	chooser->status = 301;
	return CHOOSE_REDIRECT;
}

/* False: no rule is for the path. */
static bool redirect_by_rule(struct chooser *chooser, enum choose_step *step)
{
	const struct uri *uri = chooser->uri;
	struct buf b = buf_on(chooser->bytes, sizeof chooser->bytes);
	int status = site_redirect(chooser->site, uri->path, uri->slash, &b);

	if (status == 0)
		return false;
	/* On this host the query goes with it, unless the rule has its own. */
	if (b.len > 0 && b.at[0] == '/' && uri->has_query &&
		!memchr(b.at, '?', b.len) && !memchr(b.at, '#', b.len)) {
		buf_byte(&b, '?');
		buf_slice(&b, uri->query);
	}
	chooser->path = buf_slice_of(&b);
	chooser->status = status;
	*step = b.full ? refuse(chooser, 414) : CHOOSE_REDIRECT;
	return true;
}

void choose_init(struct chooser *chooser)
{
	memset(chooser, 0, offsetof(struct chooser, bytes));
}

enum choose_step choose_begin(struct chooser *chooser,
	const struct request *request, const struct uri *uri,
	const struct site *site)
{
	enum choose_step step;

	choose_init(chooser);
	chooser->request = request;
	chooser->uri = uri;
	chooser->site = site;
	chooser->status = 200;
	chooser->coding = CODING_IDENTITY;
	if (redirect_by_rule(chooser, &step))
		return step;
	if (site_hides(uri->path))
		return fail(chooser, 404);
	return look_up(chooser, CHOOSE_NAME, uri->path,
		JOB_VARIANTS | (uri->slash ? JOB_SLASH : 0));
}

enum choose_step choose_error(
	struct chooser *chooser, const struct site *site, int status)
{
	chooser->site = site;
	chooser->stage = CHOOSE_NAME;
	return fail(chooser, status);
}

void choose_open_page(struct chooser *chooser, const struct site *site,
	int status, struct file *page)
{
	choose_end(chooser);
	chooser->site = site;
	chooser->stage = CHOOSE_ERROR;
	chooser->status = status;
	chooser->coding = CODING_IDENTITY;
	chooser->name = site_error_page(site, status);
	chooser->file = file_hold(page);
	chooser->found = page->found;
}

/* ---- answers ---- */

static void keep(struct chooser *chooser, struct lookup *answer)
{
	file_drop(chooser->file);
	chooser->file = answer->file;
	chooser->found = answer->found;
	answer->file = NULL;
}

/* The path of the file's precompressed variant; empty when it is too long. */
static struct slice neighbour_of(struct chooser *chooser)
{
	struct slice path = chooser->name;

	if (chooser->found.index) {
		if (path.len > 0)
			path = extend(chooser, path, SLICE("/"));
		/* Nothing in front of the index would be the root's. */
		if (path.len == 0 && chooser->name.len > 0)
			return path;
		path = extend(chooser, path, chooser->site->index);
	}
	return path.len > 0
		       ? extend(chooser, path, coding_suffix(chooser->coding))
		       : path;
}

/* The neighbour of the chosen coding is not what it should be. */
static void cross_out(struct chooser *chooser)
{
	chooser->found.codings &= ~(UINT32_C(1) << chooser->coding);
}

/* The coding that the client would rather have (RFC 9110, 12.5.3): its
 * neighbour is looked up, or it is the file itself. */
static enum choose_step take_best_coding(struct chooser *chooser)
{
	for (;;) {
		struct slice path;

		chooser->coding =
			accept_coding(chooser->request, chooser->found.codings);
		if (chooser->coding == CODING_IDENTITY)
			return CHOOSE_SEND;
		if (chooser->coding == CODING_NONE_WILL_DO) {
			chooser->by_coding = true;
			return fail(chooser, 406);
		}
		path = neighbour_of(chooser);
		if (path.len > 0)
			return look_up(chooser, CHOOSE_CODING, path, 0);
		cross_out(chooser);
	}
}

/* A file: is there a neighbour that the client would rather have? */
static enum choose_step take_file(
	struct chooser *chooser, struct lookup *answer)
{
	chooser->name = chooser->path;
	keep(chooser, answer);
	/* An error page is never answered with 406 instead of its status. */
	if (chooser->stage == CHOOSE_ERROR)
		return CHOOSE_SEND;
	chooser->by_coding = chooser->found.codings != 0;
	return take_best_coding(chooser);
}

/* Takes the variant, unless it is gone or older than the file. */
static enum choose_step take_neighbour(
	struct chooser *chooser, struct lookup *answer)
{
	const struct version *version = &answer->found.version;
	uint32_t index = chooser->found.index;

	if (answer->found.kind != FOUND_FILE ||
		version->modified < chooser->found.version.modified) {
		cross_out(chooser);
		return take_best_coding(chooser);
	}
	keep(chooser, answer);
	chooser->found.index = index;
	return CHOOSE_SEND;
}

static enum choose_step take_directory(struct chooser *chooser)
{
	if (chooser->stage == CHOOSE_NAME)
		return redirect_to_directory(chooser);
	return try_another(chooser);
}

static enum choose_step take_no_index(struct chooser *chooser)
{
	if (chooser->stage == CHOOSE_NAME && chooser->site->listing)
		return look_up(chooser, CHOOSE_LISTING, chooser->path,
			listing_flags(chooser));
	return chooser->stage == CHOOSE_SPA ? fail(chooser, 404)
					    : fail(chooser, 403);
}

static enum choose_step take_listing(
	struct chooser *chooser, struct lookup *answer)
{
	chooser->name = chooser->path;
	chooser->json = chooser->flags & JOB_JSON;
	chooser->by_type = true;
	keep(chooser, answer);
	return CHOOSE_SEND;
}

enum choose_step choose_next(struct chooser *chooser, struct lookup *answer)
{
	if (chooser->stage == CHOOSE_CODING)
		return take_neighbour(chooser, answer);
	/* Without the error page its status is still sent. */
	if (chooser->stage == CHOOSE_ERROR && answer->found.kind != FOUND_FILE)
		return refuse(chooser, chooser->status);
	switch ((enum found_kind)answer->found.kind) {
	case FOUND_FILE:
		return take_file(chooser, answer);
	case FOUND_LISTING:
		return take_listing(chooser, answer);
	case FOUND_DIRECTORY:
		return take_directory(chooser);
	case FOUND_NO_INDEX:
		return take_no_index(chooser);
	case FOUND_NOTHING:
		return try_another(chooser);
	case FOUND_DENIED:
		return fail(chooser, 403);
	case FOUND_SHORTAGE:
	case FOUND_BUSY:
		return refuse(chooser, 503);
	default:
		return fail(chooser, 500);
	}
}

void choose_end(struct chooser *chooser)
{
	file_drop(chooser->file);
	chooser->file = NULL;
}
