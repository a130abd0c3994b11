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
