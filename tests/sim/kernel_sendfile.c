/*
 * kernel_sendfile.c - bytes of a file to a socket, past the worker.
 *
 * As much as the kernel likes; now and then it cannot, or the disk fails. How
 * long it waits is not played here (tests/unit/files/test_direct.c).
 */
#include <errno.h>

#include "fault.h"
#include "kernel.h"
#include "sys/sys.h"
#include "tree.h"

ssize_t sys_sendfile(int fd, int from, off_t offset, size_t len)
{
	static char bytes[256 * 1024];
	const struct object *file = kernel_object(from, FILE_OPEN);
	struct iovec piece = {.iov_base = bytes};

	if (fault(FAULT_READ)) {
		errno = EIO;
		return -1;
	}
	piece.iov_len = tree_read(file->file, file->inode, (size_t)offset,
		bytes, len < sizeof bytes ? len : sizeof bytes);
	return piece.iov_len > 0 ? sys_send(fd, &piece, 1) : 0;
}
