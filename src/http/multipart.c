/*
 * multipart.c - several ranges in one body.
 *
 * The CRLF before a boundary is part of the delimiter, not of the bytes before
 * it (RFC 2046, 5.1.1).
 */
#include "http/multipart.h"

#define BREAK SLICE("\r\n")
#define DASHES SLICE("--")
#define BEFORE_TYPE SLICE("\r\nContent-Type: ")
#define BEFORE_RANGE SLICE("\r\nContent-Range: bytes ")

/* From splitmix64: bijective, and each bit of the seed changes about half of
 * the bits. */
static uint64_t mix(uint64_t n)
{
	n += 0x9e3779b97f4a7c15;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

void multipart_boundary(char into[MULTIPART_BOUNDARY_LEN], uint64_t seed)
{
	uint64_t bits = mix(seed);

	for (int i = 0; i < MULTIPART_BOUNDARY_LEN; i++) {
		/* The first 13 characters have all 64 bits. */
		if (i == 13)
			bits = mix(mix(seed));
		into[i] = "0123456789abcdefghijklmnopqrstuv"[bits & 31];
		bits >>= 5;
	}
}

void multipart_part(struct buf *b, struct slice boundary, struct slice type,
	const struct range *range, uint64_t size)
{
	buf_slice(b, BREAK);
	buf_slice(b, DASHES);
	buf_slice(b, boundary);
	buf_slice(b, BEFORE_TYPE);
	buf_slice(b, type);
	buf_slice(b, BEFORE_RANGE);
	buf_number(b, range->first);
	buf_byte(b, '-');
	buf_number(b, range->first + (range->len - 1));
	buf_byte(b, '/');
	buf_number(b, size);
	buf_slice(b, BREAK);
	buf_slice(b, BREAK);
}

void multipart_end(struct buf *b, struct slice boundary)
{
	buf_slice(b, BREAK);
	buf_slice(b, DASHES);
	buf_slice(b, boundary);
	buf_slice(b, DASHES);
	buf_slice(b, BREAK);
}

static size_t digits(uint64_t number)
{
	size_t count = 1;

	while (number >= 10) {
		number /= 10;
		count++;
	}
	return count;
}

/* The length of a part's text without its positions. */
static size_t part_len(struct slice type, uint64_t size)
{
	return BREAK.len + DASHES.len + MULTIPART_BOUNDARY_LEN +
	       BEFORE_TYPE.len + type.len + BEFORE_RANGE.len +
	       (sizeof("-/") - 1) + digits(size) + 2 * BREAK.len;
}

uint64_t multipart_len(const struct range *ranges, size_t count,
	struct slice type, uint64_t size)
{
	uint64_t len = 2 * BREAK.len + 2 * DASHES.len + MULTIPART_BOUNDARY_LEN;

	for (size_t i = 0; i < count; i++) {
		uint64_t last = ranges[i].first + (ranges[i].len - 1);

		len += part_len(type, size) + ranges[i].len;
		len += digits(ranges[i].first) + digits(last);
	}
	return len;
}
