/*
 * uri.h - from a request-target to a path below the root (RFC 3986; RFC
 * 9112, 3.2).
 *
 * The target is split into segments, and each is decoded once; "." and ".." are
 * then removed, encoded or not, and ".." above the root is an error. The result
 * is a list of names joined by "/", without empty names, "." and "..", and
 * without a leading "/". So it is always below the root.
 */
#ifndef CONTD_HTTP_URI_H
#define CONTD_HTTP_URI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

struct uri {
	struct slice path;  /* decoded; empty for the root */
	bool slash;         /* a directory is meant: it ended in "/" */
	bool has_query;     /* it had a "?" */
	struct slice query; /* as received, without the "?" */
};

/*
 * Parses origin-form ("/a?b") or absolute-form ("http://h/a?b"). A path that is
 * the same decoded is a slice of the target; any other is written to `into`,
 * which needs room for as many bytes as the target has. Returns 0, or the
 * status to refuse it with: 400 for another form, a byte outside visible ASCII,
 * a malformed escape, %00, an encoded slash, a fragment, or ".." above the
 * root; 414 without room.
 */
int uri_parse(struct slice target, struct buf *into, struct uri *uri);

#endif
