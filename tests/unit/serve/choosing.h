/*
 * choosing.h - requests, a world of names, and the way through it.
 *
 * The way is written down as text: each name that is looked up with what is
 * asked of it, then what is done in the end.
 *
 *     "d v | d/ ... > 200 d/"
 *
 * A name with a slash behind it is a directory's, with a question mark its
 * listing; "v" asks for neighbours, "j" for JSON, "s", "t", "d" for an order.
 */
#ifndef CONTD_TESTS_UNIT_SERVE_CHOOSING_H
#define CONTD_TESTS_UNIT_SERVE_CHOOSING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "serve/choose.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { NAMES = 6, BR = 1 << CODING_BR, GZ = 1 << CODING_GZIP };

struct name {
	const char *name;
	enum found_kind kind;
	uint32_t codings;
	int64_t modified;
};

struct way {
	const char *site; /* "c"lean URLs, "s"pa, "l"isting, "p"ages */
	const char *target;
	const char *fields;
	struct name names[NAMES]; /* all others lead nowhere */
	const char *want;
};

struct choosing {
	struct site site;
	char head[20000];
	char path[REQUEST_LINE_MAX];
	struct request request;
	struct uri uri;
	struct chooser chooser;
	char trace[20000];
};

static inline void make_site(struct choosing *c, const char *options)
{
	site_init(&c->site, "/");
	c->site.clean_urls = strchr(options, 'c') != NULL;
	c->site.spa = strchr(options, 's') != NULL;
	c->site.listing = strchr(options, 'l') != NULL;
	if (!strchr(options, 'p'))
		return;
	assert_true(site_add_error_page(&c->site, "403=/errors/no.html", NULL));
	assert_true(site_add_error_page(&c->site, "406=/what.html", NULL));
	assert_true(site_add_error_page(&c->site, "500=/fault.html", NULL));
	assert_true(site_add_error_page(&c->site, "503=/busy.html", NULL));
}

static inline enum choose_step begin(
	struct choosing *c, const char *target, const char *fields)
{
	struct buf path = buf_on(c->path, sizeof c->path);
	size_t seen = 0;

	snprintf(c->head, sizeof c->head,
		"GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n", target,
		fields ? fields : "");
	assert_true(request_parse(slice_text(c->head), &seen, &c->request) > 0);
	assert_int_equal(uri_parse(c->request.target, &path, &c->uri), 0);
	c->trace[0] = '\0';
	return choose_begin(&c->chooser, &c->request, &c->uri, &c->site);
}

static inline void note(struct choosing *c, const char *text)
{
	assert_true(strlen(c->trace) + strlen(text) < sizeof c->trace);
	strcat(c->trace, text);
}

static inline void note_slice(struct choosing *c, struct slice s)
{
	assert_true(strlen(c->trace) + s.len < sizeof c->trace);
	strncat(c->trace, s.len > 0 ? s.at : "", s.len);
}

/* What is looked up, as the names of a world are written. */
static inline void key_of(const struct chooser *chooser, char *key, size_t size)
{
	snprintf(key, size, "%.*s%s%s", (int)chooser->path.len,
		chooser->path.len > 0 ? chooser->path.at : "",
		chooser->flags & JOB_SLASH ? "/" : "",
		chooser->flags & JOB_LISTING ? "?" : "");
}

static inline void note_question(struct choosing *c)
{
	static const struct {
		uint32_t flag;
		const char *letter;
	} letters[] = {{JOB_VARIANTS, "v"}, {JOB_JSON, "j"}, {JOB_BY_SIZE, "s"},
		{JOB_BY_TIME, "t"}, {JOB_DESCENDING, "d"}};
	static char key[JOB_PATH_MAX + 3];

	key_of(&c->chooser, key, sizeof key);
	note(c, key);
	note(c, " ");
	for (size_t i = 0; i < COUNT(letters); i++)
		if (c->chooser.flags & letters[i].flag)
			note(c, letters[i].letter);
	note(c, "|");
}

static inline struct lookup answer_of(
	const struct choosing *c, const struct name *names)
{
	struct lookup answer = {.found = {.kind = FOUND_NOTHING}};
	static char key[JOB_PATH_MAX + 3];

	key_of(&c->chooser, key, sizeof key);
	for (size_t i = 0; i < NAMES && names[i].name; i++) {
		if (strcmp(names[i].name, key) != 0)
			continue;
		answer.found.kind = names[i].kind;
		answer.found.codings = names[i].codings;
		answer.found.version.modified = names[i].modified;
		answer.found.index = names[i].kind == FOUND_FILE &&
				     (c->chooser.flags & JOB_SLASH);
	}
	return answer;
}

static inline void note_end(struct choosing *c, enum choose_step step)
{
	char status[32];

	snprintf(status, sizeof status, "> %d ", c->chooser.status);
	note(c, status);
	if (step == CHOOSE_REFUSE && c->chooser.by_coding)
		note(c, " varies");
	if (step == CHOOSE_REFUSE)
		return;
	note_slice(c, step == CHOOSE_SEND ? c->chooser.name : c->chooser.path);
	if (step == CHOOSE_REDIRECT)
		return;
	if (c->chooser.found.index)
		note(c, " index");
	if (c->chooser.json)
		note(c, " json");
	if (c->chooser.by_coding)
		note(c, " varies");
	if (c->chooser.coding != CODING_IDENTITY) {
		note(c, " ");
		note_slice(c, coding_name(c->chooser.coding));
	}
}

static inline void go(
	struct choosing *c, enum choose_step step, const struct name *names)
{
	while (step == CHOOSE_LOOK_UP) {
		struct lookup answer = answer_of(c, names);

		note_question(c);
		step = choose_next(&c->chooser, &answer);
		assert_null(answer.file);
	}
	note_end(c, step);
	choose_end(&c->chooser);
}

static inline void go_all(const struct way *ways, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct way *way = &ways[i];
		static struct choosing c;

		make_site(&c, way->site);
		go(&c, begin(&c, way->target, way->fields), way->names);
		if (strcmp(c.trace, way->want) != 0)
			fail_msg("%s%s: %s\nand not  %s", c.head, way->site,
				c.trace, way->want);
	}
}

#endif
