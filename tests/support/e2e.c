/* e2e.c - what is done around every end-to-end test. */
#include "e2e.h"

#include <stdlib.h>
#include <unistd.h>

int e2e_teardown(void **state)
{
	(void)state;
	server_teardown();
	fusefs_teardown();
	tree_teardown();
	return 0;
}

const char *e2e_library(const char *variable)
{
	const char *path = getenv(variable);

	if (path == NULL || access(path, R_OK) != 0)
		return NULL;
	return server_is_dynamic() && !server_is_sanitized() ? path : NULL;
}
