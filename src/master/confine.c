/*
 * confine.c - enters the sandbox in each process, as the options say.
 */
#include "master/confine.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* Enters a sandbox in a child. Its exit status is the layers in force. */
static unsigned try_out(void)
{
	const struct sandbox sandbox = {
		.kind = SANDBOX_HELPER, .layers = SANDBOX_ALL, .beneath = -1};
	struct buf nowhere = buf_on(NULL, 0);
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit((int)sandbox_enter(&sandbox, &nowhere));
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return pid > 0 && WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 0;
}

static int check_required(struct buf *error)
{
	unsigned layers = try_out();

	if (sandbox_is_enough(layers))
		return 0;
	buf_text(error, "a sandbox is required; this system provides: ");
	sandbox_describe(layers, error);
	return STATUS_OS;
}

int confine_master(const struct options *options, struct buf *error)
{
	unsigned layers;
	int status = 0;

	if (options->sandbox == OPTIONS_SANDBOX_REQUIRE)
		status = check_required(error);
	return status != 0 ? status
			   : confine("the master",
				     &(struct sandbox){.kind = SANDBOX_MASTER,
					     .layers = SANDBOX_ALL,
					     .beneath = -1},
				     options, &layers);
}
