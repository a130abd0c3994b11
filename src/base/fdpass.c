/*
 * fdpass.c - SCM_RIGHTS, for one descriptor.
 */
#include "base/fdpass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fd.h"

/* Room for the control message of one descriptor, with its alignment. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

int fdpass_pair(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		return -1;
	if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) < 0 ||
		fcntl(ends[1], F_SETFD, FD_CLOEXEC) < 0) {
		fd_close(ends[0]);
		fd_close(ends[1]);
		return -1;
	}
	return 0;
}

/* ---- sending ---- */

static void attach(struct msghdr *header, union control *control, int fd)
{
	struct cmsghdr *rights;

	memset(control, 0, sizeof *control);
	header->msg_control = control->bytes;
	header->msg_controllen = sizeof control->bytes;
	rights = CMSG_FIRSTHDR(header);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(rights), &fd, sizeof fd);
}

static int send_message(
	int channel, struct iovec piece, int fd, int whether_to_wait)
{
	union control control;
	struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
	ssize_t sent;

	/* An empty message would look like end of file. */
	BUG_UNLESS(piece.iov_len > 0);
	if (fd >= 0)
		attach(&header, &control, fd);
	do
		sent = sendmsg(
			channel, &header, MSG_NOSIGNAL | whether_to_wait);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

int fdpass_send(int channel, const void *message, size_t len, int fd)
{
	struct iovec piece = {(void *)(uintptr_t)message, len};

	return send_message(channel, piece, fd, 0);
}

int fdpass_try_send(int channel, const void *message, size_t len, int fd)
{
	struct iovec piece = {(void *)(uintptr_t)message, len};

	return send_message(channel, piece, fd, MSG_DONTWAIT);
}

/* ---- receiving ---- */

static int detach(struct msghdr *header)
{
	struct cmsghdr *rights = CMSG_FIRSTHDR(header);
	int fd;

	if (!rights || rights->cmsg_level != SOL_SOCKET ||
		rights->cmsg_type != SCM_RIGHTS ||
		rights->cmsg_len != CMSG_LEN(sizeof fd))
		return -1;
	memcpy(&fd, CMSG_DATA(rights), sizeof fd);
	return fd;
}

/* 0, or the errno for a message that was not received as a whole. */
static int judge(const struct msghdr *header, int fd)
{
	if (header->msg_flags & MSG_CTRUNC)
		return EMFILE;
	if (header->msg_flags & MSG_TRUNC)
		return EMSGSIZE;
	if (fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return errno;
	return 0;
}

static ssize_t recv_message(
	int channel, struct iovec piece, int *fd, int whether_to_wait)
{
	union control control;
	struct msghdr header = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		/* CMSG_SPACE would have room for a second descriptor. */
		.msg_controllen = CMSG_LEN(sizeof(int))};
	ssize_t received;
	int error;

	*fd = -1;
	do
		received = recvmsg(channel, &header, whether_to_wait);
	while (received < 0 && errno == EINTR);
	/* On Linux: the other side died with a message unread. */
	if (received < 0 && errno == ECONNRESET)
		return 0;
	if (received <= 0)
		return received;
	*fd = detach(&header);
	error = judge(&header, *fd);
	if (error == 0)
		return received;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = error;
	return -1;
}

ssize_t fdpass_recv(int channel, void *message, size_t len, int *fd)
{
	return recv_message(channel, (struct iovec){message, len}, fd, 0);
}

ssize_t fdpass_try_recv(int channel, void *message, size_t len, int *fd)
{
	return recv_message(
		channel, (struct iovec){message, len}, fd, MSG_DONTWAIT);
}
