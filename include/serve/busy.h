/*
 * busy.h - the error page of the site for 503, kept in memory.
 *
 * 503 means that helpers, the disk, descriptors or memory are short, so its
 * page must need none of them. The worker looks the page up and reads it when
 * it starts, and holds the file from then on. If the page is not in memory, 503
 * is answered with our own page.
 *
 * Each use also starts a lookup, for which no client waits. A page that changed
 * is not sent any more; the new one is sent once it has been read. A file that
 * is too large for fill_begin (files/fill.h) is never sent.
 */
#ifndef CONTD_SERVE_BUSY_H
#define CONTD_SERVE_BUSY_H

#include "base/slice.h"
#include "files/file.h"
#include "files/store.h"

struct busy {
	struct store *store;
	struct slice path; /* of the page; empty: the site has none */
	int tick;          /* its row waits for the lookup; or -1 */
	struct lookup lookup;
	struct file *file; /* held; NULL: not found yet */
};

/* Starts the lookup of the page with this path, which must stay valid. tick is
 * a descriptor without any other use; busy owns it from now on. With an empty
 * path tick is not used, and busy_page always returns NULL. */
void busy_open(
	struct busy *busy, struct store *store, struct slice path, int tick);

/* Before the store is shut. */
void busy_shut(struct busy *busy);

/* The page, if all of it is in memory; else NULL. It is not held for the
 * caller: it is valid until the end of the turn. */
struct file *busy_page(struct busy *busy);

#endif
