/*
 * wish.h - a request, and what is right as its answer.
 *
 * The right answer is made together with the request, from the RFCs and README,
 * and not with any code of the server. Where it depends on the version of the
 * file that is served, it is judged when the head of the answer tells which.
 */
#ifndef CONTD_SIM_WISH_H
#define CONTD_SIM_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree.h"

enum { WISH_RANGES = 6 };

enum condition {
	NO_CONDITION,
	IF_NONE_MATCH, /* the tag of `known` */
	IF_NONE_MATCH_ANY,
	IF_MATCH,
	IF_MODIFIED_SINCE,   /* its date */
	IF_UNMODIFIED_SINCE, /* a second before it: always 412 */
	IF_RANGE
};

/* As in the field: first-last; first- (last is SIZE_MAX); -last (first is
 * SIZE_MAX). */
struct wished_range {
	size_t first, last;
};

struct part {
	size_t first, len;
};

struct wish {
	size_t begin, head_end, end; /* in the client's text */
	int64_t since;               /* when the worker had all of its head */

	struct sim_name *name; /* the file that answers, or NULL */
	int status;            /* 200, or what it is without any condition */
	const char *location;
	const char *coding; /* of what is sent; NULL: none */
	const char *type;   /* NULL: that of the file */
	int minor;          /* of HTTP/1.x */
	bool head, close;
	bool varies, listed;
	bool route;  /* of an application: without a suffix */
	bool broken; /* it is refused, and nothing behind it is read */
	bool wild;   /* nobody knows what is right */
	bool loose;  /* of the answer only, and not of where it ends */
	bool torn;   /* its content is malformed: nothing behind it is read */
	bool content;

	enum condition condition;
	const struct sim_version *known;
	struct wished_range ranges[WISH_RANGES];
	size_t ranges_count;
};

/* The site, for this seed. */
struct sim_site {
	bool listing, spa, clean_urls, redirects, fields;
};

/* Where requests are written. */
struct text {
	char *at;
	size_t len, cap;
};
void text_add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One request more in the text. last: it asks for the connection's end. */
void wish_make(struct wish *wish, struct text *text,
	const struct sim_site *site, bool last);

/* One that no server may follow. */
void wish_make_broken(struct wish *wish, struct text *text);

/*
 * What is right for a request that somebody else wrote; false, and nothing is
 * changed, where that is not known here. A target for GET or HEAD, of a request
 * without Accept; codings that are accepted of the name; ranges.
 */
bool wish_of_target(struct wish *wish, const char *target);
bool wish_of_codings(struct wish *wish, const char *accepted);
bool wish_of_ranges(struct wish *wish, const char *ranges);

/* The tag of a version, without W/; empty if its time tells nothing. */
void wish_tag(const struct sim_version *version, const char *coding, char *into,
	size_t size);
void wish_date(int64_t seconds, char into[32]);

/* The status of the answer from this version, and the parts of it. weak: its
 * tag was. */
int wish_judge(const struct wish *wish, const struct sim_version *version,
	bool weak, struct part parts[WISH_RANGES], size_t *count);

#endif
