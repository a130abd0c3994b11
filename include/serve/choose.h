/*
 * choose.h - which file is sent for a request.
 *
 * Several files may be sent for a name: the file itself, an index, "about.html"
 * for "about", the page of a single-page application, a listing, an error page,
 * and a precompressed variant of each. They are looked up in the store one by
 * one: this module tells which path to look up next, and, from the answers,
 * what to send in the end. It does no lookups itself.
 *
 *     NAME -> (CLEAN -> SPA) or LISTING -> ... -> CODING -> sent
 *                     \-> ERROR -> sent, or our own page
 *
 * If an error page cannot be had, the error is answered with our own page. The
 * page for 503 is never looked up: see serve/busy.h.
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
	CHOOSE_MARGIN = 16 /* bytes for a suffix */
};

enum choose_stage {
	CHOOSE_NAME,    /* the name itself */
	CHOOSE_CLEAN,   /* the name with ".html" */
	CHOOSE_SPA,     /* the index of the root */
	CHOOSE_LISTING, /* a listing of the directory */
	CHOOSE_ERROR,   /* the site's page for an error */
	CHOOSE_CODING   /* the precompressed variant of the chosen file */
};

enum choose_step {
	CHOOSE_LOOK_UP,  /* look up path with flags */
	CHOOSE_SEND,     /* send file, which is described by found */
	CHOOSE_REDIRECT, /* send status with path as the Location */
	CHOOSE_REFUSE    /* send status with our own page */
};

struct chooser {
	const struct request *request;
	const struct uri *uri;
	const struct site *site;

	enum choose_stage stage;
	struct slice path; /* see enum choose_step */
	uint32_t flags;    /* enum job_flag */
	int status;        /* 200, or that of an error */

	/* what to send */
	struct file *file; /* held */
	struct found found;
	enum coding coding;
	bool by_coding, by_type; /* Accept-Encoding, Accept was considered */
	bool json;
	struct slice name; /* path of the file, without a coding's suffix */

	char bytes[CHOOSE_PATH_MAX + CHOOSE_MARGIN]; /* of path and name */
};

/* Initializes a chooser; choose_end may be called on it. */
void choose_init(struct chooser *chooser);

/* Begins with the request's name, or gives the redirect or refusal (a
 * hidden name) that needs no lookup. The arguments must stay valid
 * until choose_end. */
enum choose_step choose_begin(struct chooser *chooser,
	const struct request *request, const struct uri *uri,
	const struct site *site);

/* Begins with the error page of the site for this status, if it has one.
 * Whatever was chosen before is given up. */
enum choose_step choose_error(
	struct chooser *chooser, const struct site *site, int status);

/* Chooses this open file as the error page of the site for the status. */
void choose_open_page(struct chooser *chooser, const struct site *site,
	int status, struct file *page);

/* Takes the answer to CHOOSE_LOOK_UP, and may take its file out of it. */
enum choose_step choose_next(struct chooser *chooser, struct lookup *answer);

/* Drops the file. */
void choose_end(struct chooser *chooser);

#endif
