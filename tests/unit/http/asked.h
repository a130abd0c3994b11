/*
 * asked.h - a parsed request for those who test what is read from one.
 */
#ifndef CONTD_UNIT_HTTP_ASKED_H
#define CONTD_UNIT_HTTP_ASKED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "http/request.h"
#include "support/guard.h"

/* A request with these field lines, whose last byte stands before a wall. */
struct asked {
	char *bytes;
	size_t len;
	struct request request;
};

static inline struct asked ask(const char *lines)
{
	struct asked asked;
	char head[2048];
	size_t seen = 0;

	asked.len = (size_t)snprintf(head, sizeof(head),
		"GET / HTTP/1.1\r\nHost: example.org\r\n%s\r\n", lines);
	assert_true(asked.len < sizeof(head));
	asked.bytes = guard_copy(head, asked.len);
	assert_int_equal(request_parse(slice_of(asked.bytes, asked.len), &seen,
				 &asked.request),
		asked.len);
	return asked;
}

static inline void end(struct asked *asked)
{
	guard_free(asked->bytes, asked->len);
}

#endif
