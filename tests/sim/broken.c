/* broken.c - requests that no server may follow. */
#include <string.h>

#include "chance.h"
#include "wish.h"

enum { LONG = 9000 };

static const struct {
	const char *text;
	int status;
} texts[] = {
	{"GET / HTTP/1.1\nHost: sim\n\n", 400},
	{"GET / HTTP/1.1\r\nHost: sim\r\nHost: sim\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost : sim\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: sim\r\n folded\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: sim\r\nA: b\rc\r\n\r\n", 400},
	{"GET  / HTTP/1.1\r\nHost: sim\r\n\r\n", 400},
	{"GET / HTTP/1.1 \r\nHost: sim\r\n\r\n", 400},
	{"GET /#top HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n\r\n", 400},
	{"GET nowhere HTTP/1.1\r\nHost: sim\r\n\r\n", 400},
	{"G(T / HTTP/1.1\r\nHost: sim\r\n\r\n", 400},
	{"POST / HTTP/1.1\r\nHost: sim\r\nContent-Length: 5\r\n"
	 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		400},
	{"POST / HTTP/1.1\r\nHost: sim\r\nContent-Length: 5, 5\r\n\r\nabcde",
		400},
	{"POST / HTTP/1.1\r\nHost: sim\r\nContent-Length: +5\r\n\r\nabcde",
		400},
	{"POST / HTTP/1.1\r\nHost: sim\r\nContent-Length: -1\r\n\r\n", 400},
	{"POST / HTTP/1.0\r\nHost: sim\r\nTransfer-Encoding: chunked\r\n\r\n",
		400},
	{"POST / HTTP/1.1\r\nHost: sim\r\nTransfer-Encoding: gzip\r\n\r\n",
		501},
	{"GET / HTTP/2.0\r\nHost: sim\r\n\r\n", 505},
	{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
	{"GET / HTTP/1.1\r\nHost: sim\r\nExpect: magic\r\n\r\n", 417},
	{"GET /f2.txt HTTP/1.1\r\nHost: sim\r\n"
	 "Connection: close\r\nAccept-Encoding: identity;q=0\r\n\r\n",
		406},
	{"\x16\x03\x01\x02\x01\x01\x01\xfc\x03\x03", 400},
};

static void fill(struct text *text, char byte, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text_add(text, "%c", byte);
}

static int make_long(struct text *text)
{
	if (chance_one_in(3)) {
		text_add(text, "GET /");
		fill(text, 'a', LONG);
		return 414;
	}
	text_add(text, "GET / HTTP/1.1\r\nHost: sim\r\n");
	if (chance_one_in(2)) {
		for (int i = 0; i < 200; i++)
			text_add(text, "A%d: b\r\n", i);
		text_add(text, "\r\n");
		return 431;
	}
	text_add(text, "Cookie: ");
	fill(text, 'c', LONG);
	text_add(text, "\r\nCookie: ");
	fill(text, 'c', LONG);
	return 431;
}

/* Nobody knows what comes out of it, but it must be answers. */
static void spoil(struct wish *wish, struct text *text)
{
	static const struct sim_site site;
	size_t begin = text->len;

	wish_make(wish, text, &site, false);
	for (uint64_t i = 1 + chance(4); i > 0; i--)
		text->at[begin + chance(text->len - begin)] = (char)chance(256);
	wish->wild = true;
}

void wish_make_broken(struct wish *wish, struct text *text)
{
	size_t which = chance(sizeof texts / sizeof *texts + 6);

	if (which >= sizeof texts / sizeof *texts + 2) {
		spoil(wish, text);
		return;
	}
	*wish = (struct wish){
		.begin = text->len, .minor = 1, .broken = true, .close = true};
	if (which < sizeof texts / sizeof *texts) {
		text_add(text, "%s", texts[which].text);
		wish->status = texts[which].status;
	} else {
		wish->status = make_long(text);
	}
	wish->head_end = wish->end = text->len;
	/* What comes behind is not read. */
	if (chance_one_in(3))
		fill(text, 'x', chance(3000));
}
