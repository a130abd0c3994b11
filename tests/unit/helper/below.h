/*
 * below.h - the directory that a test looks in: ground's root, which its own
 * set-up fills and opens.
 */
#ifndef CONTD_TESTS_UNIT_HELPER_BELOW_H
#define CONTD_TESTS_UNIT_HELPER_BELOW_H

#include <unistd.h>

#include "ground.h"

static struct ground ground;
static int root;

static inline int unmake(void **state)
{
	(void)state;
	close(root);
	ground_remove(&ground);
	return 0;
}

#endif
