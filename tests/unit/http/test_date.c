/*
 * test_date.c - dates on the wire (RFC 9110, 5.6.7).
 */
#include "http/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { DAY = 86400 };

static const int64_t now = 1785585600; /* 2026-08-01 12:00:00 */

/* ---- writing ---- */

static const struct {
	int64_t seconds;
	const char *imf, *clf;
} written[] = {
	/* the example of the RFC */
	{784111777, "Sun, 06 Nov 1994 08:49:37 GMT",
		"06/Nov/1994:08:49:37 +0000"},
	{0, "Thu, 01 Jan 1970 00:00:00 GMT", "01/Jan/1970:00:00:00 +0000"},
	{-1, "Wed, 31 Dec 1969 23:59:59 GMT", "31/Dec/1969:23:59:59 +0000"},
	{59, "Thu, 01 Jan 1970 00:00:59 GMT", "01/Jan/1970:00:00:59 +0000"},
	/* leap years: every fourth, not the hundredth, but the 400th */
	{951782400, "Tue, 29 Feb 2000 00:00:00 GMT",
		"29/Feb/2000:00:00:00 +0000"},
	{951868800, "Wed, 01 Mar 2000 00:00:00 GMT",
		"01/Mar/2000:00:00:00 +0000"},
	{1709251199, "Thu, 29 Feb 2024 23:59:59 GMT",
		"29/Feb/2024:23:59:59 +0000"},
	{4107542399, "Sun, 28 Feb 2100 23:59:59 GMT",
		"28/Feb/2100:23:59:59 +0000"},
	{4107542400, "Mon, 01 Mar 2100 00:00:00 GMT",
		"01/Mar/2100:00:00:00 +0000"},
	/* beyond 2^31 and 2^32 */
	{2147483648, "Tue, 19 Jan 2038 03:14:08 GMT",
		"19/Jan/2038:03:14:08 +0000"},
	{4294967296, "Sun, 07 Feb 2106 06:28:16 GMT",
		"07/Feb/2106:06:28:16 +0000"},
	/* the ends of four digits, and beyond them */
	{INT64_C(253402300799), "Fri, 31 Dec 9999 23:59:59 GMT",
		"31/Dec/9999:23:59:59 +0000"},
	{INT64_C(253402300800), "Fri, 31 Dec 9999 23:59:59 GMT",
		"31/Dec/9999:23:59:59 +0000"},
	{INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT",
		"31/Dec/9999:23:59:59 +0000"},
	{INT64_C(-62167219200), "Sat, 01 Jan 0000 00:00:00 GMT",
		"01/Jan/0000:00:00:00 +0000"},
	{INT64_C(-62167219201), "Sat, 01 Jan 0000 00:00:00 GMT",
		"01/Jan/0000:00:00:00 +0000"},
	{INT64_MIN, "Sat, 01 Jan 0000 00:00:00 GMT",
		"01/Jan/0000:00:00:00 +0000"},
};

static void dates_are_written_as_imf_fixdate(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(written); i++) {
		char *into = guard_copy(written[i].imf, DATE_LEN);

		memset(into, 0, DATE_LEN);
		date_write(into, written[i].seconds);
		assert_memory_equal(into, written[i].imf, DATE_LEN);
		guard_free(into, DATE_LEN);
	}
}

/* From "Sun, 06 Nov 1994 08:49:37 GMT" and the month's number. */
static void iso_of(char into[DATE_ISO_LEN + 1], const char *imf)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = {imf[8], imf[9], imf[10], '\0'};
	int number = (int)(strstr(months, month) - months) / 3 + 1;

	snprintf(into, DATE_ISO_LEN + 1, "%.4s-%c%c-%.2sT%.8sZ", imf + 12,
		'0' + number / 10, '0' + number % 10, imf + 5, imf + 17);
}

static void dates_are_written_for_machines(void **state)
{
	char expected[DATE_ISO_LEN + 1];

	(void)state;
	iso_of(expected, "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_string_equal(expected, "1994-11-06T08:49:37Z");
	for (size_t i = 0; i < COUNT(written); i++) {
		char *into = guard_copy(written[i].imf, DATE_ISO_LEN);

		iso_of(expected, written[i].imf);
		memset(into, 0, DATE_ISO_LEN);
		date_write_iso(into, written[i].seconds);
		assert_memory_equal(into, expected, DATE_ISO_LEN);
		guard_free(into, DATE_ISO_LEN);
	}
}

static void dates_are_written_for_logs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(written); i++) {
		char *into = guard_copy(written[i].clf, DATE_CLF_LEN);

		memset(into, 0, DATE_CLF_LEN);
		date_write_clf(into, written[i].seconds);
		assert_memory_equal(into, written[i].clf, DATE_CLF_LEN);
		guard_free(into, DATE_CLF_LEN);
	}
}

