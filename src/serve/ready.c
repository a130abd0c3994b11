/*
 * ready.c - responses that need no exchange.
 */
#include "serve/ready.h"

#include <string.h>

#include "http/uri.h"
#include "loop/loop.h"
#include "serve/accesslog.h"
#include "serve/choose.h"
#include "serve/label.h"
#include "sys/clock.h"

/* A response that is being added to a batch. */
struct ready {
	struct server *server;
	const struct sys_peer *peer;
	const struct request *request;
	bool close;
	struct batch *batch;
	struct slice date;
	struct uri uri;
};

static void write_line(const struct ready *ready, int status, uint64_t sent)
{
	if (!ready->server->setup.access_log)
		return;
	access_log(&(struct access){.peer = ready->peer,
		.date = server_clf_date(ready->server),
		.text = access_text_of(ready->request),
		.status = status,
		.sent = sent});
}

/* ---- a file ---- */

/* Whether it has fields for which the response may not be the whole file. */
static bool has_conditions(const struct request *request)
{
	const struct slice *field = request->field;

	return field[FIELD_RANGE].at || field[FIELD_IF_MATCH].at ||
	       field[FIELD_IF_NONE_MATCH].at ||
	       field[FIELD_IF_MODIFIED_SINCE].at ||
	       field[FIELD_IF_UNMODIFIED_SINCE].at;
}

/* Whether Accept-Encoding has weights: they may refuse identity. */
static bool has_weights(const struct request *request)
{
	struct slice value = {NULL, 0};

	if (!request->field[FIELD_ACCEPT_ENCODING].at)
		return false;
	while (request_next(request, FIELD_ACCEPT_ENCODING, &value))
		if (value.len > 0 && memchr(value.at, ';', value.len))
			return true;
	return false;
}

/* Adds the head, and the body if it is not empty. */
static bool add_head(const struct ready *ready, struct file *file,
	const struct label_use *use, struct slice body)
{
	struct batch *batch = ready->batch;
	size_t from = batch->text.len;

	label_write(file->label, use, &batch->text);
	if (batch->text.full) {
		batch->text.len = from;
		batch->text.full = false;
		return false;
	}
	batch_add_text(batch, from);
	if (body.len > 0)
		batch_add(batch, file, body);
	write_line(ready, use->status, body.len);
	return true;
}

/* Adds the plain response, whose head and body are one piece. False: it is
 * being sent with another Date, so that the Date cannot be changed. */
static bool add_plain(const struct ready *ready, struct file *file)
{
	const struct label *label = file->label;
	struct copy *copy = file->copy;
	int64_t second = ready->server->clock.second;

	if (copy->head_len == 0)
		copy_set_head(copy, slice_of(label->head, label->len),
			label_date_at(), -1);
	if (!copy_is_ready(copy, second))
		return false;
	batch_add(
		ready->batch, file, copy_answer(copy, ready->date.at, second));
	write_line(ready, 200, copy->size);
	return true;
}

static struct label_use use_of(
	const struct ready *ready, const struct file *file, int status)
{
	return (struct label_use){.status = status,
		.size = (uint64_t)file->found.version.size,
		.date = ready->date,
		.close = ready->close,
		.minor = ready->request->minor};
}

static bool is_plain(const struct ready *ready)
{
	return ready->request->method == METHOD_GET &&
	       ready->request->minor == 1 && !ready->close;
}

static bool add_whole(const struct ready *ready, struct file *file)
{
	const struct copy *copy = file->copy;
	bool has_body = ready->request->method == METHOD_GET &&
			file->found.version.size > 0;
	struct label_use use;

	if (has_body && (!copy || copy->size > READY_MAX))
		return false;
	if (has_body && is_plain(ready) && add_plain(ready, file))
		return true;
	use = use_of(ready, file, 200);
	return add_head(ready, file, &use,
		has_body ? slice_of(copy->bytes, copy->size) : SLICE(""));
}

/* Adds one part. Several parts, and 416, need an exchange. */
static bool add_part(const struct ready *ready, struct file *file)
{
	const struct copy *copy = file->copy;
	struct label_use use = use_of(ready, file, 206);
	struct range ranges[RANGE_MAX];
	size_t count;

	if (!copy)
		return false;
	switch (range_parse(
		ready->request->field[FIELD_RANGE], use.size, ranges, &count)) {
	case RANGE_WHOLE:
		return add_whole(ready, file);
	case RANGE_NOTHING:
		return false;
	case RANGE_SOME:
		break;
	}
	if (count > 1 || ranges[0].len > READY_MAX)
		return false;
	use.range = &ranges[0];
	return add_head(ready, file, &use,
		slice_of(copy->bytes + ranges[0].first, (size_t)ranges[0].len));
}

