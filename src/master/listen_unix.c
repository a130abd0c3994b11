/*
 * listen_unix.c - listens on Unix-domain sockets.
 */
#include "master/listen_unix.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "master/refusal.h"
#include "master/status.h"

/* Everybody who may enter the directory may connect: front servers run as
 * other users. */
enum { SOCKET_MODE = 0666 };

static int say(const struct listener *listener, int status, const char *why,
	struct buf *error)
{
	buf_printf(error, "cannot listen on '%s': %s", listener->text, why);
	return status;
}

/* Whether the path is free: nothing, or a socket on which nobody listens. */
static int check_place(const struct listener *listener, struct buf *error)
{
	const struct listen_address *address = &listener->address;
	struct stat there;
	int fd;
	int answer;

	if (lstat(address->at.un.sun_path, &there) < 0)
		return errno == ENOENT ? 0
				       : refusal_explain(listener->text,
						 address, errno, error);
	if (!S_ISSOCK(there.st_mode))
		return say(listener, STATUS_CANNOT_CREATE,
			"something that is no socket stands there", error);
	fd = listen_socket(AF_UNIX);
	if (fd < 0)
		return refusal_explain(listener->text, address, errno, error);
	/* EAGAIN: its queue is full, so a server is listening. */
	answer = connect(fd, &address->at.any, address->len);
	if (answer < 0)
		answer = errno;
	close(fd);
	if (answer == ECONNREFUSED || answer == ENOENT)
		return 0;
	if (answer == EACCES || answer == EPERM)
		return say(listener, STATUS_DENIED,
			"a socket of somebody else stands there", error);
	return say(listener, STATUS_UNAVAILABLE,
		"another server is listening there", error);
}

/* Binds under another name, sets the mode, listens, then renames: clients can
 * connect as soon as the path exists. */
static int bind_beside(struct listener *listener)
{
	struct listen_address beside = listener->address;
	const char *path = listener->address.at.un.sun_path;
	char *name = beside.at.un.sun_path;
	struct buf b = buf_on(name, sizeof beside.at.un.sun_path);
	struct stat made;
	int why;

	buf_text(&b, path);
	buf_byte(&b, '.');
	buf_number(&b, (uint64_t)getpid());
	buf_byte(&b, '\0');
	BUG_UNLESS(!b.full);
	(void)unlink(name);
	if (bind(listener->fd, &beside.at.any, beside.len) < 0)
		return -1;
	if (chmod(name, SOCKET_MODE) == 0 && lstat(name, &made) == 0 &&
		listen(listener->fd, SOMAXCONN) == 0 &&
		rename(name, path) == 0) {
		listener->device = made.st_dev;
		listener->inode = made.st_ino;
		return 0;
	}
	why = errno;
	(void)unlink(name);
	errno = why;
	return -1;
}

int listen_unix_open(struct listener *listener, struct buf *error)
{
	int status = check_place(listener, error);

	if (status != 0)
		return status;
	listener->fd = listen_socket(AF_UNIX);
	if (listener->fd >= 0 && bind_beside(listener) == 0)
		return 0;
	status = refusal_explain(
		listener->text, &listener->address, errno, error);
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
	return status;
}

void listen_unix_remove(const struct listener *listener)
{
	const char *path = listener->address.at.un.sun_path;
	struct stat there;

	if (lstat(path, &there) == 0 && there.st_dev == listener->device &&
		there.st_ino == listener->inode)
		(void)unlink(path);
}
