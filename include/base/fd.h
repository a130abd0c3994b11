/*
 * fd.h - closing a descriptor on the way out of a failure.
 *
 * Not for the worker, which closes through cont_close or sys_close.
 */
#ifndef CONTD_BASE_FD_H
#define CONTD_BASE_FD_H

#include <errno.h>
#include <unistd.h>

/* close(2), and errno goes on saying what failed before. */
static inline void fd_close(int fd)
{
	int why = errno;

	(void)close(fd);
	errno = why;
}

#endif
