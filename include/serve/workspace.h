/*
 * workspace.h - the memory for deciding a response.
 *
 * It has the large parts of an exchange that are only needed until its body has
 * to wait. Then the bytes of the request (for the log, and to decide again) and
 * of the response's head are kept in one allocation of exactly that size, and
 * the workspace is given back.
 */
#ifndef CONTD_SERVE_DESK_H
#define CONTD_SERVE_DESK_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "files/store.h"
#include "http/request.h"
#include "http/uri.h"
#include "serve/choose.h"
#include "serve/reply.h"
#include "serve/server.h"

struct workspace {
	struct request request; /* slices of the client's input or kept */
	struct uri uri;         /* slices of the target or path */
	struct lookup lookup;
	struct reply reply;
	struct chooser chooser;
	char path[REQUEST_LINE_MAX];
	char head[REPLY_HEAD_MAX];
};

struct kept {
	struct slice request, reply;
	char bytes[];
};

/* Takes an empty workspace; NULL without memory. */
struct workspace *workspace_take(struct server *server);

/* Takes a workspace with the request that was kept and its path. *kept must
 * stay valid. NULL without memory. */
struct workspace *workspace_take_again(
	struct server *server, const struct kept *kept);

/* Makes the reply: an error with our own page; a redirect to the chooser's
 * path; what was chosen, with the ranges of a multipart response. size: of the
 * file whose range gave 416, for Content-Range. */
void workspace_refuse(struct workspace *workspace, int status, uint64_t size);
void workspace_redirect(struct workspace *workspace);
void workspace_decide(struct workspace *workspace, const struct site *site,
	int64_t date, uint64_t size, struct range ranges[RANGE_MAX]);

/* Writes head and page of the reply into the workspace, as reply_write does. */
struct buf workspace_write(struct workspace *workspace, const struct site *site,
	struct slice date, size_t *head_len);

/* Drops its lookup and file. */
void workspace_clear(struct workspace *workspace);
/* The same, and gives it back. NULL is ignored. */
void workspace_give(struct server *server, struct workspace *workspace);

/* Copies the request, which was parsed without error, and the response's head.
 * For free(); NULL without memory. */
struct kept *kept_new(const struct workspace *workspace, size_t head_len);

/* Parses the kept request again. */
void kept_read(const struct kept *kept, struct request *request);

#endif
