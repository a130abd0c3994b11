/*
 * system.h - calls that differ between systems, for processes that may wait.
 *
 * The master and the helpers use them, and a worker before it begins to serve.
 * The calls of a serving worker are in sys/sys.h.
 */
#ifndef CONTD_SYS_SYSTEM_H
#define CONTD_SYS_SYSTEM_H

#include <stdbool.h>
#include <sys/types.h>

/* The flags to open directories with: O_PATH, O_SEARCH or O_RDONLY. */
int sys_walk_flags(void);

/* Whether sys_stat() of an open file waits for no other machine (a network file
 * system) or process (FUSE). */
bool sys_is_local(int fd);

/* Opens an empty file without a name, to write and to read. */
int sys_scratch(void);

/* Sets the name of this process that ps(1) shows. */
void sys_name(const char *name);

/* Sets TCP options of a listener for its clients, which inherit them: no delay,
 * and at most SYS_UNSENT bytes not yet sent, where the system has that. */
enum { SYS_UNSENT = 128 * 1024 };
void sys_set_up_sending(int listener);

/* Lets several sockets of one user listen on one port, with clients distributed
 * among them. 0, or -1: not on this system. */
int sys_share_port(int fd);

/* Sets the supplementary groups of this process: gid, and those of the user
 * `name`, if it is not NULL. Needs root. 0, or -1 with errno. */
int sys_set_groups(const char *name, gid_t gid);

#endif
