/*
 * namehash.c - one multiplication per eight bytes, and one at the end.
 */
#include "files/namehash.h"

#include <string.h>

#define SPREAD UINT64_C(0x9e3779b97f4a7c15)

/* A multiplication spreads each bit to higher ones, the shift copies these to
 * the lower ones. */
static uint64_t mix(uint64_t hash, const char *eight)
{
	uint64_t word;

	memcpy(&word, eight, sizeof word);
	hash = (hash ^ word) * SPREAD;
	return hash ^ hash >> 32;
}

/* The highest bits depend on all others. */
static uint32_t take(uint64_t hash)
{
	return (uint32_t)(hash * SPREAD >> 32);
}

/* Eight bytes at a time; the last eight may overlap those before. */
uint32_t namehash(struct slice path, uint32_t flags)
{
	uint64_t hash = (uint64_t)path.len << 32 | flags;
	char word[8] = {0};

	if (path.len < sizeof word) {
		for (size_t i = 0; i < path.len; i++)
			word[i] = path.at[i];
		return take(mix(hash, word));
	}
	for (size_t i = 0; i < path.len - sizeof word; i += sizeof word)
		hash = mix(hash, path.at + i);
	return take(mix(hash, path.at + path.len - sizeof word));
}
