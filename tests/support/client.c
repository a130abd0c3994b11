/* client.c - a client that says exactly what it is told to. */
#include "client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tree.h"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un local;
};

static socklen_t make_address(const struct place *place, union address *to)
{
	uint16_t port = htons((uint16_t)place->port);

	memset(to, 0, sizeof *to);
	if (place->local) {
		to->local.sun_family = AF_UNIX;
		assert_true(strlen(place->text) < sizeof to->local.sun_path);
		memcpy(to->local.sun_path, place->text,
			strlen(place->text) + 1);
		return sizeof to->local;
	}
	if (strchr(place->text, ':') != NULL) {
		to->in6.sin6_family = AF_INET6;
		to->in6.sin6_port = port;
		assert_int_equal(
			inet_pton(AF_INET6, place->text, &to->in6.sin6_addr),
			1);
		return sizeof to->in6;
	}
	to->in.sin_family = AF_INET;
	to->in.sin_port = port;
	assert_int_equal(inet_pton(AF_INET, place->text, &to->in.sin_addr), 1);
	return sizeof to->in;
}

static int connect_from(const struct place *place, const char *address)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	union address to;
	socklen_t len = make_address(place, &to);
	int fd = socket(to.any.sa_family, SOCK_STREAM, 0);
	int one = 1;

	assert_true(fd >= 0);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (address)
		from.sin_addr.s_addr = inet_addr(address);
	if ((address && bind(fd, (struct sockaddr *)&from, sizeof from) != 0) ||
		connect(fd, &to.any, len) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	/* Each send is a segment of its own: some tests are about that. */
	if (!place->local)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static int connect_to(const struct place *place)
{
	return connect_from(place, NULL);
}

void client_open_from(
	struct client *c, const struct server *s, const char *address)
{
	*c = (struct client){.fd = connect_from(&s->places[0], address)};
	if (c->fd < 0)
		fail_msg("no connection from %s: %s", address, strerror(errno));
}

void client_open_at(struct client *c, const struct server *s, size_t place)
{
	assert_true(place < s->place_count);
	*c = (struct client){.fd = connect_to(&s->places[place])};
	if (c->fd < 0)
		fail_msg("no connection to '%s': %s", s->places[place].text,
			strerror(errno));
}

void client_open(struct client *c, const struct server *s)
{
	client_open_at(c, s, 0);
}

bool client_can_open(const struct server *s)
{
	int fd = connect_to(&s->places[0]);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void client_close(struct client *c)
{
	close(c->fd);
	text_free(&c->in);
	c->fd = -1;
}

void client_vanish(struct client *c)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	client_close(c);
}

/* What was used is forgotten first, so that a long answer needs no memory. */
static void take_in(struct client *c)
{
	char bytes[65536];
	ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);

	if (n > 0) {
		if (c->taken == c->in.len)
			c->taken = c->in.len = 0;
		text_add(&c->in, bytes, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		c->ended = true;
		c->reset = n < 0;
	}
}

void client_send(struct client *c, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN && !c->ended) {
			if (await(c->fd, POLLIN | POLLOUT, "room to send") &
				POLLIN)
				take_in(c);
		} else {
			/* The server may refuse before it has heard all; its
			 * answer says why. */
			return;
		}
	}
}

void client_say(struct client *c, const char *text)
{
	client_send(c, text, strlen(text));
}

void client_ask(struct client *c, const char *method, const char *target,
	const char *fields)
{
	struct text request = {0};

	text_add(&request, method, strlen(method));
	text_add(&request, " ", 1);
	text_add(&request, target, strlen(target));
	text_add(&request, " HTTP/1.1\r\nHost: test\r\n", 23);
	text_add(&request, fields, strlen(fields));
	text_add(&request, "\r\n", 2);
	client_send(c, request.at, request.len);
	text_free(&request);
}

void client_finish(struct client *c)
{
	assert_int_equal(shutdown(c->fd, SHUT_WR), 0);
}

/* Waits for more; false at the end. */
static bool hear_more(struct client *c, const char *what)
{
	if (c->ended)
		return false;
	await(c->fd, POLLIN, what);
	take_in(c);
	return true;
}

static const char *rest_of(const struct client *c, size_t *len)
{
	*len = c->in.len - c->taken;
	return *len == 0 ? "" : c->in.at + c->taken;
}

/* The bytes up to the empty line, with it; 0 while it has not come. */
static size_t head_len(const struct client *c)
{
	size_t len;
	const char *at = rest_of(c, &len);

	for (size_t i = 4; i <= len; i++)
		if (memcmp(at + i - 4, "\r\n\r\n", 4) == 0)
			return i;
	return 0;
}

/* Cuts a->head into lines and the lines into names and values. */
static void read_fields(struct answer *a)
{
	char *line = strstr(a->head, "\r\n");

	a->field_count = 0;
	while (line != NULL && strcmp(line, "\r\n\r\n") != 0 &&
		strcmp(line, "\r\n") != 0) {
		char *end = strstr(line + 2, "\r\n");
		char *colon = strchr(line + 2, ':');

		*line = '\0';
		if (end == NULL || colon == NULL || colon > end ||
			a->field_count == ANSWER_FIELDS)
			fail_msg("a broken head: '%s'", line + 2);
		*colon = '\0';
		a->fields[a->field_count].name = line + 2;
		a->fields[a->field_count].value =
			colon + 1 + strspn(colon + 1, " ");
		a->field_count++;
		line = end;
	}
	if (line != NULL)
		*line = '\0';
}

