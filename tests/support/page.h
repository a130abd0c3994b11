/*
 * page.h - the page of a listing, read as a strict client reads it.
 *
 * page_check goes through the whole of it: elements are the ones a listing has,
 * nested and closed as they must be, attributes quoted, text without anything
 * that could be a tag or an unknown reference. page_row takes its rows apart.
 */
#ifndef CONTD_TESTS_PAGE_H
#define CONTD_TESTS_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct page_row {
	struct slice href; /* as it stands there */
	struct slice name; /* the same */
	struct slice time; /* of the datetime attribute; empty without */
	struct slice title;
	struct slice size;
};

/* Fails the test at the first thing that is wrong. */
void page_check(const char *page);

/* The next row of the table's body; *at is the page at first, and moves on. */
bool page_row(const char **at, struct page_row *row);

/* How often the text is in the page. */
size_t page_count(const char *page, const char *text);

/* What the reference (RFC 3986) or the text of HTML stands for. The result is
 * in `into`, which has room for it, with a NUL. */
void page_decode(struct slice href, char *into);
void page_unescape(struct slice text, char *into);

#endif
