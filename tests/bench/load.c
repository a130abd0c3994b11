/*
 * load.c - an exact number of requests, for script/check-cost.
 *
 *     load PORT PATH LENGTH REQUESTS CLIENTS
 *
 * Asks 127.0.0.1 for PATH, REQUESTS times in all, on CLIENTS connections that
 * are kept, one request at a time on each. Every answer must be 200 with a body
 * of LENGTH bytes. Ends with 1 at the first that is not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MAX = 1000, HEAD_MAX = 4096, REQUEST_MAX = 1024 };

struct client {
	char head[HEAD_MAX]; /* and what came of the body with it */
	size_t have;         /* bytes in head; 0 once the head is read */
	size_t body;         /* bytes of the body to come */
};

static struct {
	char request[REQUEST_MAX];
	size_t request_len;
	size_t length;
	long to_ask;
	long to_answer;
	struct pollfd fds[CLIENTS_MAX];
	struct client clients[CLIENTS_MAX];
} load;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what,
		errno != 0 ? strerror(errno) : "not as expected");
	exit(1);
}

static int dial(in_port_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		die("cannot connect");
	return fd;
}

/* Small enough to be taken at once by an empty socket. */
static void ask(int fd)
{
	if (load.to_ask == 0)
		return;
	load.to_ask--;
	if (send(fd, load.request, load.request_len, 0) !=
		(ssize_t)load.request_len)
		die("cannot send");
}

/* The head is whole: judges it. Returns the bytes of it and the blank line. */
static size_t judge(const struct client *c, const char *end)
{
	const char *length = strstr(c->head, "\r\nContent-Length: ");

	errno = 0;
	if (strncmp(c->head, "HTTP/1.1 200 ", 13) != 0)
		die("status");
	if (length == NULL || length > end ||
		strtoul(length + 18, NULL, 10) != load.length)
		die("length");
	return (size_t)(end + 4 - c->head);
}

/* Returns whether the answer is complete. */
static int on_head(struct client *c, int fd)
{
	ssize_t n = recv(fd, c->head + c->have, HEAD_MAX - 1 - c->have, 0);
	const char *end;

	if (n <= 0)
		die("cannot receive");
	c->have += (size_t)n;
	c->head[c->have] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (end == NULL)
		return 0;
	c->body = load.length + judge(c, end);
	if (c->have > c->body)
		die("more than the answer");
	c->body -= c->have;
	c->have = 0;
	return c->body == 0;
}

static int on_body(struct client *c, int fd)
{
	char bytes[65536];
	size_t want = c->body < sizeof bytes ? c->body : sizeof bytes;
	ssize_t n = recv(fd, bytes, want, 0);

	if (n <= 0)
		die("cannot receive");
	c->body -= (size_t)n;
	return c->body == 0;
}

static void run(nfds_t clients)
{
	while (load.to_answer > 0) {
		if (poll(load.fds, clients, -1) < 0)
			die("cannot wait");
		for (nfds_t i = 0; i < clients; i++) {
			struct client *c = &load.clients[i];
			int fd = load.fds[i].fd;

			if (load.fds[i].revents == 0 ||
				!(c->body > 0 ? on_body(c, fd)
					      : on_head(c, fd)))
				continue;
			load.to_answer--;
			ask(fd);
		}
	}
}

int main(int argc, char *argv[])
{
	nfds_t clients;

	if (argc != 6 || atoi(argv[5]) < 1 || atoi(argv[5]) > CLIENTS_MAX) {
		fputs("usage: load PORT PATH LENGTH REQUESTS CLIENTS\n",
			stderr);
		return 64;
	}
	load.request_len = (size_t)snprintf(load.request, sizeof load.request,
		"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[2]);
	if (load.request_len >= sizeof load.request)
		die("path too long");
	load.length = strtoul(argv[3], NULL, 10);
	load.to_ask = load.to_answer = atol(argv[4]);
	clients = (nfds_t)atoi(argv[5]);
	for (nfds_t i = 0; i < clients; i++) {
		load.fds[i].events = POLLIN;
		load.fds[i].fd = dial((in_port_t)atoi(argv[1]));
		ask(load.fds[i].fd);
	}
	run(clients);
	return 0;
}