static bool add_on_conditions(const struct ready *ready, struct file *file)
{
	const struct request *request = ready->request;
	const struct validators *validators = &file->label->validators;
	int64_t now = loop_date() / SYS_SECOND;
	struct label_use use = use_of(ready, file, 304);

	switch (conditions_judge(request, validators, now)) {
	case VERDICT_FAILED:
		return false;
	case VERDICT_NOT_MODIFIED:
		return add_head(ready, file, &use, SLICE(""));
	case VERDICT_GO:
		break;
	}
	return reply_has_range(request, validators, now)
		       ? add_part(ready, file)
		       : add_whole(ready, file);
}

/* Whether the clock was set back after the label was made: Last-Modified must
 * not be later than Date (RFC 9110, 8.8.2.1). */
static bool is_ahead(const struct label *label)
{
	return label->validators.dated &&
	       label->validators.modified > loop_date() / SYS_SECOND;
}

static bool add_file(const struct ready *ready, struct file *file)
{
	/* If it has precompressed variants an exchange chooses one. */
	if (file->found.kind != FOUND_FILE || file->found.codings != 0 ||
		has_weights(ready->request))
		return false;
	if (!file->label && !label_make(file, ready->server->setup.site,
				    ready->uri.path, loop_date()))
		return false;
	if (is_ahead(file->label))
		return false;
	return has_conditions(ready->request) ? add_on_conditions(ready, file)
					      : add_whole(ready, file);
}

/* ---- a page ---- */

/* Chooses with cached negative answers only; CHOOSE_LOOK_UP: they are
 * not enough. */
static enum choose_step choose_page(
	const struct ready *ready, struct chooser *chooser)
{
	struct server *server = ready->server;
	struct lookup known = {.file = NULL};
	enum choose_step step = choose_begin(
		chooser, ready->request, &ready->uri, server->setup.site);

	while (step == CHOOSE_LOOK_UP &&
		store_find_believed(server->store, chooser->path,
			chooser->flags, &known.found))
		step = choose_next(chooser, &known);
	return step;
}

static bool add_page(const struct ready *ready)
{
	struct buf *text = &ready->batch->text;
	size_t from = text->len;
	struct chooser chooser;
	struct reply reply;
	enum choose_step step = choose_page(ready, &chooser);
	size_t head;

	if (step != CHOOSE_REFUSE && step != CHOOSE_REDIRECT)
		return false;
	reply_refuse(&reply, chooser.status);
	reply.path = ready->uri.path;
	reply.close = ready->close;
	if (step == CHOOSE_REDIRECT) {
		reply.location = chooser.path;
	} else {
		reply.by_coding = chooser.by_coding;
		reply.by_type = chooser.by_type;
	}
	head = reply_write(&reply, ready->request, ready->server->setup.site,
		ready->date, text);
	if (text->full) {
		text->len = from;
		text->full = false;
		return false;
	}
	batch_add_text(ready->batch, from);
	write_line(ready, reply.status, text->len - from - head);
	return true;
}

/* ---- both ---- */

/* Whether a rule redirects the path; this is checked before any file. */
static bool is_redirected(const struct site *site, const struct uri *uri)
{
	struct buf nothing = buf_on(NULL, 0);

	return site->redirects_count > 0 &&
	       site_redirect(site, uri->path, uri->slash, &nothing) != 0;
}

bool ready_add(struct server *server, const struct sys_peer *peer,
	const struct request *request, bool close, struct batch *batch)
{
	struct ready ready = {.server = server,
		.peer = peer,
		.request = request,
		.close = close,
		.batch = batch};
	char bytes[REQUEST_LINE_MAX];
	struct buf path = buf_on(bytes, sizeof bytes);
	struct file *file = NULL;

	if ((request->method != METHOD_GET && request->method != METHOD_HEAD) ||
		request->framing != FRAMING_NONE || batch_is_full(batch) ||
		uri_parse(request->target, &path, &ready.uri) != 0)
		return false;
	ready.date = server_date(server);
	if (!is_redirected(server->setup.site, &ready.uri))
		file = store_find_open(server->store, ready.uri.path,
			JOB_VARIANTS | (ready.uri.slash ? JOB_SLASH : 0));
	return file ? add_file(&ready, file) : add_page(&ready);
}
