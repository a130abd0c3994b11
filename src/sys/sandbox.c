/*
 * sandbox.c - the names of the layers.
 */
#include "sys/sandbox.h"

#include <stddef.h>

/* The strongest first. SANDBOX_PRIVILEGES is not named. */
static const struct layer {
	enum sandbox_layer bit;
	const char *name;
} layers[] = {
	{SANDBOX_SECCOMP, "seccomp"},
	{SANDBOX_PLEDGE, "pledge"},
	{SANDBOX_CAPSICUM, "capsicum"},
	{SANDBOX_LANDLOCK, "landlock"},
	{SANDBOX_UNVEIL, "unveil"},
	{SANDBOX_CHROOT, "chroot"},
};

void sandbox_describe(unsigned in_force, struct buf *b)
{
	const char *before = "";

	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
		if (!(in_force & layers[i].bit))
			continue;
		buf_text(b, before);
		buf_text(b, layers[i].name);
		before = ", ";
	}
	if (*before == '\0')
		buf_text(b, "none");
}

bool sandbox_is_rooted(unsigned in_force)
{
	return (in_force & (SANDBOX_LANDLOCK | SANDBOX_UNVEIL)) != 0;
}
