/*
 * tree.h - what there is to be served, and how it changes.
 *
 * A name has versions; each has its own bytes, a cut of one long pattern, and
 * its own time of modification, so that an ETag tells which one is meant. One
 * that was written in place has the inode of the one before, one that was moved
 * there has another. The pattern is random: two versions never agree by chance.
 *
 * A write takes a moment, in which the first bytes are new and the rest is old:
 * these bytes are no version at all.
 */
#ifndef CONTD_SIM_TREE_H
#define CONTD_SIM_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/job.h"

enum { NAMES_MAX = 32, VERSIONS_MAX = 24 };

struct sim_version {
	uint32_t id; /* of its bytes */
	ino_t inode;
	size_t size;
	int64_t modified, changed; /* nanoseconds */
	int64_t born, died;        /* when it was what the name meant */
	size_t cut; /* until `whole` the bytes from here on are the old ones */
	int64_t whole;
};

struct sim_name {
	const char *path;
	const char *type; /* NULL: no file */
	enum found_kind kind;
	const char *index;   /* of a directory; NULL: none */
	const char *codings; /* "bg": there are path.br and path.gz */
	size_t size;         /* of the first version */
	bool changes;
	bool there;
	struct sim_version versions[VERSIONS_MAX];
	size_t versions_count;
	int64_t back_at; /* when it was last missing, if it is there */
};

/* Once, before the first seed; and for each. at_once: a write takes no time. */
void tree_open(void);
void tree_reset(bool at_once);

struct sim_name *tree_find(const char *path);
/* The i-th of them all; NULL: there are not so many. */
struct sim_name *tree_name(size_t i);
/* Any of those that are files, and never change unless `changing`. */
struct sim_name *tree_pick(bool changing);

/* What stands beside it in this coding, by its first letter. */
struct sim_name *tree_neighbour(const struct sim_name *name, char coding);

/* Its current version, or the last one that it had. */
struct sim_version *tree_version(struct sim_name *name);
/* The last version of this inode. */
const struct sim_version *tree_inode(const struct sim_name *name, ino_t inode);

const unsigned char *tree_bytes(const struct sim_version *version);

/* Where it is: listings, and some of the files, on a disk of this machine; the
 * others on DEVICE_REMOTE, which must not be asked for anything. */
enum { DEVICE_REMOTE = 3 };
uint64_t tree_device(const struct sim_name *name, ino_t inode);

/* What is read of an inode now. */
size_t tree_read(const struct sim_name *name, ino_t inode, size_t offset,
	void *into, size_t len);

/* What a helper finds; the file to open, or NULL. */
struct sim_name *tree_look(const struct job *job, struct found *found);

/* Somebody writes, moves, deletes; sometimes. */
bool tree_step(void);

#endif
