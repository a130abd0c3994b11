/*
 * table.c - the table of options.
 */
#include "table.h"

enum {
	NEAR = 3, /* most edits between a wrong word and the right one */
	WORD = 24 /* most bytes of an option's name */
};

#define AT(field) offsetof(struct options, field)

const struct option options_table[] = {
	{"listen", 0, OPTION_LISTEN, AT(listen), "ADDR:PORT",
		"where to listen; also :PORT (every\n"
		"interface), unix:PATH; repeatable",
		"127.0.0.1:8080"},
	{"workers", 0, OPTION_WORKERS, AT(workers), "N",
		"processes that serve, 64 at most; auto: one\n"
		"for each core",
		"1"},
	{"log", 0, OPTION_LOG, AT(log), "WHAT",
		"the access log: combined or off", "combined"},
	{"log-file", 0, OPTION_TEXT, AT(log_file), "FILE",
		"append the access log to FILE instead\nof standard output",
		NULL},
	{"daemon", 0, OPTION_FLAG, AT(daemon), NULL,
		"go to the background once serving", NULL},
	{"pid-file", 0, OPTION_TEXT, AT(pid_file), "FILE",
		"hold FILE with the process number in it", NULL},
	{"user", 0, OPTION_TEXT, AT(user), "NAME",
		"serve as this user (a name or a number)", NULL},
	{"group", 0, OPTION_TEXT, AT(group), "NAME", "and as this group", NULL},
	{"sandbox", 0, OPTION_SANDBOX, AT(sandbox), "WHEN",
		"confine the processes as far as the system\n"
		"can: auto, require (or do not serve) or off",
		CONTD_SANDBOX},
	{"wait", 0, OPTION_WAIT, AT(wait), "CALL",
		"wait with poll, select or epoll", "poll"},
	{"files", 0, OPTION_FILES, AT(files), "HOW",
		"aio; auto: also by sendfile, which may mix\n"
		"versions of a file rewritten in place",
		"aio"},
	{"header-timeout", 0, OPTION_TIME, AT(header_timeout), "TIME",
		"for a whole request head", "10s"},
	{"content-timeout", 0, OPTION_TIME, AT(content_timeout), "TIME",
		"for the content of a request, unread", "10s"},
	{"idle-timeout", 0, OPTION_TIME, AT(idle_timeout), "TIME",
		"for the next request of a client", "15s"},
	{"send-timeout", 0, OPTION_TIME, AT(send_timeout), "TIME",
		"in which a client must take its share", "30s"},
	{"send-rate", 0, OPTION_SIZE, AT(send_rate), "SIZE",
		"its share: bytes a second; 0: any byte", "1K"},
	{"helper-timeout", 0, OPTION_TIME, AT(helper_timeout), "TIME",
		"for finding a file", "2s"},
	{"read-timeout", 0, OPTION_TIME, AT(read_timeout), "TIME",
		"for a block of a file", "10s"},
	{"linger-timeout", 0, OPTION_TIME, AT(linger_timeout), "TIME",
		"for a client to close, once told to", "2s"},
	{"drain-timeout", 0, OPTION_TIME, AT(drain_timeout), "TIME",
		"for what is in flight at the end", "20s"},
	{"stall", 0, OPTION_TIME, AT(stall), "TIME",
		"say which turns of a worker took so long;\n"
		"0: none",
		"50ms"},
	{"memory", 0, OPTION_SIZE, AT(memory), "SIZE",
		"for copies of files that are asked for, in\neach worker",
		"128M"},
	{"fresh", 0, OPTION_TIME, AT(fresh), "TIME",
		"until the way to a file that was found is\nlooked at again",
		"1s"},
	{"max-clients", 0, OPTION_COUNT, AT(max_clients), "N",
		"clients of a worker; 0: by descriptors", "0"},
	{"max-clients-per-address", 0, OPTION_COUNT,
		AT(max_clients_per_address), "N",
		"of them from one address (IPv6: from one\n"
		"/64); 0: fair shares when places run short",
		"0"},
	{"max-requests", 0, OPTION_COUNT, AT(max_requests), "N",
		"of a worker, read or answered at a time;\n"
		"0: one for each client",
		"8192"},
	{"max-header-bytes", 0, OPTION_HEAD_BYTES, AT(max_header_bytes), "SIZE",
		"of a request head, up to 16K (0: 16K);\n"
		"beyond: 431",
		"16K"},
	{"max-header-fields", 0, OPTION_HEAD_FIELDS, AT(max_header_fields), "N",
		"in it, up to 128 (0: 128); beyond: 431", "128"},
	{"max-uri", 0, OPTION_URI_BYTES, AT(max_uri), "SIZE",
		"of a request's address, up to 8K (0: 8K);\n"
		"beyond: 414",
		"8K"},
	{"lock-memory", 0, OPTION_FLAG, AT(lock_memory), NULL,
		"keep the workers' memory from being paged out", NULL},
	{"listing", 0, OPTION_LISTING, AT(listing), "WHEN",
		"list directories without an index: on,\n"
		"off or auto (on unless others can connect)",
		"auto"},
	{"symlinks", 0, OPTION_LINKS, AT(site.links), "WHICH",
		"follow symbolic links: within-root, none\nor all",
		"within-root"},
	{"spa", 0, OPTION_FLAG, AT(site.spa), NULL,
		"pages that are not there get /index.html", NULL},
	{"clean-urls", 0, OPTION_FLAG, AT(site.clean_urls), NULL,
		"/about is also /about.html", NULL},
	{"error-page", 0, OPTION_ERROR_PAGE, AT(site), "RULE",
		"'STATUS=/PATH'; repeatable [404=/404.html]", NULL},
	{"cache", 0, OPTION_CACHE, AT(site), "RULE",
		"'PATTERN VALUE', VALUE being 1h, '1y\n"
		"immutable' or a Cache-Control; repeatable",
		NULL},
	{"immutable", 0, OPTION_FLAG, AT(site.immutable), NULL,
		"app.3f9a2c1b.js is kept for a year", NULL},
	{"header", 0, OPTION_HEADER, AT(site), "RULE",
		"'[PATTERN] NAME: VALUE'; no VALUE: not\n"
		"there after all; repeatable",
		NULL},
	{"redirect", 0, OPTION_REDIRECT, AT(site), "RULE",
		"'FROM TO [STATUS]', as in '/old/*\n"
		"/new/:splat 301'; repeatable",
		NULL},
	{"cors", 0, OPTION_FLAG, AT(site.cors), NULL,
		"scripts of other sites may read everything", NULL},
	{"charset", 0, OPTION_CHARSET, AT(site.charset), "NAME",
		"of text files, or off", "utf-8"},
	{"mime-types", 0, OPTION_TEXT, AT(mime_types), "FILE",
		"more media types, as in /etc/mime.types", NULL},
	{"check", 0, OPTION_FLAG, AT(check), NULL,
		"say what would be served, and end", NULL},
	{"help", 'h', OPTION_ACTION, OPTIONS_HELP, NULL, "say this and end",
		NULL},
	{"version", 'V', OPTION_ACTION, OPTIONS_VERSION, NULL,
		"say which contd this is and end", NULL},
};

