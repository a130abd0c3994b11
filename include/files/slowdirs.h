/*
 * slowdirs.h - directories that were slow lately.
 *
 * A fixed table by hash: of two directories that share a place only the last
 * one is remembered, which costs some delay and is no error. A directory whose
 * last lookup was answered late is slow; one whose last lookup was not
 * answered hangs.
 */
#ifndef CONTD_FILES_SLOWDIRS_H
#define CONTD_FILES_SLOWDIRS_H

#include <stdbool.h>
#include <stdint.h>

enum { SLOWDIRS_PLACES = 64 };

struct slowdirs {
	struct {
		uint32_t directory;
		bool hangs;
		int64_t until;
	} place[SLOWDIRS_PLACES];
};

/* Remembers the directory as slow, or as hanging, for some time. */
void slowdirs_note(struct slowdirs *slowdirs, uint32_t directory, bool hangs);

/* Whether it is remembered, as slow or as hanging. */
bool slowdirs_is(const struct slowdirs *slowdirs, uint32_t directory);
/* Whether it is remembered as hanging. */
bool slowdirs_hangs(const struct slowdirs *slowdirs, uint32_t directory);

#endif
