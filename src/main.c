/*
 * main.c - starts one of the four kinds of process.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/slice.h"
#include "helper/helper.h"
#include "loop/poller.h"
#include "master/bounds.h"
#include "master/confine.h"
#include "master/local.h"
#include "master/logger.h"
#include "master/master.h"
#include "master/roles.h"
#include "master/status.h"
#include "master/types_file.h"
#include "options.h"
#include "serve/worker.h"
#include "sys/sandbox.h"
#include "sys/system.h"

enum { TEXT_MAX = 12 * 1024 };

/* ---- the worker and the helper ---- */

static int be_worker(struct options *options, size_t count)
{
	int listeners[OPTIONS_LISTEN_MAX];
	struct limits limits = bounds_of(options);
	unsigned layers;
	int status;

	if (bounds_keep(options, &limits) < 0) {
		fprintf(stderr, "contd: cannot lock memory: %s\n",
			strerror(errno));
		return STATUS_OS;
	}
	for (size_t i = 0; i < count; i++)
		listeners[i] = WORKER_LISTENERS + (int)i;
	options->site.listing = local_lists(options);
	options->site.types = types_file_load(WORKER_TYPES);
	status = confine_worker(options, &layers);
	if (status != 0)
		return status;
	return worker_run(&(struct worker_setup){
		.site = &options->site,
		.wait = options->wait,
		.direct = options->files == OPTIONS_FILES_AUTO,
		.access_log = options->log != OPTIONS_LOG_OFF,
		.sandbox = layers,
		.header_timeout = options->header_timeout,
		.content_timeout = options->content_timeout,
		.idle_timeout = options->idle_timeout,
		.send_timeout = options->send_timeout,
		.helper_timeout = options->helper_timeout,
		.read_timeout = options->read_timeout,
		.linger_timeout = options->linger_timeout,
		.drain_timeout = options->drain_timeout,
		.stall = options->stall,
		.fresh = options->fresh,
		.send_rate = options->send_rate,
		.limits = limits,
		.head = {.head = options->max_header_bytes,
			.fields = options->max_header_fields,
			.target = options->max_uri},
		.max_clients_per_address = options->max_clients_per_address,
		.master = WORKER_MASTER,
		.journal = WORKER_JOURNAL,
		.listeners = listeners,
		.listeners_count = count,
	});
}

static int be_helper(struct options *options)
{
	int root = helper_root(HELPER_ROOT, options->root);
	unsigned layers;
	int status = confine_helper(options, root, &layers);

	if (status != 0)
		return status;
	options->site.listing = local_lists(options);
	return helper_run(&(struct helper_setup){
		.channel = HELPER_CHANNEL,
		.root = root,
		.is_bound = sandbox_is_rooted(layers) &&
			    options->site.links != SITE_LINKS_ALL,
		.site = &options->site,
	});
}

/* ---- children ---- */

static void say(const struct buf *error)
{
	fprintf(stderr, "contd: %.*s\n", (int)error->len, error->at);
}

static int be_child(const char *role, int argc, char *argv[])
{
	bool is_worker = strcmp(role, ROLE_WORKER) == 0;
	char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text);
	struct options options;
	uint64_t count = 0;
	int status;

	if (is_worker &&
		(argc == 0 || !slice_number(slice_text(argv[0]), &count) ||
			count > OPTIONS_LISTEN_MAX))
		return STATUS_USAGE;
	status = options_parse(
		argc - is_worker, argv + is_worker, &options, &error);
	if (status != 0) {
		say(&error);
		return status;
	}
	if (is_worker)
		return be_worker(&options, (size_t)count);
	return strcmp(role, ROLE_HELPER) == 0 ? be_helper(&options)
					      : logger_run(&options);
}

static bool is_role(const char *word)
{
	return strcmp(word, ROLE_WORKER) == 0 ||
	       strcmp(word, ROLE_HELPER) == 0 || strcmp(word, ROLE_LOGGER) == 0;
}

/* ---- the master ---- */

static void print_version(struct buf *b)
{
	struct utsname system;

	buf_text(b, "contd " CONTD_VERSION "\n"
		    "Copyright (c) 2026 The contd authors. MIT licence; there "
		    "is no warranty.\n");
	if (uname(&system) >= 0)
		buf_printf(
			b, "system: %s %s\n", system.sysname, system.machine);
#ifdef __GLIBC__
	buf_printf(b, "libc: glibc %d.%d\n", __GLIBC__, __GLIBC_MINOR__);
#else
	buf_text(b, "libc: not glibc\n");
#endif
	buf_text(b, "waits with: poll, select");
	buf_text(b, poller_is_here(POLLER_EPOLL) ? ", epoll\n" : "\n");
}

static int print(enum options_action what)
{
	char text[TEXT_MAX];
	struct buf b = buf_on(text, sizeof text);

	if (what == OPTIONS_HELP)
		options_help(&b);
	else
		print_version(&b);
	fwrite(b.at, 1, b.len, stdout);
	return fflush(stdout) == 0 ? 0 : STATUS_OS;
}

static int be_master(int argc, char *argv[])
{
	const char *name = argc > 0 ? argv[0] : "contd";
	int rest = argc > 0 ? argc - 1 : 0;
	char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text);
	struct options options;
	int status = options_parse(rest, argv + 1, &options, &error);

	if (status != 0) {
		say(&error);
		return status;
	}
	if (options.action != OPTIONS_SERVE)
		return print(options.action);
	return master_run(name, rest, argv + 1, &options);
}

int main(int argc, char *argv[])
{
	sys_name("contd");
	if (argc > 1 && is_role(argv[1]))
		return be_child(argv[1], argc - 2, argv + 2);
	return be_master(argc, argv);
}
