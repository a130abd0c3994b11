/*
 * desk.h - where an answer is thought about.
 *
 * All that is large about an exchange, and that it needs only until its body
 * waits. What is kept then, in one piece of memory of just that size, are the
 * bytes of the request, for the log and to think again, and of the head.
 */
#ifndef CONTD_SERVE_DESK_H
#define CONTD_SERVE_DESK_H

#include <stddef.h>

#include "base/slice.h"
#include "files/store.h"
#include "http/request.h"
#include "http/uri.h"
#include "serve/choose.h"
#include "serve/reply.h"
#include "serve/server.h"

struct desk {
	struct request request; /* slices of the client's input, or of kept */
	struct uri uri;         /* slices of the target, or of path */
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

/* An empty one; NULL without memory. */
struct desk *desk_take(struct server *server);

/* With the request that was kept, and its name. What is kept must stay. */
struct desk *desk_take_again(struct server *server, const struct kept *kept);

/* Lets go of what it holds; and of itself. NULL is let pass by the second. */
void desk_clear(struct desk *desk);
void desk_give(struct server *server, struct desk *desk);

/* Of a request that was understood, and this much of a head. For free(); NULL
 * without memory. */
struct kept *kept_new(const struct desk *desk, size_t head_len);

/* The request, as it was understood before. */
void kept_read(const struct kept *kept, struct request *request);

#endif
