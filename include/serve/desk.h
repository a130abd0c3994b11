/*
 * desk.h - the memory for deciding a response.
 *
 * It has the large parts of an exchange that are only needed until its body has
 * to wait. Then the bytes of the request (for the log, and to decide again) and
 * of the response's head are kept in one allocation of exactly that size, and
 * the desk is given back.
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

struct desk {
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

/* Takes an empty desk; NULL without memory. */
struct desk *desk_take(struct server *server);

/* Takes a desk with the request that was kept and its path. *kept must stay
 * valid. NULL without memory. */
struct desk *desk_take_again(struct server *server, const struct kept *kept);

/* Makes the reply: an error with our own page; a redirect to the chooser's
 * path; what was chosen, with the ranges of a multipart response. size: of the
 * file whose range gave 416, for Content-Range. */
void desk_refuse(struct desk *desk, int status, uint64_t size);
void desk_redirect(struct desk *desk);
void desk_decide(struct desk *desk, const struct site *site, int64_t date,
	uint64_t size, struct range ranges[RANGE_MAX]);

/* Writes head and page of the reply into the desk, as reply_write does. */
struct buf desk_write(struct desk *desk, const struct site *site,
	struct slice date, size_t *head_len);

/* Drops its lookup and file. */
void desk_clear(struct desk *desk);
/* The same, and gives it back. NULL is ignored. */
void desk_give(struct server *server, struct desk *desk);

/* Copies the request, which was parsed without error, and the response's head.
 * For free(); NULL without memory. */
struct kept *kept_new(const struct desk *desk, size_t head_len);

/* Parses the kept request again. */
void kept_read(const struct kept *kept, struct request *request);

#endif