const size_t options_count = sizeof options_table / sizeof options_table[0];

const struct option *option_find(struct slice name)
{
	for (size_t i = 0; i < options_count; i++)
		if (slice_is(name, slice_text(options_table[i].name)))
			return &options_table[i];
	return NULL;
}

const struct option *option_find_letter(char letter)
{
	for (size_t i = 0; i < options_count; i++)
		if (options_table[i].letter != 0 &&
			options_table[i].letter == letter)
			return &options_table[i];
	return NULL;
}

static size_t least(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* How many bytes to insert, remove or replace to make b from
 * a (Levenshtein). */
static size_t distance(struct slice a, struct slice b)
{
	size_t row[WORD + 1];

	if (a.len > WORD || b.len > WORD)
		return WORD;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t swap = corner + (a.at[i - 1] != b.at[j - 1]);

			corner = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1, swap);
		}
	}
	return row[b.len];
}

const struct option *option_near(struct slice name)
{
	const struct option *best = NULL;
	size_t near = NEAR;

	for (size_t i = 0; i < options_count; i++) {
		struct slice right = slice_text(options_table[i].name);
		size_t d = distance(name, right);

		/* With half of its letters wrong it is another word. */
		if (d <= near && 2 * d < right.len) {
			best = &options_table[i];
			near = d - (d > 0);
		}
	}
	return best;
}