/* Every day of the 400 years after which the calendar repeats, against the
 * system's own calendar, and read again. */
static void every_day_is_written_as_the_system_does_and_read_again(void **state)
{
	char ours[DATE_LEN + 1] = "", theirs[64];
	int64_t again;

	(void)state;
	for (int64_t day = -40000; day < 146097 - 40000; day++) {
		int64_t seconds = day * DAY + (day & 0xffff);
		time_t t = (time_t)seconds;
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		strftime(theirs, sizeof(theirs), "%a, %d %b %Y %H:%M:%S GMT",
			&tm);
		date_write(ours, seconds);
		assert_string_equal(ours, theirs);
		assert_true(date_parse(slice_text(ours), now, &again));
		assert_true(again == seconds);
	}
}

/* ---- reading ---- */

static const struct {
	const char *text;
	int64_t seconds;
} good[] = {
	/* the three forms of the RFC, in its own examples */
	{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
	{"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
	{"Sun Nov  6 08:49:37 1994", 784111777},

	/* IMF-fixdate */
	{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
	{"Wed, 31 Dec 1969 23:59:59 GMT", -1},
	{"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799)},
	{"Sat, 01 Jan 0000 00:00:00 GMT", INT64_C(-62167219200)},
	{"Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
	{"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
	{"Fri, 31 Jul 2026 00:00:00 GMT", 1785456000},
	/* second = 2DIGIT, 60 in a leap second */
	{"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
	/* the wrong weekday, but a weekday */
	{"Mon, 06 Nov 1994 08:49:37 GMT", 784111777},

	/* RFC 850: not more than 50 years ahead of now, to the second */
	{"Wednesday, 01-Jan-70 00:00:00 GMT", INT64_C(3155760000)},
	{"Saturday, 01-Aug-26 12:00:00 GMT", 1785585600},
	{"Saturday, 01-Aug-76 12:00:00 GMT", INT64_C(3363508800)},
	{"Sunday, 01-Aug-76 12:00:01 GMT", 207748801},
	{"Thursday, 31-Dec-76 00:00:00 GMT", 220838400},
	{"Wednesday, 01-Jan-76 00:00:00 GMT", INT64_C(3345062400)},
	{"Friday, 01-Jan-77 00:00:00 GMT", 220924800},
	{"Saturday, 01-Jan-00 00:00:00 GMT", 946684800},
	{"Tuesday, 29-Feb-00 00:00:00 GMT", 951782400},
	{"Friday, 31-Dec-99 23:59:59 GMT", 946684799},
	{"Monday, 29-Feb-24 23:59:59 GMT", 1709251199},

	/* asctime: date3 = month SP ( 2DIGIT / ( SP 1DIGIT )) */
	{"Thu Jan  1 00:00:00 1970", 0},
	{"Sun Nov 06 08:49:37 1994", 784111777},
	{"Thu Feb 29 23:59:59 2024", 1709251199},
	{"Fri Dec 31 23:59:59 9999", INT64_C(253402300799)},
};

static void the_three_forms_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		size_t len = strlen(good[i].text);
		char *copy = guard_copy(good[i].text, len);
		int64_t seconds = 99;

		if (!date_parse(slice_of(copy, len), now, &seconds) ||
			seconds != good[i].seconds)
			fail_msg("%s: %lld", good[i].text, (long long)seconds);
		guard_free(copy, len);
	}
}

static void a_date_that_is_cut_is_none(void **state)
{
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t len = 0; len < strlen(good[i].text); len++) {
			char *copy = guard_copy(good[i].text, len);

			assert_false(
				date_parse(slice_of(copy, len), now, &seconds));
			guard_free(copy, len);
		}
}

static void a_date_with_one_byte_changed_is_none(void **state)
{
	/* The first of each form; their digits and names have other tests. */
	char text[40];
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(good[i].text);

		for (size_t j = 0; j < len; j++) {
			memcpy(text, good[i].text, len);
			text[j] = text[j] == '_' ? '-' : '_';
			assert_false(
				date_parse(slice_of(text, len), now, &seconds));
		}
	}
}

static const char *const bad[] = {
	"",
	" ",
	"yesterday",
	"0",
	"1893456000",
	"2030-01-01T00:00:00Z",
	/* exact: no spaces more or less, no other zone */
	" Sun, 06 Nov 1994 08:49:37 GMT",
	"Sun, 06 Nov 1994 08:49:37 GMT ",
	"Sun,06 Nov 1994 08:49:37 GMT",
	"Sun,  06 Nov 1994 08:49:37 GMT",
	"Sun, 6 Nov 1994 08:49:37 GMT",
	"Sun,  6 Nov 1994 08:49:37 GMT",
	"Sun, 06 Nov 94 08:49:37 GMT",
	"Sun, 06 Nov 1994 8:49:37 GMT",
	"Sun, 06 Nov 1994 08:49 GMT",
	"Sun, 06 Nov 1994 08:49:37",
	"Sun, 06 Nov 1994 08:49:37 UTC",
	"Sun, 06 Nov 1994 08:49:37 +0000",
	"Sun, 06 Nov 1994 08:49:37.0 GMT",
	"Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
	"Sun, -6 Nov 1994 08:49:37 GMT",
	"Sun, 06 Nov +994 08:49:37 GMT",
	/* names are case-sensitive */
	"sun, 06 Nov 1994 08:49:37 GMT",
	"SUN, 06 Nov 1994 08:49:37 GMT",
	"Sun, 06 nov 1994 08:49:37 GMT",
	"Sun, 06 NOV 1994 08:49:37 GMT",
	"Sun, 06 Nov 1994 08:49:37 gmt",
	"Sun nov  6 08:49:37 1994",
	/* names that are none */
	"Son, 06 Nov 1994 08:49:37 GMT",
	"Sun, 06 Nob 1994 08:49:37 GMT",
	"Sun, 06 anF 1994 08:49:37 GMT",
	"unM, 06 Nov 1994 08:49:37 GMT",
	"Sonday, 06-Nov-94 08:49:37 GMT",
	"Tueday, 06-Nov-94 08:49:37 GMT",
	"Sunnesday, 06-Nov-94 08:49:37 GMT",
	/* one form's name with the other form's rest */
	"Sunday, 06 Nov 1994 08:49:37 GMT",
	"Sun, 06-Nov-94 08:49:37 GMT",
	"Sun, 06-Nov-1994 08:49:37 GMT",
	"Sunday, 06-Nov-1994 08:49:37 GMT",
	"Sunday Nov  6 08:49:37 1994",
	"Sun, Nov  6 08:49:37 1994",
	"Sunday 06-Nov-94 08:49:37 GMT",
	"Sun 06 Nov 1994 08:49:37 GMT",
	/* asctime */
	"Sun Nov 6 08:49:37 1994",
	"Sun Nov   6 08:49:37 1994",
	"Sun Nov  06 08:49:37 1994",
	"Sun Nov  6 08:49:37 94",
	"Sun Nov  6 08:49:37 1994 GMT",
	"Sun Nov  6 08:49:37 1994\n",
};

static void what_is_no_date_is_refused(void **state)
{
	int64_t seconds = 99;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		size_t len = strlen(bad[i]);
		char *copy = guard_copy(bad[i], len);

		if (date_parse(slice_of(copy, len), now, &seconds))
			fail_msg("accepted: %s", bad[i]);
		guard_free(copy, len);
	}
	assert_true(seconds == 99);
}

static void what_the_calendar_does_not_have_is_refused(void **state)
{
	static const struct {
		const char *format;
		int last; /* day, hour, minute or second there is */
	} cases[] = {
		{"Sun, %02d Jan 2023 00:00:00 GMT", 31},
		{"Sun, %02d Feb 2023 00:00:00 GMT", 28},
		{"Sun, %02d Feb 2024 00:00:00 GMT", 29},
		{"Sun, %02d Feb 1900 00:00:00 GMT", 28},
		{"Sun, %02d Feb 2000 00:00:00 GMT", 29},
		{"Sun, %02d Mar 2023 00:00:00 GMT", 31},
		{"Sun, %02d Apr 2023 00:00:00 GMT", 30},
		{"Sun, %02d May 2023 00:00:00 GMT", 31},
		{"Sun, %02d Jun 2023 00:00:00 GMT", 30},
		{"Sun, %02d Jul 2023 00:00:00 GMT", 31},
		{"Sun, %02d Aug 2023 00:00:00 GMT", 31},
		{"Sun, %02d Sep 2023 00:00:00 GMT", 30},
		{"Sun, %02d Oct 2023 00:00:00 GMT", 31},
		{"Sun, %02d Nov 2023 00:00:00 GMT", 30},
		{"Sun, %02d Dec 2023 00:00:00 GMT", 31},
		{"Sunday, %02d-Feb-23 00:00:00 GMT", 28},
		{"Sunday, %02d-Feb-24 00:00:00 GMT", 29},
		{"Sun Feb %2d 00:00:00 2023", 28},
		{"Sun Feb %2d 00:00:00 2024", 29},
		{"Sun, 01 Jan 2023 %02d:00:00 GMT", 23},
		{"Sun, 01 Jan 2023 00:%02d:00 GMT", 59},
		{"Sun, 01 Jan 2023 00:00:%02d GMT", 60},
	};
	char text[64];
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (int n = 0; n < 100; n++) {
			bool is_day = strstr(cases[i].format, "2d 0") ||
				      strstr(cases[i].format, ", %02d");
			bool is = n <= cases[i].last && !(is_day && n == 0);

			snprintf(text, sizeof(text), cases[i].format, n);
			if (date_parse(slice_text(text), now, &seconds) != is)
				fail_msg("%s", text);
		}
}

/* The same two digits, read in other years. */
static void two_digits_are_near_the_time_of_reading(void **state)
{
	static const struct {
		const char *now, *text, *meant;
	} cases[] = {
		{"Wed, 01 Jan 1997 00:00:00 GMT",
			"Sunday, 06-Nov-94 08:49:37 GMT",
			"Sun, 06 Nov 1994 08:49:37 GMT"},
		{"Fri, 01 Jan 2044 00:00:00 GMT",
			"Sunday, 01-Jan-94 00:00:00 GMT",
			"Fri, 01 Jan 2094 00:00:00 GMT"},
		{"Fri, 01 Jan 2044 00:00:00 GMT",
			"Sunday, 01-Jan-94 00:00:01 GMT",
			"Sat, 01 Jan 1994 00:00:01 GMT"},
		{"Fri, 01 Jan 2094 00:00:00 GMT",
			"Sunday, 01-Jan-10 00:00:00 GMT",
			"Wed, 01 Jan 2110 00:00:00 GMT"},
		/* 50 years after a 29 February is a 1 March */
		{"Thu, 29 Feb 2024 12:00:00 GMT",
			"Sunday, 01-Mar-74 12:00:00 GMT",
			"Thu, 01 Mar 2074 12:00:00 GMT"},
		{"Thu, 29 Feb 2024 12:00:00 GMT",
			"Sunday, 01-Mar-74 12:00:01 GMT",
			"Fri, 01 Mar 1974 12:00:01 GMT"},
	};
	int64_t then, seconds, meant;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(date_parse(slice_text(cases[i].now), now, &then));
		assert_true(
			date_parse(slice_text(cases[i].meant), now, &meant));
		assert_true(
			date_parse(slice_text(cases[i].text), then, &seconds));
		if (seconds != meant)
			fail_msg("%s at %s", cases[i].text, cases[i].now);
	}
}

/* 2100 is near in 2060, and has no 29 February. */
static void the_year_decides_about_the_29_february(void **state)
{
	struct slice text = SLICE("Monday, 29-Feb-00 00:00:00 GMT");
	int64_t seconds;

	(void)state;
	assert_true(date_parse(text, now, &seconds));
	assert_false(date_parse(text, INT64_C(2840140800), &seconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_written_as_imf_fixdate),
		cmocka_unit_test(dates_are_written_for_machines),
		cmocka_unit_test(dates_are_written_for_logs),
		cmocka_unit_test(
			every_day_is_written_as_the_system_does_and_read_again),
		cmocka_unit_test(the_three_forms_are_read),
		cmocka_unit_test(a_date_that_is_cut_is_none),
		cmocka_unit_test(a_date_with_one_byte_changed_is_none),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(what_the_calendar_does_not_have_is_refused),
		cmocka_unit_test(two_digits_are_near_the_time_of_reading),
		cmocka_unit_test(the_year_decides_about_the_29_february),
	};

	return cmocka_run_group_tests_name("http/date", tests, NULL, NULL);
}
