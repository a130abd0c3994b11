/*
 * server.h - the server under test: the real binary, named by CONTD_BINARY.
 *
 * Its standard output and error are pipes that every wait (await.h) reads. A
 * test ends each server that it starts, with server_stop or server_exit; one
 * that is still there at the end of a test is the mark of a failure, and
 * e2e_teardown prints what it said and kills it with all its descendants.
 */
#ifndef CONTD_TESTS_SERVER_H
#define CONTD_TESTS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "await.h"

enum { SERVER_PLACES = 4, SERVER_ARGS = 32 };

/* Where it says that it listens. */
struct place {
	bool local;     /* a socket in the file system */
	char text[256]; /* of the host, or the path */
	int port;
};

struct server {
	pid_t pid;
	int out_fd;
	int err_fd;
	struct text out;
	struct text err;
	bool hurt;      /* the test kills its processes: deaths are no news */
	char root[512]; /* what it says that it serves */
	struct place places[SERVER_PLACES];
	size_t place_count;
};

/* Runs contd with these arguments and nothing else; returns at once. A prefix
 * ("strace", "-f", NULL) runs it; NULL: nobody does. */
struct server *server_spawn(
	const char *const prefix[], const char *const args[]);

/* Waits for the line that says where it serves. */
void server_ready(struct server *s);

/* Both, on a port of the system's choice of 127.0.0.1. */
struct server *server_serve(
	const char *const prefix[], const char *const args[]);

/* contd_run("--help"): spawned. serve("--log", "off", dir): serving. */
#define contd_run(...) \
	server_spawn(NULL, (const char *const[]){__VA_ARGS__, NULL})
#define serve(...) server_serve(NULL, (const char *const[]){__VA_ARGS__, NULL})

/* Waits for its end, and until nobody holds its standard output and error any
 * more: no child is left behind. Its exit status, or 128 + the signal. Fails
 * when it says that one of its processes died, had a bug or was caught by a
 * sanitizer: a new one in its place hides nothing. */
int server_exit(struct server *s);

/* SIGTERM, and the end must be 0. */
void server_stop(struct server *s);

/* One more server to look after, which is not our child: a daemon. */
struct server *server_adopt(pid_t pid, const char *socket_path);

/* Who runs what is started from now on; 0: whoever runs the test. Only root
 * can ask for another. */
void server_run_as(uid_t uid);

/* The path of the binary. */
const char *server_binary(void);

/* What it was built as: with a sanitizer, which has costs and calls of its
 * own; or as a program that loads libraries. */
bool server_is_sanitized(void);
bool server_is_dynamic(void);

/* Whether a command ends with 0; what it says is thrown away. */
bool server_can_run(const char *const command[]);

/* Whether it knows this value of --wait, on this system. */
bool server_waits_with(const char *call);

/* Kills and prints whatever is left. */
void server_teardown(void);

#endif
