/*
 * desk.c - takes desks, gives them back, and copies what is kept.
 */
#include "serve/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "serve/room.h"

struct desk *desk_take(struct server *server)
{
	struct desk *desk = room_take(server, &server->desks);

	if (!desk)
		return NULL;
	/* Everything but the large arrays. */
	memset(desk, 0, offsetof(struct desk, chooser));
	choose_init(&desk->chooser);
	return desk;
}

struct desk *desk_take_again(struct server *server, const struct kept *kept)
{
	struct desk *desk = desk_take(server);
	struct buf path;
	int status;

	if (!desk)
		return NULL;
	path = buf_on(desk->path, sizeof desk->path);
	kept_read(kept, &desk->request);
	status = uri_parse(desk->request.target, &path, &desk->uri);
	BUG_UNLESS(status == 0);
	return desk;
}

void desk_clear(struct desk *desk)
{
	store_forget(&desk->lookup);
	choose_end(&desk->chooser);
}

void desk_give(struct server *server, struct desk *desk)
{
	if (desk)
		desk_clear(desk);
	pool_give(&server->desks, desk);
}

void desk_refuse(struct desk *desk, int status, uint64_t size)
{
	reply_refuse(&desk->reply, status);
	desk->reply.path = desk->uri.path;
	desk->reply.size = size;
	desk->reply.by_coding = desk->chooser.by_coding;
	desk->reply.by_type = desk->chooser.by_type;
}

void desk_redirect(struct desk *desk)
{
	reply_refuse(&desk->reply, desk->chooser.status);
	desk->reply.path = desk->uri.path;
	desk->reply.location = desk->chooser.path;
}

void desk_decide(struct desk *desk, const struct site *site, int64_t date,
	uint64_t size, struct range ranges[RANGE_MAX])
{
	const struct chooser *chooser = &desk->chooser;
	const struct choice choice = {.found = &chooser->found,
		.path = chooser->name,
		.coding = chooser->coding,
		.by_coding = chooser->by_coding,
		.by_type = chooser->by_type,
		.json = chooser->json};

	if (chooser->status == 200) {
		reply_decide(&desk->reply, &desk->request, &choice, site, date,
			ranges);
		return;
	}
	reply_error(&desk->reply, &choice, site, chooser->status);
	desk->reply.path = desk->uri.path;
	desk->reply.size = size;
}

struct buf desk_write(struct desk *desk, const struct site *site,
	struct slice date, size_t *head_len)
{
	struct buf b = buf_on(desk->head, sizeof desk->head);

	*head_len = reply_write(&desk->reply, &desk->request, site, date, &b);
	return b;
}

/* The bytes of a request, from its first line to its empty line. */
static struct slice bytes_of(const struct request *request)
{
	const char *end = request->fields.at + request->fields.len + 2;

	return slice_of(request->line.at, (size_t)(end - request->line.at));
}

struct kept *kept_new(const struct desk *desk, size_t head_len)
{
	struct slice request = bytes_of(&desk->request);
	struct kept *kept = malloc(sizeof *kept + request.len + head_len);

	if (!kept)
		return NULL;
	kept->request = slice_of(kept->bytes, request.len);
	kept->reply = slice_of(kept->bytes + request.len, head_len);
	memcpy(kept->bytes, request.at, request.len);
	memcpy(kept->bytes + request.len, desk->head, head_len);
	return kept;
}

void kept_read(const struct kept *kept, struct request *request)
{
	size_t seen = 0;
	ptrdiff_t len = request_parse(kept->request, &seen, request);

	BUG_UNLESS(len == (ptrdiff_t)kept->request.len);
}
