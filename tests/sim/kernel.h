/*
 * kernel.h - a kernel of our own, under the worker as it ships.
 *
 * The files kernel*.c define every call of sys.h that the worker makes, one
 * function each. Nothing is real: sockets, channels and pipes are counters and
 * queues, files are versions of a pattern, time passes in the wait and by a
 * fixed bit in each call. The rules of a real kernel hold: a closed descriptor
 * is no descriptor, a read takes its bytes when it ends and through the
 * descriptor that it was started with, bytes left unread make a close a reset.
 * Whoever breaks one fails here, where no sanitizer would see it.
 *
 * Where a call may fail it asks fault() first (fault.h). Whoever is outside the
 * worker is an actor: it may act, in random order, whenever the worker waits.
 */
#ifndef CONTD_SIM_KERNEL_H
#define CONTD_SIM_KERNEL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { FDS = 512, FIRST_FD = 3 };

#define NEVER INT64_MAX

/* ---- objects behind descriptors ---- */

enum object_kind { LISTENER, STREAM, PIPE, CHANNEL, FILE_OPEN, EPOLL };

struct sim_message {
	unsigned char bytes[128];
	size_t len;
	struct object *passed; /* with a hold of its own, or NULL */
	struct sim_message *behind;
};

/* What an epoll set holds of a descriptor. */
struct sim_watch {
	int fd;
	short events;
};

/* What the other end of a socket or channel is told of, at once. */
struct ear {
	void (*on_taken)(void *actor, size_t len);
	void (*on_sent)(void *actor, const void *bytes, size_t len);
	void (*on_shut)(void *actor);
	void (*on_closed)(void *actor);
};

struct object {
	enum object_kind kind;
	unsigned holders; /* descriptors, messages and actors */
	bool worker_end;  /* the worker closed its last descriptor of it */
	const struct ear *ear;
	void *actor;

	/* STREAM: the client's text, how much of it has come, and was taken */
	const char *text;
	size_t come, taken;
	bool fin;    /* the client sends no more */
	bool closed; /* it reads no more either */
	bool shut;   /* the worker sends no more */
	bool last;   /* it said that it will not, and must shut or close now */
	bool reset;  /* by either side */
	bool reset_on_close;
	unsigned char number; /* in its address */

	/* STREAM: to the client; PIPE: to the reader */
	size_t unread, room;
	unsigned char *bytes; /* of a PIPE */

	struct object *waiting[64]; /* LISTENER: streams to accept */
	size_t waiting_count;

	struct sim_message *messages; /* CHANNEL: to the worker */
	bool gone;                    /* CHANNEL: the other side died */

	struct sim_name *file; /* FILE_OPEN: what, and which of its inodes */
	ino_t inode;

	struct sim_watch *watches; /* EPOLL: room for all descriptors */
	size_t watches_count;
};

struct object *object_new(enum object_kind kind, size_t room);
void object_drop(struct object *object);

/* A descriptor of the worker for the object, which gets one more holder; -1 and
 * EMFILE beyond the limit. */
int kernel_open(struct object *object);

/* The object of a descriptor that must be open, and of this kind. */
struct object *kernel_object(int fd, enum object_kind kind);

/* Queues a message for the worker; takes charge of `passed`. */
void channel_post(struct object *channel, const void *bytes, size_t len,
	struct object *passed);
size_t pipe_take(struct object *pipe, void *bytes, size_t len);

/* ---- the run ---- */

/* limit: how many descriptors the worker may have. */
void kernel_reset(int limit, bool has_epoll);

void waits_reset(void);
void kernel_turn_over(void); /* if one was begun */

/* Each descriptor of the worker: its object, or NULL. */
struct object *kernel_at(int fd);
int kernel_top(void); /* they are all below it */
size_t kernel_descriptors(void);

/* The clock that never jumps, in milliseconds, as it was when this turn began:
 * so the worker has it too. And the time of day in nanoseconds. */
int64_t kernel_now(void);
int64_t kernel_date(void);
/* From now on the time of day is another one. */
void kernel_jump(int64_t nanoseconds);
/* Somebody will act then. */
void kernel_alarm(int64_t when);
void kernel_raise(int signo);

/* What the worker gives away was written by somebody: MemorySanitizer knows. */
void kernel_sees(const void *bytes, size_t len);

/* A call that is no wait and no question of the time: it takes a microsecond,
 * and counts as progress. */
enum { KERNEL_CALL_TIME = 1000 };
void kernel_called(void);
void kernel_spend(int64_t nanoseconds);
/* And sometimes long. */
void kernel_stall(void);

/* ---- between the parts of the kernel ---- */

/* What an open descriptor is ready for; how all the calls that wait do it. */
short kernel_events(int fd);
int kernel_wait(struct pollfd *fds, nfds_t count, int timeout);

bool kernel_has_epoll(void);
bool epoll_is_ready(const struct object *set);
void epoll_closing(const struct object *set, int fd);

/* Whether a signal was pending; its handler has run. */
bool kernel_deliver(void);
/* How many calls there were since the last question. */
size_t kernel_calls(void);

/* ---- reads ---- */

void flights_reset(void);
size_t flights_count(void);
bool flights_step(void); /* one of those that may ends */
void flights_land(void); /* all do */
void flights_closing(int fd);
void flights_check(void); /* after each turn */
void flights_print(void);

/* ---- in world.c ---- */

/* Lets one actor act; false when none can do anything before the next alarm. */
bool world_step(void);

/* A call of this turn took long: the turn has spent so much now, and so much
 * before, in nanoseconds. */
void world_stalled(int64_t before, int64_t now);

/* A turn of the worker is over: everything must be as it should. */
void world_turn_over(void);

#endif
