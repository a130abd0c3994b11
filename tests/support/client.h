/*
 * client.h - a client that says exactly what it is told to.
 *
 * It knows enough of HTTP to find the end of an answer, and nothing else. All
 * waits are bounded (await.h). While it sends it takes in what comes back, so
 * that a long pipeline cannot lock both sides.
 */
#ifndef CONTD_TESTS_CLIENT_H
#define CONTD_TESTS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "await.h"
#include "server.h"

enum { ANSWER_HEAD = 32 * 1024, ANSWER_FIELDS = 64 };

struct client {
	int fd;
	struct text in; /* what came */
	size_t taken;   /* bytes of it that were used */
	bool ended;     /* nothing more will come */
	bool reset;     /* and it ended with a reset */
};

struct answer {
	int status;
	int minor;              /* HTTP/1.minor */
	char head[ANSWER_HEAD]; /* cut into texts */
	struct {
		const char *name;
		const char *value;
	} fields[ANSWER_FIELDS];
	size_t field_count;
	int64_t length; /* of the body to come; -1: until the end */
	struct text body;
};

/* Connects to the server's first place, or to another. */
void client_open(struct client *c, const struct server *s);
/* From another address of this machine ("127.0.0.2"): some systems have
 * none. */
void client_open_from(
	struct client *c, const struct server *s, const char *address);
void client_open_at(struct client *c, const struct server *s, size_t place);

/* Whether a connection is accepted there at all. */
bool client_can_open(const struct server *s);

/* Closes; with client_vanish so that the server sees a reset. */
void client_close(struct client *c);
void client_vanish(struct client *c);

/* Sends bytes as they are; a text; or a request without a body, to which
 * fields ("" or whole lines with CRLF) are added. */
void client_send(struct client *c, const char *bytes, size_t len);
void client_say(struct client *c, const char *text);
void client_ask(struct client *c, const char *method, const char *target,
	const char *fields);

/* Says that nothing more will be sent. */
void client_finish(struct client *c);

/* Reads the next head. method decides whether a body follows it. */
void client_head(struct client *c, struct answer *a, const char *method);

/* Reads its body, into a->body or by comparing it with the tree's pattern
 * from an offset on. */
void client_body(struct client *c, struct answer *a);
void client_pattern(struct client *c, struct answer *a, uint64_t from);

/* Both: an answer to GET; and request and answer. */
void client_answer(struct client *c, struct answer *a);
void client_get(struct client *c, const char *target, struct answer *a);

/* The server ends the connection, and says nothing more before. */
void client_is_closed(struct client *c);

/* Whether something has come, without waiting for it. */
bool client_has_heard(struct client *c);

/* A GET in a connection of its own. */
void get(const struct server *s, const char *target, struct answer *a);
void get_with(const struct server *s, const char *target, const char *fields,
	struct answer *a);
/* One that is answered with 200 and this text. */
void get_says(const struct server *s, const char *target, const char *body);

/* The value of a field, the names' letters of either case; or NULL. */
const char *answer_field(const struct answer *a, const char *name);

/* Fails unless the answer has this status, or this field. */
void answer_is(const struct answer *a, int status);
void answer_has(const struct answer *a, const char *name, const char *value);
void answer_says(const struct answer *a, const char *body);
void answer_free(struct answer *a);

#endif
