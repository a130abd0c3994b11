/* helper.c - the helper process. */
#include "helper/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdpass.h"
#include "helper/job.h"
#include "helper/lookup.h"
#include "sys/sys.h"
#include "sys/system.h"

static bool is_same_directory(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether the root's path leads to another directory now. */
static bool has_moved(int root, const char *path)
{
	struct stat held;
	struct stat named;

	return stat(path, &named) == 0 && S_ISDIR(named.st_mode) &&
	       fstat(root, &held) == 0 && !is_same_directory(&named, &held);
}

int helper_root(int root, const char *path)
{
	int fd;

	if (!has_moved(root, path))
		return root;
	fd = open(path, O_DIRECTORY | O_CLOEXEC | sys_walk_flags());
	if (fd < 0)
		return root;
	close(root);
	return fd;
}

/* Whether the errno of a send or receive means that the other side is dead. */
static bool is_gone(int error)
{
	return error == EPIPE || error == ECONNRESET;
}

/* Whether a descriptor could not be sent: this user has too many in flight
 * (ETOOMANYREFS), or there is no memory. */
static bool is_shortage(int error)
{
	return error == ETOOMANYREFS || error == EAGAIN || error == ENOBUFS ||
	       error == ENOMEM;
}

/* The next three return 1: go on; 0: the other side is dead; -1: an invalid
 * message, or another error. */

static int answer(int channel, const struct found *found, int fd)
{
	const struct found shortage = {.kind = FOUND_SHORTAGE};
	int sent = fdpass_send(channel, found, sizeof(*found), fd);

	if (sent != 0 && fd >= 0 && is_shortage(errno))
		sent = fdpass_send(channel, &shortage, sizeof(shortage), -1);
	if (sent != 0)
		return is_gone(errno) ? 0 : -1;
	return 1;
}

static int hear(int channel, struct job *job)
{
	int fd = -1;
	ssize_t len = fdpass_recv(channel, job, sizeof(*job), &fd);

	if (len < 0)
		return is_gone(errno) ? 0 : -1;
	if (len == 0)
		return 0;
	if (fd >= 0) {
		close(fd);
		return -1;
	}
	return job_is_valid(job, (size_t)len) ? 1 : -1;
}

static int do_job(const struct helper_setup *setup, const struct job *job)
{
	struct found found;
	int fd = lookup_find(setup->root, job, setup->site, &found);
	int going = answer(setup->channel, &found, fd);

	/* A duplicate was sent; ours would keep a deleted file on the disk. */
	if (fd >= 0)
		close(fd);
	return going;
}

/* This process may only read the old root: the job is for one with the
 * new root. */
static int leave(int channel)
{
	const struct found moved = {.kind = FOUND_MOVED};

	return answer(channel, &moved, -1) < 0 ? -1 : 0;
}

int helper_run(const struct helper_setup *initial)
{
	struct helper_setup setup = *initial;
	struct job job;
	int going;

	/* A listing above RLIMIT_FSIZE then fails with EFBIG. */
	sys_ignore(SIGXFSZ);
	do {
		going = hear(setup.channel, &job);
		if (going != 1)
			break;
		if (setup.is_bound && has_moved(setup.root, setup.site->root)) {
			going = leave(setup.channel);
		} else {
			setup.root = helper_root(setup.root, setup.site->root);
			going = do_job(&setup, &job);
		}
	} while (going == 1);
	close(setup.root);
	return going == 0 ? 0 : 1;
}
