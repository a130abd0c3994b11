/*
 * paths.h - makes paths absolute.
 *
 * A daemon changes to "/", and the children parse the command line again. So
 * the paths in it are made absolute first. Symbolic links are not resolved: a
 * site may be deployed by swapping one.
 *
 * The results are allocated and never freed.
 */
#ifndef CONTD_MASTER_PATHS_H
#define CONTD_MASTER_PATHS_H

#include <stddef.h>

#include "options.h"

/* The path with the current directory before it, unless it begins with a
 * slash; without "." segments, double slashes and a slash at the end. NULL
 * with errno. */
char *paths_absolute(const char *path);

/* Makes the paths of the options absolute: the root, the files, the
 * Unix-domain sockets. The words of argv that have them are replaced. Returns
 * 0, or -1 with errno. */
int paths_settle(int argc, char **argv, struct options *options);

/* The arguments of a child: "contd", its role, number unless it is NULL, then
 * argv. NULL without memory. */
char **paths_arguments(
	int argc, char *const argv[], const char *role, const char *number);

#endif
