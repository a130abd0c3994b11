/*
 * kernel.h - a kernel of our own, under the worker as it ships.
 *
 * kernel*.c define every call of sys.h that the worker makes.
 * Nothing is real: sockets, channels and pipes are queues, files are bytes in
 * memory, time passes in the wait and by a fixed bit in each call, and every
 * choice a kernel is free to make (how much of a send it takes, which read ends
 * first, when a signal interrupts) is made by one generator of random numbers.
 * So a run is a function of its seed, and a seed that fails is a test for ever.
 *
 * Whoever is outside the worker (clients, helpers, the master) is an actor: it
 * is given a chance to act, in random order, whenever the worker waits.
 */
#ifndef CONTD_SIM_KERNEL_H
#define CONTD_SIM_KERNEL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"

/* ---- chance ---- */

void chance_seed(uint64_t seed);
uint64_t chance(uint64_t below); /* 0 to below-1 */
bool chance_one_in(uint64_t many);

/* ---- what went wrong ---- */

/* Says what, with the seed, and how to see it again; ends the program. */
_Noreturn void sim_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Says what happens, when the run is traced. */
void sim_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- objects behind descriptors ---- */

enum object_kind { LISTENER, STREAM, PIPE, CHANNEL, FILE_OPEN, EPOLL };

/* Bytes on their way; len never above cap. */
struct queue {
	unsigned char *at;
	size_t len, cap;
};

struct sim_message {
	unsigned char bytes[128];
	size_t len;
	struct object *passed; /* with a hold of its own, or NULL */
	struct sim_message *behind;
};

struct sim_file {
	char name[32];
	unsigned char *bytes;
	size_t size;
	int64_t modified; /* nanoseconds */
	ino_t inode;
};

/* What an epoll set holds of a descriptor. */
struct sim_watch {
	int fd;
	short events;
};

struct object {
	enum object_kind kind;
	unsigned holders; /* descriptors, messages and actors */
	bool worker_end;  /* the worker closed its end (the last descriptor) */

	struct queue in, out; /* STREAM: to and from the worker; PIPE: in */
	bool fin;             /* STREAM: the client sends no more */
	bool closed;          /* STREAM: the client reads no more either */
	bool shut;            /* STREAM: the worker sends no more */
	bool reset;           /* STREAM: by either side */
	bool reset_on_close;

	struct object *waiting[64]; /* LISTENER: streams to accept */
	size_t waiting_count;

	struct sim_message *messages; /* CHANNEL: to the worker */
	bool gone;                    /* CHANNEL: the other side died */
	void (*told)(void *actor, const void *message, size_t len);
	void *actor;

	const struct sim_file *file; /* FILE_OPEN */

	struct sim_watch *watches; /* EPOLL */
	size_t watches_count;
};

struct object *object_new(enum object_kind kind, size_t cap);
void object_drop(struct object *object);

/* A descriptor of the worker for the object, which gets one more holder. */
int kernel_open(struct object *object);

/* Queues a message for the worker; takes charge of `passed`. */
void channel_post(struct object *channel, const void *bytes, size_t len,
	struct object *passed);

size_t queue_put(struct queue *queue, const void *bytes, size_t len);
size_t queue_take(struct queue *queue, void *bytes, size_t len);

/* ---- the run ---- */

void kernel_reset(void);

/* Ends all reads that are in flight. */
void kernel_land_all(void);
size_t kernel_flying(void);
void kernel_raise(int signo);

/* Descriptors of the worker that are open. */
size_t kernel_descriptors(void);

int64_t kernel_now(void);

/* Nanoseconds that each call on a descriptor takes. */
enum { KERNEL_CALL_TIME = 1000 };

/* Lets one actor act; false when none has anything left to do. In world.c. */
bool world_step(void);

/* Whether this seed's kernel has epoll. In world.c. */
bool world_has_epoll(void);

/* ---- between the parts of the kernel ---- */

struct object *kernel_object(int fd, enum object_kind kind);

/* What an open descriptor is ready for; how sys_poll waits. */
short kernel_events(int fd);
int kernel_wait(struct pollfd *fds, nfds_t count, int timeout);

bool epoll_is_ready(const struct object *set);
void epoll_closing(const struct object *object, int fd);
void file_closing(int fd);
bool file_step(void);

#endif