static bool has_body(const struct answer *a, const char *method)
{
	return strcmp(method, "HEAD") != 0 && a->status >= 200 &&
	       a->status != 204 && a->status != 304;
}

void client_head(struct client *c, struct answer *a, const char *method)
{
	const char *value;
	size_t len;

	while ((len = head_len(c)) == 0)
		if (!hear_more(c, "an answer"))
			fail_msg("%s instead of an answer, after '%s'",
				c->reset ? "a reset" : "the end",
				rest_of(c, &len));
	assert_true(len < sizeof a->head);
	memcpy(a->head, c->in.at + c->taken, len);
	a->head[len] = '\0';
	c->taken += len;
	if (sscanf(a->head, "HTTP/1.%1d %3d ", &a->minor, &a->status) != 2)
		fail_msg("not a status line: '%s'", a->head);
	read_fields(a);
	value = answer_field(a, "Content-Length");
	a->length = value == NULL ? -1 : strtoll(value, NULL, 10);
	if (!has_body(a, method))
		a->length = 0;
	a->body.len = 0;
	text_add(&a->body, "", 0);
}

/* Gives each piece of the body to the caller: at most what is left of it. */
static bool next_piece(
	struct client *c, int64_t left, const char **at, size_t *len)
{
	*at = rest_of(c, len);
	while (*len == 0 && left != 0) {
		if (!hear_more(c, "the body")) {
			if (left < 0)
				return false;
			fail_msg("%s with %lld bytes of the body missing",
				c->reset ? "a reset" : "the end",
				(long long)left);
		}
		*at = rest_of(c, len);
	}
	if (left >= 0 && (uint64_t)*len > (uint64_t)left)
		*len = (size_t)left;
	c->taken += *len;
	return *len > 0;
}

void client_body(struct client *c, struct answer *a)
{
	int64_t left = a->length;
	const char *at;
	size_t len;

	while (left != 0 && next_piece(c, left, &at, &len)) {
		text_add(&a->body, at, len);
		left -= left < 0 ? 0 : (int64_t)len;
	}
}

void client_pattern(struct client *c, struct answer *a, uint64_t from)
{
	int64_t left = a->length;
	const char *at;
	size_t len;

	while (left != 0 && next_piece(c, left, &at, &len)) {
		for (size_t i = 0; i < len; i++)
			if (at[i] != tree_pattern(from + i))
				fail_msg("a wrong byte at %llu",
					(unsigned long long)(from + i));
		from += len;
		left -= left < 0 ? 0 : (int64_t)len;
	}
}

void client_answer(struct client *c, struct answer *a)
{
	client_head(c, a, "GET");
	client_body(c, a);
}

void client_get(struct client *c, const char *target, struct answer *a)
{
	client_ask(c, "GET", target, "");
	client_answer(c, a);
}

void client_is_closed(struct client *c)
{
	size_t len;

	while (hear_more(c, "the end of the connection")) {
	}
	if (c->taken != c->in.len)
		fail_msg("unexpected before the end: '%s'", rest_of(c, &len));
}

bool client_has_heard(struct client *c)
{
	if (c->taken == c->in.len && await_for(c->fd, POLLIN, 0) != 0)
		take_in(c);
	return c->taken < c->in.len || c->ended;
}

void get_with(const struct server *s, const char *target, const char *fields,
	struct answer *a)
{
	struct client c;

	client_open(&c, s);
	client_ask(&c, "GET", target, fields);
	client_answer(&c, a);
	client_close(&c);
}

void get(const struct server *s, const char *target, struct answer *a)
{
	get_with(s, target, "", a);
}

void get_says(const struct server *s, const char *target, const char *body)
{
	struct answer a = {0};

	get(s, target, &a);
	answer_is(&a, 200);
	answer_says(&a, body);
	answer_free(&a);
}

const char *answer_field(const struct answer *a, const char *name)
{
	for (size_t i = 0; i < a->field_count; i++)
		if (strcasecmp(a->fields[i].name, name) == 0)
			return a->fields[i].value;
	return NULL;
}

void answer_is(const struct answer *a, int status)
{
	if (a->status != status)
		fail_msg("%d and not %d: %s", a->status, status,
			a->body.at == NULL ? "" : a->body.at);
}

void answer_has(const struct answer *a, const char *name, const char *value)
{
	const char *is = answer_field(a, name);

	if (is == NULL || strcmp(is, value) != 0)
		fail_msg("%s is '%s' and not '%s'", name,
			is == NULL ? "(missing)" : is, value);
}

void answer_says(const struct answer *a, const char *body)
{
	assert_non_null(a->body.at);
	assert_string_equal(a->body.at, body);
}

void answer_free(struct answer *a)
{
	text_free(&a->body);
}
