/*
 * workspace.c - takes workspaces, gives them back, and copies what is kept.
 */
#include "serve/workspace.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

struct workspace *workspace_take(struct server *server)
{
	struct workspace *workspace = pool_take_raw(&server->workspaces);

	if (!workspace)
		return NULL;
	/* Everything but the large arrays. */
	memset(workspace, 0, offsetof(struct workspace, chooser));
	choose_init(&workspace->chooser);
	return workspace;
}

struct workspace *workspace_take_again(
	struct server *server, const struct kept *kept)
{
	struct workspace *workspace = workspace_take(server);
	struct buf path;
	int status;

	if (!workspace)
		return NULL;
	path = buf_on(workspace->path, sizeof workspace->path);
	kept_read(kept, &workspace->request);
	status = uri_parse(workspace->request.target, &path, &workspace->uri);
	BUG_UNLESS(status == 0);
	return workspace;
}

void workspace_clear(struct workspace *workspace)
{
	store_forget(&workspace->lookup);
	choose_end(&workspace->chooser);
}

void workspace_give(struct server *server, struct workspace *workspace)
{
	if (workspace)
		workspace_clear(workspace);
	pool_give(&server->workspaces, workspace);
}

void workspace_refuse(struct workspace *workspace, int status, uint64_t size)
{
	reply_refuse(&workspace->reply, status);
	workspace->reply.path = workspace->uri.path;
	workspace->reply.size = size;
	workspace->reply.by_coding = workspace->chooser.by_coding;
	workspace->reply.by_type = workspace->chooser.by_type;
}

void workspace_redirect(struct workspace *workspace)
{
	reply_refuse(&workspace->reply, workspace->chooser.status);
	workspace->reply.path = workspace->uri.path;
	workspace->reply.location = workspace->chooser.path;
}

void workspace_decide(struct workspace *workspace, const struct site *site,
	int64_t date, uint64_t size, struct range ranges[RANGE_MAX])
{
	const struct chooser *chooser = &workspace->chooser;
	const struct choice choice = {.found = &chooser->found,
		.path = chooser->name,
		.coding = chooser->coding,
		.by_coding = chooser->by_coding,
		.by_type = chooser->by_type,
		.json = chooser->json};

	if (chooser->status == 200) {
		reply_decide(&workspace->reply, &workspace->request, &choice,
			site, date, ranges);
		return;
	}
	reply_error(&workspace->reply, &choice, site, chooser->status);
	workspace->reply.path = workspace->uri.path;
	workspace->reply.size = size;
}

struct buf workspace_write(struct workspace *workspace, const struct site *site,
	struct slice date, size_t *head_len)
{
	struct buf b = buf_on(workspace->head, sizeof workspace->head);

	*head_len = reply_write(
		&workspace->reply, &workspace->request, site, date, &b);
	return b;
}

/* The bytes of a request, from its first line to its empty line. */
static struct slice bytes_of(const struct request *request)
{
	const char *end = request->fields.at + request->fields.len + 2;

	return slice_of(request->line.at, (size_t)(end - request->line.at));
}

struct kept *kept_new(const struct workspace *workspace, size_t head_len)
{
	struct slice request = bytes_of(&workspace->request);
	struct kept *kept = malloc(sizeof *kept + request.len + head_len);

	if (!kept)
		return NULL;
	kept->request = slice_of(kept->bytes, request.len);
	kept->reply = slice_of(kept->bytes + request.len, head_len);
	memcpy(kept->bytes, request.at, request.len);
	memcpy(kept->bytes + request.len, workspace->head, head_len);
	return kept;
}

void kept_read(const struct kept *kept, struct request *request)
{
	size_t seen = 0;
	ptrdiff_t len = request_parse(kept->request, &seen, request);

	BUG_UNLESS(len == (ptrdiff_t)kept->request.len);
}
