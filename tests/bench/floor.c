/*
 * floor.c - the least that a server with one thread and poll() can do.
 *
 *     floor [-c] [-p] STATUS SIZE
 *
 * Knows one response, of STATUS with SIZE bytes, built before the first
 * request; looks nothing up and parses nothing: a blank line is a request. For
 * each there is one recv() and one send(). With -p all requests of a recv()
 * are answered by one send(); with -c each connection is closed after an
 * answer. Prints the port it listens on, and serves until it is killed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MAX = 4096, HEAD_MAX = 256, COPIES = 64, RECEIVED = 16384 };

struct client {
	size_t blank; /* bytes of "\r\n\r\n" seen */
	size_t owed;  /* bytes to send: whole responses, less what is sent */
};

static struct {
	char *response; /* `copies` of it, one after another */
	size_t len;     /* of one */
	size_t copies;
	bool closes;
	nfds_t count; /* of fds; the first is the listener */
	struct pollfd fds[CLIENTS_MAX];
	struct client clients[CLIENTS_MAX];
} server;

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static void make_response(int status, size_t size)
{
	char head[HEAD_MAX];
	size_t len = (size_t)snprintf(head, sizeof head,
		"HTTP/1.1 %d Floor\r\nContent-Type: "
		"application/octet-stream\r\n"
		"%sContent-Length: %zu\r\n\r\n",
		status, server.closes ? "Connection: close\r\n" : "", size);

	server.len = len + (status == 304 ? 0 : size);
	server.response = malloc(server.len * server.copies);
	if (server.response == NULL)
		die("floor: no memory");
	for (size_t i = 0; i < server.copies; i++) {
		char *at = server.response + i * server.len;

		memcpy(at, head, len);
		memset(at + len, 'x', server.len - len);
	}
}

static void listen_somewhere(void)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 ||
		listen(fd, CLIENTS_MAX) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) < 0 ||
		fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		die("floor: cannot listen");
	server.fds[0] = (struct pollfd){.fd = fd, .events = POLLIN};
	server.count = 1;
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
}

static void on_connection(void)
{
	int on = 1;
	int fd;

	while (server.count < CLIENTS_MAX &&
		(fd = accept(server.fds[0].fd, NULL, NULL)) >= 0) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		server.fds[server.count] =
			(struct pollfd){.fd = fd, .events = POLLIN};
		server.clients[server.count++] = (struct client){0};
	}
}

/* False: the client is to be closed. */
static bool send_owed(nfds_t i)
{
	struct client *c = &server.clients[i];

	while (c->owed > 0) {
		size_t sent = (server.len - c->owed % server.len) % server.len;
		size_t whole = server.copies * server.len - sent;
		size_t len = c->owed < whole ? c->owed : whole;
		ssize_t n = send(server.fds[i].fd, server.response + sent, len,
			MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return false;
		server.fds[i].events = n < (ssize_t)len ? POLLOUT : POLLIN;
		if (n < 0)
			return true;
		c->owed -= (size_t)n;
	}
	return !server.closes;
}

static bool on_request_bytes(nfds_t i)
{
	static const char blank[] = "\r\n\r\n";
	struct client *c = &server.clients[i];
	char bytes[RECEIVED];
	ssize_t n = recv(server.fds[i].fd, bytes, sizeof bytes, 0);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	for (ssize_t k = 0; k < n; k++) {
		c->blank = bytes[k] == blank[c->blank] ? c->blank + 1
						       : bytes[k] == '\r';
		if (c->blank == sizeof blank - 1) {
			c->blank = 0;
			c->owed += server.len;
		}
	}
	return c->owed == 0 || send_owed(i);
}

static void turn(void)
{
	if (poll(server.fds, server.count, -1) < 0)
		die("floor: cannot wait");
	/* Downwards, since the last one takes the place of one that closes. */
	for (nfds_t i = server.count - 1; i > 0; i--) {
		short ready = server.fds[i].revents;

		if (ready == 0 || ((ready & POLLOUT) ? send_owed(i)
						     : on_request_bytes(i)))
			continue;
		close(server.fds[i].fd);
		server.count--;
		server.fds[i] = server.fds[server.count];
		server.clients[i] = server.clients[server.count];
	}
	if (server.fds[0].revents != 0)
		on_connection();
}

int main(int argc, char *argv[])
{
	int option;

	server.copies = 1;
	while ((option = getopt(argc, argv, "cp")) != -1)
		if (option == 'c')
			server.closes = true;
		else if (option == 'p')
			server.copies = COPIES;
		else
			return 64;
	if (argc - optind != 2) {
		fputs("usage: floor [-c] [-p] STATUS SIZE\n", stderr);
		return 64;
	}
	make_response(atoi(argv[optind]), strtoul(argv[optind + 1], NULL, 10));
	listen_somewhere();
	for (;;)
		turn();
}
