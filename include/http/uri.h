/*
 * uri.h - from a request-target to a path below the root (RFC 3986, RFC 9112
 * 3.2).
 *
 * The target is decoded once, then cut into segments; "." and ".." are taken
 * out segment by segment, whatever their spelling was, and nothing can climb
 * above the first. What comes out is a list of names, joined by "/", with no
 * empty name, no "." and no "..", and no "/" in front: it is below the root by
 * construction.
 */
#ifndef CONTD_HTTP_URI_H
#define CONTD_HTTP_URI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

struct uri {
	struct slice path;  /* decoded; empty for the root */
	bool slash;         /* a directory is meant: it ended in "/" */
	bool has_query;     /* there was a "?" */
	struct slice query; /* as it came, without the "?" */
};

/*
 * Reads origin-form ("/a?b") or absolute-form ("http://h/a?b"). A path that
 * means itself is a piece of the target; any other is written to `into`, which
 * needs as many bytes as the target has. Returns 0, or the status to refuse it
 * with: 400 for another form, a byte outside visible ASCII, a broken escape,
 * %00, an encoded slash, a fragment, or a climb above the root; 414 without
 * room.
 */
int uri_parse(struct slice target, struct buf *into, struct uri *uri);

#endif
