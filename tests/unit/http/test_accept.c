/*
 * test_accept.c - the media type that a client would like (RFC 9110, 12.5.1).
 */
#include "http/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "asked.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define A(value) "Accept: " value "\r\n"

struct wish {
	const char *lines;
	bool json;       /* is preferred to HTML */
	bool navigation; /* asks for HTML by name */
};

static void wish(const struct wish *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct asked asked = ask(cases[i].lines);

		if (accept_prefers_json(&asked.request) != cases[i].json)
			fail_msg("%s: json", cases[i].lines);
		if (accept_is_navigation(&asked.request) != cases[i].navigation)
			fail_msg("%s: navigation", cases[i].lines);
		end(&asked);
	}
}

static void programs_and_browsers_say_what_they_are(void **state)
{
	static const struct wish cases[] = {
		{"", false, false},
		{A(""), false, false},
		{A("*/*"), false, false}, /* curl, wget, fetch() */
		{A("text/html"), false, true},
		{A("application/json"), true, false},
		/* Firefox, Chrome, Safari */
		{A("text/html,application/xhtml+xml,application/xml;q=0.9,"
		   "*/*;q=0.8"),
			false, true},
		{A("text/html,application/xhtml+xml,application/xml;q=0.9,"
		   "image/avif,image/webp,image/apng,*/*;q=0.8,"
		   "application/signed-exchange;v=b3;q=0.7"),
			false, true},
		/* an <img>, a <script>, jQuery's getJSON, HTTPie */
		{A("image/avif,image/webp,*/*"), false, false},
		{A("*/*;q=0.1"), false, false},
		{A("application/json, text/javascript, */*; q=0.01"), true,
			false},
		{A("application/json, */*;q=0.5"), true, false},
	};

	(void)state;
	wish(cases, COUNT(cases));
}

/* 12.5.1 */
static void the_most_specific_range_counts(void **state)
{
	static const struct wish cases[] = {
		/* type/subtype, then type, then any */
		{A("application/*"), true, false},
		{A("text/*"), false, false},
		{A("text/*;q=0.5, */*"), true, false},
		{A("*/*, text/*;q=0.5"), true, false},
		{A("text/*;q=0.5, text/html, */*;q=0.8"), false, true},
		{A("text/html, text/*;q=0.5, */*;q=0.8"), false, true},
		{A("text/html;q=0.5, */*;q=0.8"), true, true},
		{A("text/html;q=0.5, application/json;q=0.5"), false, true},
		{A("text/html;q=0.5, application/json;q=0.501"), true, true},
		{A("application/*;q=0.1, application/json;q=0.9, "
		   "text/html;q=0.2"),
			true, true},
		{A("application/json;q=0.1, application/*, text/*;q=0.2"),
			false, false},
		/* refused */
		{A("text/html;q=0"), false, false},
		{A("text/html;q=0.000, */*"), true, false},
		{A("text/html;q=0, */*;q=0"), false, false},
		{A("application/json;q=0, */*"), false, false},
		/* of the form that we send, and of another */
		{A("text/html;level=1"), false, true},
		{A("text/html;level=1;q=0.5, application/json;q=0.7"), true,
			true},
		{A("text/html;level=1, text/html;q=0.5, "
		   "application/json;q=0.7"),
			true, true},
		{A("text/html;q=0.5, text/html;level=1, "
		   "application/json;q=0.7"),
			true, true},
		{A("text/*, text/html;level=2;q=0.4, */*;q=0.5"), true, true},
		/* twice the same: the greater */
		{A("text/html;q=0.2, application/json;q=0.5, text/html;q=0.8"),
			false, true},
		{A("text/html;q=0.8, application/json;q=0.5, text/html;q=0.2"),
			false, true},
		/* others are none of these */
		{A("text/htmlx, application/jsonp, application/json5"), false,
			false},
		{A("application/ld+json, text/plain, xtext/html"), false,
			false},
		{A("text/json, application/html"), false, false},
	};

	(void)state;
	wish(cases, COUNT(cases));
}

/* 8.3.1: types, subtypes and names of parameters in any case; 5.6.6 */
static void accept_is_spelled_freely_too(void **state)
{
	static const struct wish cases[] = {
		{A("TEXT/Html"), false, true},
		{A("Application/JSON ;Q=0.3, */*;q=0.2"), true, false},
		{A("text/html\t; q=0.5 , application/json ; q=0.6"), true,
			true},
		{A(", ,text/html,"), false, true},
		{A("text/html;q=0.2") A("application/json"), true, true},
		{"accept: application/json\r\nACCEPT: text/html\r\n", false,
			true},
		/* parameters may be missing, quoted, and stand behind q */
		{A("text/html;;q=0.5;, application/json"), true, true},
		{A("text/html;q=0.5;level=1, application/json"), true, true},
		{A("text/html;a=\",application/json;q=\";q=0.5"), false, true},
		{A("text/html;a=\"\\\",application/json\""), false, true},
		{A("text/html;a=\"\", application/json;a=\"b\\\\\";q=0.1"),
			false, true},
	};

	(void)state;
	wish(cases, COUNT(cases));
}

/* Passed over, and the others count. */
static void a_malformed_range_is_no_range(void **state)
{
	static const struct wish cases[] = {
		{A("application/json, *"), true, false},
		{A("*, application/json"), true, false},
		{A("*;q=0.2, application/json"), true, false},
		{A("text, application/json"), true, false},
		{A("text/, application/json"), true, false},
		{A("/html, application/json"), true, false},
		{A("text /html, application/json"), true, false},
		{A("text/ html, application/json"), true, false},
		{A("text/html/5, application/json"), true, false},
		{A("text/html application/json, image/png"), false, false},
		{A("text/html;q=2, application/json"), true, false},
		{A("text/html;q=\"1\", application/json"), true, false},
		{A("text/html;q=1;q=1, application/json"), true, false},
		{A("text/html;q, application/json"), true, false},
		{A("text/html;level, application/json"), true, false},
		{A("text/html;level=, application/json"), true, false},
		{A("text/html;=1, application/json"), true, false},
		{A("text/html;a=\"b, application/json"), true, false},
		{A("text/html;a=\"b\"c, application/json"), true, false},
		{A("*/html, */json, application/json;q=0.1"), true, false},
		{A("text/html;a=\"b\\"), false, false},
	};

	(void)state;
	wish(cases, COUNT(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_and_browsers_say_what_they_are),
		cmocka_unit_test(the_most_specific_range_counts),
		cmocka_unit_test(accept_is_spelled_freely_too),
		cmocka_unit_test(a_malformed_range_is_no_range),
	};

	return cmocka_run_group_tests_name("http/accept", tests, NULL, NULL);
}
