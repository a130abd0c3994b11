/*
 * sending.h - a body on its way to a client, both ends in the test's hand.
 *
 * The disk is fake_aio.h, the clock turns.h: programs that include it are
 * linked with --wrap for both (test_*.link). Files hold tree.h's pattern.
 */
#ifndef CONTD_TESTS_UNIT_FILES_SENDING_H
#define CONTD_TESTS_UNIT_FILES_SENDING_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/body.h"
#include "loop/loop.h"
#include "loop/wake.h"
#include "support/fake_aio.h"
#include "support/tree.h"
#include "support/turns.h"

enum { BLOCK = FILEREAD_BLOCK, SMALL = 4096 };

static const struct tree *tree;

struct sending {
	struct body body;
	int client; /* -1: it is gone */
	int resumed;
	struct file *file;
	struct piece piece;
	uint64_t heard; /* bytes that came to the client */
	size_t head;    /* of which these are the head */
	off_t from;     /* where in the file the others begin */
};

static inline int open_bodies(void **state)
{
	turns_open(state);
	fake_reset();
	assert_int_equal(fileread_init(), 0);
	tree = tree_make();
	return 0;
}

static inline int shut_bodies(void **state)
{
	while (fake_flying() > 0) {
		fake_land(0, 0);
		take_turn();
	}
	take_turn();
	assert_int_equal(fileread_flying(), 0);
	assert_int_equal(fileread_detached(), 0);
	fileread_shut();
	wake_shut();
	tree_teardown();
	return turns_shut(state);
}

static inline struct file *open_file(const char *name)
{
	struct file *file = malloc(sizeof *file);
	struct stat st;

	assert_non_null(file);
	*file = (struct file){.holders = 1};
	file->fd = open(tree_path(tree, name), O_RDONLY | O_CLOEXEC);
	assert_return_code(fstat(file->fd, &st), errno);
	file->found.version = version_of(&st);
	return file;
}

static inline void on_over(int fd, short revents, void *state)
{
	struct sending *sending = state;

	assert_int_equal(fd, sending->body.socket);
	assert_int_equal(revents, 0);
	sending->resumed++;
	cont_drop(fd);
}

/* A body for a client whose socket takes few bytes at a time, but who is known
 * to be prompt. */
static inline void begin(struct sending *s, int64_t send_time)
{
	int few = SMALL;
	int ends[2];

	*s = (struct sending){.client = -1};
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
	assert_return_code(
		setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &few, sizeof few),
		errno);
	s->client = ends[1];
	body_init(&s->body, ends[0], send_time);
	s->body.stride.is_fast = true;
}

/* Behind the head, a part of the file. */
static inline void add_file(
	struct sending *s, const char *name, off_t from, uint64_t len)
{
	s->file = open_file(name);
	s->from = from;
	s->piece = (struct piece){.offset = (uint64_t)from, .len = len};
	body_add(&s->body, s->file, &s->piece, 1);
	assert_int_equal(s->file->holders, 2);
}

/* The head is one of the test's texts. True: it is over already. */
static inline bool send_it(struct sending *s, const char *head)
{
	s->head = strlen(head);
	return body_send(&s->body, slice_text(head), then(on_over, s));
}

/* What has come to the client, all of it, is what had to come. */
static inline size_t client_reads(struct sending *s)
{
	static char bytes[65536];
	size_t all = 0;
	ssize_t n;

	while ((n = recv(s->client, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
		for (ssize_t i = 0; i < n; i++, s->heard++)
			if (s->heard >= s->head &&
				bytes[i] != tree_pattern((uint64_t)s->from +
							 s->heard - s->head))
				fail_msg("byte %llu is wrong",
					(unsigned long long)s->heard);
		all += (size_t)n;
	}
	return all;
}

static inline void client_leaves(struct sending *s)
{
	close(s->client);
	s->client = -1;
}

/* Lets the disk answer. */
static inline void land_all(void)
{
	while (fake_flying() > 0)
		fake_land(0, 0);
}

/* Everybody does his part until it is over. */
static inline void goes_its_way(struct sending *s)
{
	while (s->resumed == 0) {
		land_all();
		take_turn();
		client_reads(s);
	}
	client_reads(s);
}

static inline void ended(
	const struct sending *s, enum body_outcome outcome, uint64_t sent)
{
	assert_int_equal(s->resumed, 1);
	assert_int_equal(s->body.outcome, outcome);
	assert_int_equal(s->body.sent, sent);
}

/* Lets go of everything. */
static inline void finish(struct sending *s)
{
	body_end(&s->body);
	assert_true(!s->file || s->file->holders == 1);
	file_drop(s->file);
	cont_close(s->body.socket);
	if (s->client >= 0)
		close(s->client);
	take_turn();
}

#endif
