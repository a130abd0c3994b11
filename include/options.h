/*
 * options.h - the command line, once read constant.
 *
 * One table of options makes the parser, --help and the nearest right word for
 * a wrong one. The children read the same command line again: a role in front
 * ("@worker", "@helper", "@logger") is all that tells them apart.
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

/* AUTO: while nobody from outside can connect. */
enum options_listing {
	OPTIONS_LISTING_AUTO,
	OPTIONS_LISTING_ON,
	OPTIONS_LISTING_OFF
};

/* AUTO: what the system offers. REQUIRE: that, or do not serve. */
enum options_sandbox {
	OPTIONS_SANDBOX_AUTO,
	OPTIONS_SANDBOX_REQUIRE,
	OPTIONS_SANDBOX_OFF
};

/* AIO: what leaves was read. AUTO: or is sent past us (files/direct.h). */
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

	int64_t stall;      /* ms: a turn from here on is said; 0: none is */
	int64_t fresh;      /* how long a name is believed; 0: always */
	uint64_t memory;    /* bytes of files kept in memory */
	uint64_t send_rate; /* bytes a second; 0: any */
	size_t max_clients; /* of a worker; 0: by descriptors */
	size_t max_clients_per_address; /* 0: no limit of its own */
	size_t max_requests;            /* of a worker; 0: by clients */
	size_t max_header_bytes;        /* of a request; 0: REQUEST_HEAD_MAX */
	size_t max_header_fields;       /* 0: REQUEST_FIELDS_MAX */
	size_t max_uri;                 /* bytes; 0: what a line holds */
	bool lock_memory;
	bool check; /* say what would be served, and end */

	const char *mime_types; /* NULL: the types we know are all */
	enum options_listing listing;

	/* Its rules. Whether it lists directories, and the types of its own,
	 * are the caller's to find out. */
	struct site site;
};

/* Reads the arguments behind the program's name (and role). Returns 0, or 64
 * (EX_USAGE) with a message in `error` that names the wrong word, where it
 * stands, and the nearest right one. The texts stay in argv. The options stay
 * where they are: a site cannot be copied. */
int options_parse(int argc, char *const argv[], struct options *options,
	struct buf *error);

/* The text of --help: every option with its default. */
void options_help(struct buf *b);

#endif
