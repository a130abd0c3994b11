/* e2e.c - what is done after every end-to-end test. */
#include "e2e.h"

int e2e_teardown(void **state)
{
	(void)state;
	server_teardown();
	fusefs_teardown();
	tree_teardown();
	return 0;
}
