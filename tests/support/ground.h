/*
 * ground.h - a temporary directory with an inside and an outside.
 *
 * root/ is what is served, outside/ what must never be. Names are relative to
 * the directory that holds both: "root/a.txt", "outside/secret". What cannot
 * be made fails the test.
 */
#ifndef CONTD_TESTS_GROUND_H
#define CONTD_TESTS_GROUND_H

#include <stddef.h>

struct ground {
	char path[64]; /* absolute, short enough for a Unix socket below it */
	int dir;       /* the open directory */
};

/* With both halves, empty. */
void ground_make(struct ground *g);

/* With everything in it. */
void ground_remove(struct ground *g);

void ground_directory(const struct ground *g, const char *name);
void ground_file(const struct ground *g, const char *name, const char *text);
void ground_link(const struct ground *g, const char *name, const char *target);

/* Moves `from` to `to`, which it replaces. */
void ground_rename(const struct ground *g, const char *from, const char *to);

/* Opens the directory `name`; the caller closes it. */
int ground_open(const struct ground *g, const char *name);

/* How many descriptors this process has open. */
size_t descriptors_open(void);

#endif
