/*
 * answer.h - the answer that is arriving, looked at: between answer.c and
 * expect.c.
 */
#ifndef CONTD_SIM_ANSWER_H
#define CONTD_SIM_ANSWER_H

#include "world.h"

/* The value of a field of the head, to the end of it all; NULL: none. */
const char *answer_field(const struct answer *answer, const char *name);
bool answer_has(
	const struct answer *answer, const char *name, const char *value);

/* Its Content-Length, which must be there. */
size_t answer_length(struct sim_client *client);

/* The request that it answers. */
struct wish *answer_wish(struct sim_client *client);

/* It is wrong: says what, with both. */
_Noreturn void answer_complain(
	const struct sim_client *client, const char *what);

/* To a request that was there: judges status and fields, and plans the body. */
void expect_answer(struct sim_client *client, struct wish *wish);

/* Whether the file that is sent is one of those that change. */
bool expect_changes(const struct wish *wish);

#endif
