/*
 * stride.c - small blocks until a client is known to be fast.
 */
#include "files/stride.h"

#include "loop/fileread.h"
#include "loop/loop.h"

void stride_begin(struct stride *stride)
{
	*stride = (struct stride){.is_fast = false};
}

void stride_took(struct stride *stride, uint64_t sent)
{
	if (!stride->is_late && sent >= STRIDE_PROOF)
		stride->is_fast = true;
}

void stride_wait(struct stride *stride)
{
	stride->waits = loop_now();
}

void stride_go_on(struct stride *stride)
{
	stride->is_late = loop_now() - stride->waits >= STRIDE_PROMPT;
	stride->is_fast = !stride->is_late;
}

size_t stride_block(const struct stride *stride)
{
	return stride->is_fast ? FILEREAD_BLOCK : STRIDE_SMALL;
}
