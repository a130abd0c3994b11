/*
 * choose.h - which file answers a request.
 *
 * A name may lead to more than one file: its index, "about.html" for "about",
 * the page of a single-page application, a listing, a page for the error, and
 * of each a precompressed neighbour. Choosing is a row of questions to the
 * store, one at a time: this module says what to ask next, and, from the
 * answers, what is sent in the end. It asks nobody itself.
 *
 *     NAME -> (CLEAN -> SPA) or LISTING -> ... -> CODING -> sent
 *                     \-> ERROR -> sent, or our own page
 */
#ifndef CONTD_SERVE_CHOOSE_H
#define CONTD_SERVE_CHOOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "files/file.h"
#include "files/store.h"
#include "http/accept.h"
#include "http/request.h"
#include "http/uri.h"
#include "site/site.h"

enum {
	CHOOSE_PATH_MAX = JOB_PATH_MAX,
	CHOOSE_MARGIN = 16 /* for what is put behind a path */
};

enum choose_stage {
	CHOOSE_NAME,    /* the name itself */
	CHOOSE_CLEAN,   /* the name with ".html" */
	CHOOSE_SPA,     /* the index of the root */
	CHOOSE_LISTING, /* what is in the directory */
	CHOOSE_ERROR,   /* the site's page for an error */
	CHOOSE_CODING   /* the chosen one's neighbour */
};

enum choose_step {
	CHOOSE_LOOK_UP,  /* path, with flags */
	CHOOSE_SEND,     /* file, as found */
	CHOOSE_REDIRECT, /* to the bytes of path, with status */
	CHOOSE_REFUSE    /* with status */
};

struct chooser {
	const struct request *request;
	const struct uri *uri;
	const struct site *site;

	enum choose_stage stage;
	struct slice path; /* see enum choose_step */
	uint32_t flags;    /* enum job_flag */
	int status;        /* 200, or that of an error */

	/* what is sent; held */
	struct file *file;
	struct found found;
	enum coding coding;
	bool by_coding, by_type; /* what of the request had a say */
	bool json;
	struct slice name; /* the path that led to it, without a coding */

	char bytes[CHOOSE_PATH_MAX + CHOOSE_MARGIN]; /* behind path and name */
};

/* A chooser that has not begun: it may be ended. */
void choose_init(struct chooser *chooser);

/* Begins with the request's name, or with what the site says
 * of it without a look at any file: a redirect, a hidden
 * name. What it is given must stay until choose_end. */
enum choose_step choose_begin(struct chooser *chooser,
	const struct request *request, const struct uri *uri,
	const struct site *site);

/* Takes the answer to CHOOSE_LOOK_UP, with its file. */
enum choose_step choose_next(struct chooser *chooser, struct lookup *answer);

/* Drops the file. */
void choose_end(struct chooser *chooser);

#endif
