/*
 * connection_answer.h - what came back is HTTP, and answers what was asked.
 *
 * What may be asked is counted with the slow reader of heads (slow.h) and with
 * the whole text in hand, so that no cut can mislead it.
 */
#ifndef CONTD_FUZZ_CONNECTION_ANSWER_H
#define CONTD_FUZZ_CONNECTION_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ASKED_MAX = 4096, ANSWER_HEAD_MAX = 32 * 1024 };

/* One request of the text. */
struct asked {
	size_t head_end; /* where its head ends; nothing can be said before */
	bool head;       /* of HEAD: its answer has no body */
	bool expects;    /* a 100 may come first */
	bool last;       /* it asks for the connection's end */
};

struct answers {
	int caller;
	struct asked asked[ASKED_MAX];
	size_t asked_count;
	size_t count, continued;
	char head[ANSWER_HEAD_MAX];
	size_t head_len;
	uint64_t left; /* of the body */
	bool optional; /* the body of an answer to what was not understood */
	bool ended;    /* an answer said that it is the last */
};

void answers_plan(
	struct answers *answers, int caller, const char *text, size_t len);

/* The worker sends; it has taken so much of the text. */
void answers_take(
	struct answers *answers, const char *bytes, size_t len, size_t taken);

/* Whether nothing is under way: what ends now is no cut. */
bool answers_are_whole(const struct answers *answers);

#endif
