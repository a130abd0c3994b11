/* race.c - looks into the block of a read in flight: a race, to be seen. */
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "sys/sys.h"

int main(void)
{
	static char raced_block[4096];
	struct aiocb cb = {.aio_fildes = open("/dev/zero", O_RDONLY),
		.aio_buf = raced_block,
		.aio_nbytes = sizeof raced_block};

	cb.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
	cb.aio_sigevent.sigev_signo = SIGURG; /* ignored, unless caught */
	if (cb.aio_fildes < 0 || sys_aio_read(&cb) < 0)
		abort();
	/* Two that look at one byte in the same moment may miss each other. */
	for (size_t i = 0; i < sizeof raced_block; i++)
		raced_block[i] = 1;
	while (sys_aio_error(&cb) == EINPROGRESS)
		continue;
	return sys_aio_return(&cb) == (ssize_t)sizeof raced_block ? 0 : 1;
}
