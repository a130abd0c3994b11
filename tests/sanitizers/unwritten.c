/*
 * unwritten.c - looks at a byte behind those that a read has written: to be
 * seen. What it looks at before was written by the disk, and is no fault.
 */
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "sys/sys.h"

int main(void)
{
	char *block = malloc(4096);
	struct aiocb cb = {.aio_fildes = open("/dev/zero", O_RDONLY),
		.aio_buf = block,
		.aio_nbytes = 100};
	struct stat st;

	cb.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
	cb.aio_sigevent.sigev_signo = SIGURG; /* ignored, unless caught */
	if (!block || cb.aio_fildes < 0 || sys_stat(cb.aio_fildes, &st) < 0 ||
		st.st_nlink == 0 || sys_aio_read(&cb) < 0)
		abort();
	while (sys_aio_error(&cb) == EINPROGRESS)
		continue;
	if (sys_aio_return(&cb) != 100 || block[99] != 0)
		abort();
	puts("what was written may be read");
	fflush(stdout);
	return block[100] != 0;
}
