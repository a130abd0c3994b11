/* helper.c - the life of a helper process. */
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

static bool is_same_directory(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The directory that the root's path leads to now: the one held, or a new one
 * in its place. */
static int refresh_root(int root, const char *path)
{
	struct stat held;
	struct stat named;
	int fd;

	if (stat(path, &named) != 0 || fstat(root, &held) != 0 ||
		is_same_directory(&named, &held))
		return root;

	fd = open(path, O_DIRECTORY | O_CLOEXEC | sys_walk_flags());
	if (fd < 0)
		return root;
	close(root);
	return fd;
}

/* What a failed send or receive says of the other side. */
static bool is_gone(int error)
{
	return error == EPIPE || error == ECONNRESET;
}

/* Too many descriptors under way, of all processes of this user together
 * (ETOOMANYREFS), or no memory to carry one. */
static bool is_shortage(int error)
{
	return error == ETOOMANYREFS || error == EAGAIN || error == ENOBUFS ||
	       error == ENOMEM;
}

/* The next three say: 1, go on; 0, the other side is gone; -1, what it said, or
 * what became of the channel, makes no sense. */

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

static int do_job(
	int channel, int root, const struct job *job, const struct site *site)
{
	struct found found;
	int fd = lookup_find(root, job, site, &found);
	int going = answer(channel, &found, fd);

	/* A copy travels; ours would keep a deleted file on the disk. */
	if (fd >= 0)
		close(fd);
	return going;
}

int helper_run(int channel, int root, const struct site *site)
{
	struct job job;
	int going;

	/* A listing beyond the limit of file sizes is a shortage, no death. */
	sys_ignore(SIGXFSZ);
	do {
		going = hear(channel, &job);
		if (going == 1) {
			root = refresh_root(root, site->root);
			going = do_job(channel, root, &job, site);
		}
	} while (going == 1);
	close(root);
	return going == 0 ? 0 : 1;
}
