/*
 * confine.c - each process enters the sandbox that the options ask for.
 */
#include "master/confine.h"

#include <stdio.h>

#include "master/status.h"
#include "sys/sandbox.h"

enum { TEXT_MAX = 512 };

static void say(const char *who, const char *what, const struct buf *why)
{
	fprintf(stderr, "the sandbox of %s %s %.*s\n", who, what, (int)why->len,
		why->at);
}

static int confine(const char *who, const struct sandbox *sandbox,
	const struct options *options, unsigned *layers)
{
	bool must = options->sandbox == OPTIONS_SANDBOX_REQUIRE;
	char text[TEXT_MAX];
	struct buf b = buf_on(text, sizeof text);

	*layers = 0;
	if (options->sandbox == OPTIONS_SANDBOX_OFF)
		return 0;
	*layers = sandbox_enter(sandbox, &b);
	if (b.len > 0)
		say(who, "is not complete:", &b);
	if (!must || sandbox->kind == SANDBOX_MASTER ||
		sandbox_is_enough(*layers))
		return 0;
	b.len = 0;
	sandbox_describe(*layers, &b);
	say(who, "is required, but all that this system has is:", &b);
	return STATUS_OS;
}

int confine_worker(const struct options *options, unsigned *layers)
{
	return confine("a worker",
		&(struct sandbox){.kind = SANDBOX_WORKER,
			.layers = SANDBOX_ALL,
			.beneath = -1},
		options, layers);
}

int confine_helper(const struct options *options, int root, unsigned *layers)
{
	bool all = options->site.links == SITE_LINKS_ALL;

	return confine("a helper",
		&(struct sandbox){.kind = SANDBOX_HELPER,
			.layers = SANDBOX_ALL,
			.beneath = all ? -1 : root,
			.path = options->root},
		options, layers);
}

void confine_master(const struct options *options)
{
	unsigned layers;

	(void)confine("the master",
		&(struct sandbox){.kind = SANDBOX_MASTER,
			.layers = SANDBOX_ALL,
			.beneath = -1},
		options, &layers);
}
