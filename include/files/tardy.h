/*
 * tardy.h - directories that were slow lately.
 *
 * A fixed table by hash: two directories that share a place forget each other,
 * which costs a moment and is no error. One whose last word was an answer was
 * only slow; one that has not answered hangs.
 */
#ifndef CONTD_FILES_TARDY_H
#define CONTD_FILES_TARDY_H

#include <stdbool.h>
#include <stdint.h>

enum { TARDY_PLACES = 64 };

struct tardy {
	struct {
		uint32_t directory;
		bool hangs;
		int64_t until;
	} place[TARDY_PLACES];
};

/* It is slow from now on, for a while. */
void tardy_note(struct tardy *tardy, uint32_t directory, bool hangs);

bool tardy_is(const struct tardy *tardy, uint32_t directory);
bool tardy_hangs(const struct tardy *tardy, uint32_t directory);

#endif
