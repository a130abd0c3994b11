/*
 * options.h - the command line; constant once it is parsed.
 *
 * One table of options is used by the parser, by --help and to suggest the
 * right word for a wrong one. The children parse the same command line again,
 * after a first word that is their role ("@worker", "@helper", "@logger").
 */
#ifndef CONTD_OPTIONS_H
#define CONTD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "loop/poller.h"
#include "site/site.h"

enum { OPTIONS_LISTEN_MAX = 16, OPTIONS_WORKERS_MAX = 64 };

enum options_log { OPTIONS_LOG_COMBINED, OPTIONS_LOG_OFF };

/* AUTO: on if only this machine can connect. */
enum options_listing {
	OPTIONS_LISTING_AUTO,
	OPTIONS_LISTING_ON,
	OPTIONS_LISTING_OFF
};

/* AUTO: the layers that the system has. REQUIRE: enough layers, or do not
 * serve (sandbox_is_enough). */
enum options_sandbox {
	OPTIONS_SANDBOX_AUTO,
	OPTIONS_SANDBOX_REQUIRE,
	OPTIONS_SANDBOX_OFF
};

/* AIO: all blocks are read. AUTO: also sendfile() (files/direct.h). */
enum options_files { OPTIONS_FILES_AIO, OPTIONS_FILES_AUTO };

enum options_action { OPTIONS_SERVE, OPTIONS_HELP, OPTIONS_VERSION };

struct options {
	enum options_action action;
	const char *root; /* as given; master/paths.h makes it absolute */
	const char *listen[OPTIONS_LISTEN_MAX]; /* texts: master/listen.h */
	size_t listens;
	size_t workers; /* 1 to OPTIONS_WORKERS_MAX */
	enum options_log log;
	const char *log_file; /* NULL: standard output */
	bool daemon;
	const char *pid_file; /* NULL: none */
	const char *user;     /* name or number; NULL: as started */
	const char *group;
	enum options_sandbox sandbox;
	enum poller_kind wait;
	enum options_files files;

	/* deadlines, in milliseconds; 0: none */
	int64_t header_timeout;
	int64_t content_timeout;
	int64_t idle_timeout;
	int64_t send_timeout;
	int64_t helper_timeout;
	int64_t read_timeout;
	int64_t linger_timeout;
	int64_t drain_timeout;

	int64_t stall;      /* ms from which a turn is logged; 0: none is */
	int64_t fresh;      /* ms that a lookup is valid; 0: always */
	uint64_t memory;    /* bytes of files kept in memory */
	uint64_t send_rate; /* bytes per second; 0: any */
	size_t max_clients; /* of a worker; 0: by descriptors */
	size_t max_clients_per_address; /* 0: no limit of its own */
	size_t max_requests;            /* of a worker; 0: by clients */
	size_t max_header_bytes;        /* of a request; 0: REQUEST_HEAD_MAX */
	size_t max_header_fields;       /* 0: REQUEST_FIELDS_MAX */
	size_t max_uri;                 /* bytes; 0: what a line holds */
	bool lock_memory;
	bool check; /* print what would be served, and end */

	const char *mime_types; /* NULL: only the built-in types */
	enum options_listing listing;

	/* The rules of the site. The caller sets site.listing
	 * and site.types. */
	struct site site;
};

/* Parses the arguments after the program's name (and role). Returns 0, or 64
 * (EX_USAGE) with a message in `error` that has the wrong word, its position
 * and the nearest right one. The options point into argv, and must not be
 * moved, as a site cannot be copied. */
int options_parse(int argc, char *const argv[], struct options *options,
	struct buf *error);

/* Appends the text of --help: every option with its default. */
void options_help(struct buf *b);

#endif
