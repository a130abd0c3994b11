/*
 * procs.h - what /proc says of processes: who they are, what they hold.
 */
#ifndef CONTD_TESTS_PROCS_H
#define CONTD_TESTS_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PROCS_MAX = 64 };

/* The children of parent, zombies left out, whose first argument is role
 * ("@worker"; NULL: all of them). Returns how many, at most PROCS_MAX. */
size_t procs_children(pid_t parent, const char *role, pid_t pids[PROCS_MAX]);
size_t procs_count(pid_t parent, const char *role);

/* The one child with this role, or 0 when there are none or more. */
pid_t procs_one(pid_t parent, const char *role);

/* Whether the process exists and is no zombie. */
bool procs_is_alive(pid_t pid);

/* Stops the process, or its first thread, as a debugger does: its parent is not
 * told, as it is of SIGSTOP. False when we may not. Who is killed meanwhile is
 * dead; who is let go goes on. */
bool procs_hold(pid_t pid);
void procs_let_go(pid_t pid);

/* Whether the process is stopped, by a signal. */
bool procs_is_stopped(pid_t pid);

/* How many zombies parent has not asked for yet. */
size_t procs_zombies(pid_t parent);

/* A field of /proc/<pid>/status ("VmRSS", "Uid"), without the blanks around
 * it; "" when there is none. In memory that the next call uses again. */
const char *procs_status(pid_t pid, const char *field);
long procs_rss(pid_t pid); /* kibibytes */

/* The time that it has worked so far, in ticks of the system's clock; or -1. */
long procs_worked(pid_t pid);

/* How many descriptors it has open. */
size_t procs_fds(pid_t pid);

#endif
