/*
 * paths.h - names that hold wherever the process goes.
 *
 * A daemon moves to "/", and the children read the command line again: so the
 * paths in it are made absolute first. Symbolic links stay as they are: a site
 * may be deployed by swapping one.
 *
 * What these functions return is allocated and kept until the end.
 */
#ifndef CONTD_MASTER_PATHS_H
#define CONTD_MASTER_PATHS_H

#include <stddef.h>

#include "options.h"

/* The path below the current directory, unless it begins with a slash; without
 * "." segments, doubled slashes and a slash at the end. NULL with errno. */
char *paths_absolute(const char *path);

/* Makes the paths of the options absolute: the root, the files, the sockets
 * listened on. argv's words that hold them are replaced by new ones. Returns
 * 0, or -1 with errno. */
int paths_settle(int argc, char **argv, struct options *options);

/* The arguments of a child: our name, its role, number unless it is NULL, then
 * ours (argv behind its name). NULL without memory. */
char **paths_arguments(
	int argc, char *const argv[], const char *role, const char *number);

#endif
