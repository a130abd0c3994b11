/*
 * tree.h - a temporary directory to serve.
 *
 * A tree is made empty below $TMPDIR and removed by e2e_teardown. Names are
 * relative to it; a name with directories needs them made before.
 */
#ifndef CONTD_TESTS_TREE_H
#define CONTD_TESTS_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TREE_PATH = 512 };

struct tree {
	char path[TREE_PATH]; /* absolute */
};

/* Makes an empty directory; it belongs to the harness. */
const struct tree *tree_make(void);

/* The absolute path of a name in it; in memory that is used again by the
 * eighth call after this one. */
const char *tree_path(const struct tree *tree, const char *name);

void tree_dir(const struct tree *tree, const char *name);
void tree_text(const struct tree *tree, const char *name, const char *text);
void tree_link(const struct tree *tree, const char *name, const char *to);

/* A file of the pattern, whose byte at offset i is tree_pattern(i), and its
 * last modification an hour ago: old enough for strong validators. */
void tree_file(const struct tree *tree, const char *name, size_t len);
char tree_pattern(uint64_t offset);

/* A file of zeros that takes no room; with bytes somewhere in it. */
void tree_sparse(const struct tree *tree, const char *name, off_t size);
void tree_poke(
	const struct tree *tree, const char *name, off_t at, const char *text);

/* Sets the last modification to so many seconds ago. */
void tree_age(const struct tree *tree, const char *name, long seconds);

/* Removes all trees. */
void tree_teardown(void);

#endif
