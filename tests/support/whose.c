/* whose.c - which process of a server has a client. */
#include "whose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned port_of(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof at;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

/* The server's end of the connection; "" before it is accepted. */
static void find_socket(const struct server *s, int fd, char text[64])
{
	FILE *file = fopen("/proc/net/tcp", "r");
	unsigned ours = port_of(fd);
	char line[512];

	text[0] = '\0';
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		unsigned here, there;
		unsigned long inode;

		if (sscanf(line,
			    " %*u: %*8[0-9A-F]:%4X %*8[0-9A-F]:%4X %*s %*s %*s "
			    "%*s %*s %*s %lu",
			    &here, &there, &inode) == 3 &&
			here == (unsigned)s->places[0].port && there == ours)
			snprintf(text, 64, "socket:[%lu]", inode);
	}
	fclose(file);
}

static bool has_socket(pid_t pid, const char *socket)
{
	for (int fd = 0; fd < 256; fd++) {
		char path[64];
		char target[64];
		ssize_t len;

		snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
		len = readlink(path, target, sizeof target - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		if (strcmp(target, socket) == 0)
			return true;
	}
	return false;
}

bool whose_is(int fd, const struct server *s, pid_t worker)
{
	char socket[64];

	find_socket(s, fd, socket);
	return has_socket(worker, socket);
}

void client_open_with(struct client *c, const struct server *s, pid_t worker)
{
	int64_t until = await_limit();

	for (;;) {
		struct answer a = {0};

		client_open(c, s);
		client_ask(c, "OPTIONS", "*", "");
		client_head(c, &a, "OPTIONS");
		answer_free(&a);
		if (whose_is(c->fd, s, worker))
			return;
		client_close(c);
		await_tick(until, "a client of this worker");
	}
}
