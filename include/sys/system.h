/*
 * system.h - what differs between systems, for the processes that may wait.
 *
 * Master and helpers ask for these, before there is a worker or beside it. They
 * are no calls of the worker: those are in sys/sys.h.
 */
#ifndef CONTD_SYS_SYSTEM_H
#define CONTD_SYS_SYSTEM_H

#include <stdbool.h>
#include <sys/types.h>

/* To open directories with, for helper/lookup: O_PATH, O_SEARCH or O_RDONLY. */
int sys_walk_flags(void);

/* Whether sys_stat() of an open file needs nobody else's answer, be it over a
 * network or of another process (FUSE). For helper/lookup. */
bool sys_is_local(int fd);

/* An empty file without a name, to write and to read. For helper/scratch. */
int sys_scratch(void);

/* The name of this process as ps(1) shows it. For main. */
void sys_name(const char *name);

/* For master/listen: how clients send, which they inherit: at once, and no more
 * than SYS_UNSENT bytes ahead of the network where the system can tell. */
enum { SYS_UNSENT = 128 * 1024 };
void sys_set_up_sending(int listener);

/* For master/listen: several sockets of a user on one port, clients dealt among
 * them. 0, or -1: not on this system. */
int sys_share_port(int fd);

/* The groups of this process besides gid: those of the user `name`, or, if it
 * is NULL, none. For master/privilege, as root. 0, or -1 with errno. */
int sys_set_groups(const char *name, gid_t gid);

#endif
