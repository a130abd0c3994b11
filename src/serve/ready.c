/*
 * ready.c - which answers are alike.
 */
#include "serve/ready.h"

#include <string.h>

#include "http/uri.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "serve/accesslog.h"

#define SECOND INT64_C(1000000000)

/* In every head of ours with status 200. */
static const char until_date[] = "HTTP/1.1 200 OK\r\nDate: ";

/* Fields that can change the answer of a file without neighbours. */
static bool has_conditions(const struct request *request)
{
	const struct slice *field = request->field;

	return field[FIELD_RANGE].at || field[FIELD_IF_MATCH].at ||
	       field[FIELD_IF_NONE_MATCH].at ||
	       field[FIELD_IF_MODIFIED_SINCE].at ||
	       field[FIELD_IF_UNMODIFIED_SINCE].at;
}

/* A weight may forbid the file as it is. */
static bool has_weights(const struct request *request)
{
	struct slice rest = request->fields;
	struct slice value;

	if (!request->field[FIELD_ACCEPT_ENCODING].at)
		return false;
	while (request_next(&rest, FIELD_ACCEPT_ENCODING, &value))
		if (value.len > 0 && memchr(value.at, ';', value.len))
			return true;
	return false;
}

static bool is_plain(const struct request *request)
{
	return request->method == METHOD_GET && request->minor == 1 &&
	       request->keep_alive && request->framing == FRAMING_NONE &&
	       !has_conditions(request) && !has_weights(request);
}

/* The file whose copy may answer this request, if it is current; or NULL. */
static struct file *find(struct server *server, const struct request *request)
{
	char bytes[REQUEST_LINE_MAX];
	struct buf path = buf_on(bytes, sizeof bytes);
	struct uri uri;
	struct file *file;

	/* A redirect comes before any file. */
	if (!is_plain(request) || server->draining ||
		server->setup.site->redirects_count > 0 ||
		uri_parse(request->target, &path, &uri) != 0)
		return NULL;
	file = store_find_open(server->store, uri.path,
		JOB_VARIANTS | (uri.slash ? JOB_SLASH : 0));
	/* Neighbours may have come since its head was made. */
	return file && file->found.codings == 0 && file->copy ? file : NULL;
}

static void write_line(struct server *server, const struct sys_peer *peer,
	const struct request *request, uint64_t sent)
{
	char bytes[JOURNAL_LINE];
	struct buf line = buf_on(bytes, sizeof bytes);

	access_write(&line, &(struct access){.peer = peer,
				    .date = server_clf_date(server),
				    .request = request,
				    .status = 200,
				    .sent = sent});
	journal_access(buf_slice_of(&line));
}

bool ready_add(struct server *server, const struct sys_peer *peer,
	const struct request *request, struct volley *volley)
{
	/* It sets the second. */
	struct slice date = server_date(server);
	struct file *file;

	if (volley_is_full(volley))
		return false;
	file = find(server, request);
	if (!file || !copy_is_ready(file->copy, server->clock.second))
		return false;
	volley_add(volley, file,
		copy_answer(file->copy, date.at, server->clock.second));
	if (server->setup.access_log)
		write_line(server, peer, request, file->copy->size);
	return true;
}

/* Whether it will be the same head in a minute: an etag loses its weakness, and
 * a Last-Modified that is Date moves with it. Judged by the head, which may have
 * been written long ago. */
static bool is_settled(const struct reply *reply, const struct file *file)
{
	const struct validators *validators = &reply->validators;

	return !slice_starts(validators->etag, SLICE("W/")) &&
	       (!validators->dated ||
		       validators->modified ==
			       file->found.version.modified / SECOND);
}

void ready_keep(const struct exchange *exchange)
{
	const struct chooser *chooser = &exchange->chooser;
	const struct reply *reply = &exchange->reply;
	struct slice head = slice_of(exchange->head, exchange->head_len);
	struct file *file = chooser->file;

	if (!file || !file->copy || file->copy->head_len > 0 ||
		file->copy->size > READY_MAX || !is_plain(&exchange->request) ||
		reply->close || chooser->stage != CHOOSE_NAME ||
		chooser->by_coding || chooser->by_type ||
		reply->status != 200 || !is_settled(reply, file) ||
		!slice_starts(head, SLICE(until_date)))
		return;
	copy_set_head(file->copy, head, sizeof until_date - 1, -1);
}
