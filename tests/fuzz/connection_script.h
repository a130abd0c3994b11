/*
 * connection_script.h - what two clients do, read from the bytes of a fuzzer.
 *
 * The first byte sets up the world, the second is the seed of its chances. The
 * rest is what the first client sends, as it is; 0xff and a letter is something
 * else, sometimes with one byte more:
 *
 *     0xff 0xff   the byte 0xff        0xff s    the other client goes on
 *     0xff c      a cut between sends  0xff p n  nothing happens for n * 100 ms
 *     0xff f      it half closes       0xff h    it stops reading
 *     0xff x      it closes            0xff g    and reads again,
 *     0xff r      it resets            0xff b n    n * 16 bytes at once
 *     0xff d      the master says: drain
 *
 * So a seed is readable, and a dictionary of HTTP fits between.
 */
#ifndef CONTD_FUZZ_CONNECTION_SCRIPT_H
#define CONTD_FUZZ_CONNECTION_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

enum { CALLERS = 2, SCRIPT_STEPS = 512, SCRIPT_TEXT = 64 * 1024 };

enum action {
	ACTION_SEND,
	ACTION_PAUSE,
	ACTION_HALF_CLOSE,
	ACTION_CLOSE,
	ACTION_RESET,
	ACTION_HOLD,
	ACTION_READ,
	ACTION_DRAIN
};

struct step {
	enum action action;
	int caller;
	size_t amount; /* bytes to send, to read at once (0: all); ms of a pause */
};

struct script {
	uint8_t setup, seed;
	char text[CALLERS][SCRIPT_TEXT];
	size_t len[CALLERS];
	struct step steps[SCRIPT_STEPS];
	size_t count;
};

/* What is too much is left out. */
void script_read(struct script *script, const uint8_t *data, size_t size);

#endif
