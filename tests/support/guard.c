/* guard.c - memory with a wall behind it. */
#include "guard.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	abort();
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The bytes of the pages before the wall. */
static size_t room_for(size_t len)
{
	size_t page = page_size();

	return (len + page - 1) / page * page;
}

/* MAP_ANONYMOUS is not in POSIX.1-2008; /dev/zero is everywhere. */
static char *map_zeroes(size_t len)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	void *at;

	if (fd < 0)
		fail("/dev/zero");
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		fail("mmap");
	close(fd);
	return at;
}

char *guard_copy(const void *bytes, size_t len)
{
	size_t room = room_for(len);
	char *at = map_zeroes(room + page_size());

	if (mprotect(at + room, page_size(), PROT_NONE) != 0)
		fail("mprotect");
	if (len > 0)
		memcpy(at + room - len, bytes, len);
	return at + room - len;
}

void guard_free(char *copy, size_t len)
{
	size_t room = room_for(len);

	if (munmap(copy + len - room, room + page_size()) != 0)
		fail("munmap");
}
