/*
 * test_accept_coding.c - the coding that a client gets (RFC 9110, 12.5.3).
 *
 * Each case is the field lines of a GET, which codings there are, and which of
 * them is chosen.
 */
#include "http/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "asked.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
	BR = 1 << CODING_BR,
	ZSTD = 1 << CODING_ZSTD,
	GZIP = 1 << CODING_GZIP,
	ALL = BR | ZSTD | GZIP,
	NONE = 0
};

struct example {
	const char *lines;
	uint32_t there;
	enum coding chosen;
};

static void choose(const struct example *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct asked asked = ask(cases[i].lines);
		enum coding chosen =
			accept_coding(&asked.request, cases[i].there);

		if (chosen != cases[i].chosen)
			fail_msg("%s of %x: %d", cases[i].lines,
				(unsigned)cases[i].there, (int)chosen);
		end(&asked);
	}
}

/* The value of an Accept-Encoding alone. */
#define AE(value) "Accept-Encoding: " value "\r\n"

static void a_coding_has_a_name_a_suffix_and_a_mark(void **state)
{
	static const struct {
		enum coding coding;
		const char *name, *suffix, *mark;
	} cases[] = {
		{CODING_BR, "br", ".br", "b"},
		{CODING_ZSTD, "zstd", ".zst", "z"},
		{CODING_GZIP, "gzip", ".gz", "g"},
		{CODING_IDENTITY, "identity", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum coding coding = cases[i].coding;

		assert_true(slice_is(
			coding_name(coding), slice_text(cases[i].name)));
		assert_true(slice_is(
			coding_suffix(coding), slice_text(cases[i].suffix)));
		assert_true(slice_is(
			coding_mark(coding), slice_text(cases[i].mark)));
	}
}

/* 12.5.3: without the field anything may be sent, and identity is what every
 * client can read; an empty one wants no coding */
static void without_a_wish_there_is_no_coding(void **state)
{
	static const struct example cases[] = {
		{"", ALL, CODING_IDENTITY},
		{"Accept: gzip\r\n", ALL, CODING_IDENTITY},
		{AE(""), ALL, CODING_IDENTITY},
		{AE(" \t "), ALL, CODING_IDENTITY},
		{AE(","), ALL, CODING_IDENTITY},
		{AE(", ,\t,"), ALL, CODING_IDENTITY},
		{AE("identity"), ALL, CODING_IDENTITY},
		{AE("compress"), ALL, CODING_IDENTITY},
		{AE("gzip"), NONE, CODING_IDENTITY},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* 12.5.3, the RFC's own examples, and what browsers send */
static void the_examples_of_the_rfc_are_understood(void **state)
{
	static const struct example cases[] = {
		{AE("compress, gzip"), ALL, CODING_GZIP},
		{AE("compress, gzip"), BR, CODING_IDENTITY},
		{AE(""), GZIP, CODING_IDENTITY},
		{AE("*"), ALL, CODING_BR},
		{AE("*"), GZIP, CODING_GZIP},
		{AE("compress;q=0.5, gzip;q=1.0"), ALL, CODING_GZIP},
		{AE("gzip;q=1.0, identity; q=0.5, *;q=0"), ALL, CODING_GZIP},
		{AE("gzip;q=1.0, identity; q=0.5, *;q=0"), BR, CODING_IDENTITY},
		{AE("gzip, deflate, br, zstd"), ALL, CODING_BR},
		{AE("gzip, deflate, br, zstd"), ZSTD | GZIP, CODING_ZSTD},
		{AE("gzip, deflate, br, zstd"), GZIP, CODING_GZIP},
		{AE("gzip, deflate"), ALL, CODING_GZIP},
		{AE("identity;q=1, *;q=0"), ALL, CODING_IDENTITY},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* 12.4.2 */
static void the_greatest_weight_wins(void **state)
{
	static const struct example cases[] = {
		{AE("br;q=0.9, gzip"), ALL, CODING_GZIP},
		{AE("br;q=0.1, zstd;q=0.2, gzip;q=0.3"), ALL, CODING_GZIP},
		{AE("br;q=0.001, gzip;q=0.002"), ALL, CODING_GZIP},
		{AE("br;q=0.999, gzip;q=1.000"), ALL, CODING_GZIP},
		{AE("br;q=0.99, gzip;q=0.989"), ALL, CODING_BR},
		{AE("br;q=0.5, gzip;q=0.51"), ALL, CODING_GZIP},
		{AE("br;q=0.5, gzip;q=0.500"), ALL, CODING_BR},
		{AE("br;q=0., gzip;q=1."), ALL, CODING_GZIP},
		/* equal: our order; identity last, unless it is preferred */
		{AE("identity, gzip"), ALL, CODING_GZIP},
		{AE("gzip;q=0.5, identity;q=0.5"), ALL, CODING_GZIP},
		{AE("gzip;q=0.5, identity;q=0.6"), ALL, CODING_IDENTITY},
		{AE("gzip;q=0.5, identity"), ALL, CODING_IDENTITY},
		/* nobody spoke of identity: any coding asked for is better */
		{AE("gzip;q=0.001"), ALL, CODING_GZIP},
		/* twice the same name */
		{AE("br;q=0.2, gzip;q=0.3, br;q=0.4"), ALL, CODING_BR},
		{AE("br;q=0.4, gzip;q=0.3, br;q=0.2"), ALL, CODING_BR},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* 12.4.2: "a value of 0 means 'not acceptable'" */
static void weight_0_is_a_refusal(void **state)
{
	static const struct example cases[] = {
		{AE("br;q=0, gzip"), ALL, CODING_GZIP},
		{AE("br;q=0.0, gzip;q=0.1"), ALL, CODING_GZIP},
		{AE("br;q=0.000, zstd;q=0.00, gzip;q=0."), ALL,
			CODING_IDENTITY},
		{AE("identity;q=0"), NONE, CODING_NONE_WILL_DO},
		{AE("identity;q=0"), ALL, CODING_NONE_WILL_DO},
		{AE("identity;q=0.000"), ALL, CODING_NONE_WILL_DO},
		{AE("identity;q=0, gzip"), GZIP, CODING_GZIP},
		{AE("identity;q=0, gzip"), BR, CODING_NONE_WILL_DO},
		{AE("identity;q=0, gzip;q=0"), ALL, CODING_NONE_WILL_DO},
		{AE("identity;q=0, *"), GZIP, CODING_GZIP},
		{AE("identity;q=0, *"), NONE, CODING_NONE_WILL_DO},
		/* 12.5.3: "either 'identity;q=0' or '*;q=0' without a more
		 * specific entry for 'identity'" */
		{AE("*;q=0"), ALL, CODING_NONE_WILL_DO},
		{AE("*;q=0"), NONE, CODING_NONE_WILL_DO},
		{AE("gzip, *;q=0"), GZIP, CODING_GZIP},
		{AE("gzip, *;q=0"), BR, CODING_NONE_WILL_DO},
		{AE("identity;q=0.5, *;q=0"), ALL, CODING_IDENTITY},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* 12.5.3: "*" is "any available content coding not explicitly listed" */
static void a_star_stands_for_what_is_not_named(void **state)
{
	static const struct example cases[] = {
		{AE("br;q=0, *"), ALL, CODING_ZSTD},
		{AE("*, br;q=0"), ALL, CODING_ZSTD},
		{AE("br;q=0.1, zstd;q=0.1, *;q=0.2"), ALL, CODING_GZIP},
		{AE("gzip;q=0.5, *;q=0.4"), ALL, CODING_GZIP},
		{AE("gzip;q=0.4, *;q=0.5"), ALL, CODING_BR},
		/* identity is one of those */
		{AE("gzip;q=0.4, *;q=0.5"), GZIP, CODING_IDENTITY},
		{AE("x-gzip;q=0, *"), GZIP, CODING_IDENTITY},
		{AE("*;q=0.3, *;q=0"), GZIP, CODING_GZIP},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* 8.4.1: "All content codings are case-insensitive"; 8.4.1.3: x-gzip */
static void a_name_is_the_whole_name_in_any_case(void **state)
{
	static const struct example cases[] = {
		{AE("GZIP"), ALL, CODING_GZIP},
		{AE("Br"), ALL, CODING_BR},
		{AE("zStD"), ALL, CODING_ZSTD},
		{AE("IDENTITY;Q=0"), NONE, CODING_NONE_WILL_DO},
		{AE("x-gzip"), ALL, CODING_GZIP},
		{AE("X-GZip;q=0.1"), ALL, CODING_GZIP},
		{AE("gzip;q=0, x-gzip"), ALL, CODING_GZIP},
		{AE("xgzip"), ALL, CODING_IDENTITY},
		{AE("gzipx"), ALL, CODING_IDENTITY},
		{AE("gzi"), ALL, CODING_IDENTITY},
		{AE("x-br"), ALL, CODING_IDENTITY},
		{AE("x-x-gzip"), ALL, CODING_IDENTITY},
		{AE("brotli"), ALL, CODING_IDENTITY},
		{AE("b"), ALL, CODING_IDENTITY},
		{AE("zst"), ALL, CODING_IDENTITY},
		{AE("zstd2"), ALL, CODING_IDENTITY},
		{AE(".gz"), ALL, CODING_IDENTITY},
		{AE("**"), ALL, CODING_IDENTITY},
		{AE("identityx;q=0"), ALL, CODING_IDENTITY},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* 5.6.1 lists, 5.6.3 blanks, 5.2 several lines */
static void spelling_is_free_where_the_rfc_says_so(void **state)
{
	static const struct example cases[] = {
		{AE("br;q=0.1,gzip"), ALL, CODING_GZIP},
		{AE("br \t;\t q=0.1 ,\t gzip"), ALL, CODING_GZIP},
		{AE("br; q=0.1\t,gzip ;q=0.2"), ALL, CODING_GZIP},
		{AE(",gzip"), ALL, CODING_GZIP},
		{AE("gzip,"), ALL, CODING_GZIP},
		{AE(" , ,gzip,, ,br;q=0.1,\t"), ALL, CODING_GZIP},
		{AE("br;Q=0.1, gzip;Q=0.2"), ALL, CODING_GZIP},
		{AE("br;q=0.5") AE("gzip"), ALL, CODING_GZIP},
		{AE("") AE("gzip"), ALL, CODING_GZIP},
		{AE("gzip") AE(""), ALL, CODING_GZIP},
		{AE("identity;q=0") "Accept: br\r\n" AE("*;q=0.1"), ZSTD,
			CODING_ZSTD},
		{"accept-encoding: br\r\nACCEPT-ENCODING: zstd;q=0\r\n", ZSTD,
			CODING_IDENTITY},
	};

	(void)state;
	choose(cases, COUNT(cases));
}

/* What must not be understood, behind or in front of what could be. */
static const char *const malformed[] = {
	/* 12.4.2: "0" ["." 0*3DIGIT] or "1" ["." 0*3"0"] */
	"gzip;q=",
	"gzip;q=2",
	"gzip;q=10",
	"gzip;q=1.001",
	"gzip;q=1.1",
	"gzip;q=0.0000",
	"gzip;q=0.1234",
	"gzip;q=.5",
	"gzip;q=00.5",
	"gzip;q=-0",
	"gzip;q=+1",
	"gzip;q=0.5x",
	"gzip;q=0.x",
	"gzip;q=0.5.",
	"gzip;q=a",
	"gzip;q=1e0",
	"gzip;q=\"1\"",
	/* OWS ";" OWS "q=" qvalue, once and nothing else */
	"gzip;",
	"gzip;;q=1",
	"gzip;q",
	"gzip;q =1",
	"gzip;q= 1",
	"gzip;q=1;",
	"gzip;q=1;q=1",
	"gzip;q=1;level=9",
	"gzip;level=9",
	"gzip;level=9;q=1",
	"gzip;level=\"9\"",
	"gzip;level",
	"gzip;x=\"",
	"gzip;x=\"\\\"",
	"gzip:q=1",
	"gzip q=1",
	"gzip=1",
	"gzip br",
	";q=1",
	"=",
	"q=1",
	"\"gzip\"",
	"(gzip)",
	"gzip/1",
	"gzip/",
	"*/*",
	"/",
	"gz\xefp",
};

static void what_is_malformed_is_no_coding(void **state)
{
	static const char *const around[][2] = {
		{"Accept-Encoding: ", "\r\n"},
		{"Accept-Encoding: br, ", "\r\n"},
		{"Accept-Encoding: ", ", br\r\n"},
		{"Accept-Encoding: identity;q=0, br, ", "\r\n"},
		{AE("br") "Accept-Encoding: ", "\r\n"},
		{"Accept-Encoding: ", "\r\n" AE("br")},
	};
	char lines[256];

	(void)state;
	for (size_t i = 0; i < COUNT(malformed); i++)
		for (size_t j = 0; j < COUNT(around); j++) {
			struct example e = {lines, ALL, CODING_IDENTITY};

			snprintf(lines, sizeof(lines), "%s%s%s", around[j][0],
				malformed[i], around[j][1]);
			choose(&e, 1);
		}
}

/* Below each byte: what is chosen when the field ends with it? "-": none. */
static void a_field_that_is_cut_reads_nothing_behind_it(void **state)
{
	static const char value[] = "br;q=0.2, zstd;q=0.25,gzip;q=0.3,*;q=1";
	static const char choices[] = "-b-----bbbbbbz---bbbzzzzzg---zzgg-----";
	static const enum coding codings[] = {['-'] = CODING_IDENTITY,
		['b'] = CODING_BR,
		['z'] = CODING_ZSTD,
		['g'] = CODING_GZIP};
	char lines[128];

	(void)state;
	assert_int_equal(sizeof(value), sizeof(choices));
	for (size_t len = 1; len < sizeof(value); len++) {
		struct example e = {
			lines, ALL, codings[(unsigned char)choices[len - 1]]};

		snprintf(lines, sizeof(lines), "Accept-Encoding: %.*s\r\n",
			(int)len, value);
		choose(&e, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_coding_has_a_name_a_suffix_and_a_mark),
		cmocka_unit_test(without_a_wish_there_is_no_coding),
		cmocka_unit_test(the_examples_of_the_rfc_are_understood),
		cmocka_unit_test(the_greatest_weight_wins),
		cmocka_unit_test(weight_0_is_a_refusal),
		cmocka_unit_test(a_star_stands_for_what_is_not_named),
		cmocka_unit_test(a_name_is_the_whole_name_in_any_case),
		cmocka_unit_test(spelling_is_free_where_the_rfc_says_so),
		cmocka_unit_test(what_is_malformed_is_no_coding),
		cmocka_unit_test(a_field_that_is_cut_reads_nothing_behind_it),
	};

	return cmocka_run_group_tests_name(
		"http/accept_coding", tests, NULL, NULL);
}
