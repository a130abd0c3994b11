/*
 * date.c - dates in fields.
 *
 * Years are counted from the first of March, so that the leap day is the last
 * day of a year; and from the year -400 (400 years are one period of the
 * calendar), so that no negative number is divided.
 */
#include "http/date.h"

#include <string.h>

enum {
	DAY = 86400,             /* seconds */
	PERIOD_YEARS = 400,      /* then the calendar repeats */
	PERIOD_DAYS = 146097,    /* days of them */
	EPOCH = 719468 + 146097, /* 1970-01-01, from March of the year -400 */
	RFC850_AHEAD = 50        /* years: RFC 9110, 5.6.7 */
};

/* The first and the last date with a year of four digits. */
#define FIRST_SECOND (INT64_C(-62167219200))
#define LAST_SECOND (INT64_C(253402300799))

struct civil {
	int64_t year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
	int hour;
	int minute;
	int second;
	int weekday; /* 0: Sunday */
};

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char weekdays[7][4] = {
	"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/* ---- between seconds and the calendar ---- */

static int64_t clamp(int64_t seconds)
{
	if (seconds < FIRST_SECOND)
		return FIRST_SECOND;
	return seconds > LAST_SECOND ? LAST_SECOND : seconds;
}

/* A day after the end of its month counts as one of the next month. */
static int64_t seconds_of(const struct civil *c)
{
	int64_t year = c->year + PERIOD_YEARS - (c->month <= 2);
	int64_t month = (c->month + 9) % 12; /* 0: March */
	int64_t days = year * 365 + year / 4 - year / 100 + year / 400 +
		       (153 * month + 2) / 5 + c->day - 1;
	int clock = (c->hour * 60 + c->minute) * 60 + c->second;

	return (days - EPOCH) * DAY + clock;
}

static void set_day(struct civil *c, int64_t days)
{
	int64_t period = days / PERIOD_DAYS;
	int64_t day = days % PERIOD_DAYS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t month;

	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153; /* 0: March */
	c->day = (int)(day - (153 * month + 2) / 5 + 1);
	c->month = (int)(month < 10 ? month + 3 : month - 9);
	c->year = (period - 1) * PERIOD_YEARS + year + (c->month <= 2);
}

static struct civil civil_of(int64_t seconds)
{
	int64_t counted = clamp(seconds) + (int64_t)EPOCH * DAY;
	int rest = (int)(counted % DAY);
	struct civil c = {.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60};

	set_day(&c, counted / DAY);
	c.weekday = (int)((counted / DAY + 3) % 7);
	return c;
}

/* ---- writing ---- */

static char *put_text(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}

static char *put_two(char *at, int number)
{
	at[0] = (char)('0' + number / 10);
	at[1] = (char)('0' + number % 10);
	return at + 2;
}

static char *put_year(char *at, int64_t year)
{
	at = put_two(at, (int)(year / 100));
	return put_two(at, (int)(year % 100));
}

static char *put_clock(char *at, const struct civil *c)
{
	at = put_two(at, c->hour);
	*at++ = ':';
	at = put_two(at, c->minute);
	*at++ = ':';
	return put_two(at, c->second);
}

static char *put_day(char *at, const struct civil *c, char between)
{
	at = put_two(at, c->day);
	*at++ = between;
	at = put_text(at, months[c->month - 1], 3);
	*at++ = between;
	return put_year(at, c->year);
}

void date_write(char *into, int64_t seconds)
{
	struct civil c = civil_of(seconds);
	char *at = put_text(into, weekdays[c.weekday], 3);

	at = put_text(at, ", ", 2);
	at = put_day(at, &c, ' ');
	*at++ = ' ';
	at = put_clock(at, &c);
	put_text(at, " GMT", 4);
}

void date_write_clf(char *into, int64_t seconds)
{
	struct civil c = civil_of(seconds);
	char *at = put_day(into, &c, '/');

	*at++ = ':';
	at = put_clock(at, &c);
	put_text(at, " +0000", 6);
}

void date_write_iso(char *into, int64_t seconds)
{
	struct civil c = civil_of(seconds);
	char *at = put_year(into, c.year);

	*at++ = '-';
	at = put_two(at, c.month);
	*at++ = '-';
	at = put_two(at, c.day);
	*at++ = 'T';
	at = put_clock(at, &c);
	*at = 'Z';
}

/* ---- reading ---- */

/* The text that is left. After the first error `wrong` stays set, and numbers
 * are read as 0. */
struct reader {
	struct slice rest;
	bool wrong;
};

static struct slice take(struct reader *r, size_t len)
{
	struct slice taken = slice_of(r->rest.at, len);

	if (r->wrong || r->rest.len < len) {
		r->wrong = true;
		return slice_of(NULL, 0);
	}
	r->rest = slice_from(r->rest, len);
	return taken;
}

static void take_text(struct reader *r, struct slice text)
{
	if (!slice_is(take(r, text.len), text))
		r->wrong = true;
}

static int take_number(struct reader *r, size_t digits)
{
	uint64_t number = 0;

	if (!slice_number(take(r, digits), &number))
		r->wrong = true;
	return (int)number;
}

/* 1 to 12. */
static int take_month(struct reader *r)
{
	struct slice name = take(r, 3);

	for (int i = 0; i < 12; i++)
		if (slice_is(name, slice_of(months[i], 3)))
			return i + 1;
	r->wrong = true;
	return 1;
}

static void take_clock(struct reader *r, struct civil *c)
{
	c->hour = take_number(r, 2);
	take_text(r, SLICE(":"));
	c->minute = take_number(r, 2);
	take_text(r, SLICE(":"));
	c->second = take_number(r, 2);
}

/* IMF-fixdate, after its day-name: "06 Nov 1994 08:49:37 GMT". */
static void take_imf(struct reader *r, struct civil *c)
{
	c->day = take_number(r, 2);
	take_text(r, SLICE(" "));
	c->month = take_month(r);
	take_text(r, SLICE(" "));
	c->year = take_number(r, 4);
	take_text(r, SLICE(" "));
	take_clock(r, c);
	take_text(r, SLICE(" GMT"));
}

/* The latest year with these two last digits such that the date is not more
 * than 50 years after now. */
static int64_t year_near(const struct civil *c, int64_t now)
{
	struct civil ahead = civil_of(now);
	struct civil read = *c;

	ahead.year += RFC850_AHEAD;
	read.year = ahead.year - (ahead.year + 100 - c->year) % 100;
	if (seconds_of(&read) > seconds_of(&ahead))
		read.year -= 100;
	return read.year;
}

/* The RFC 850 format, after its day-name: "06-Nov-94 08:49:37 GMT". */
static void take_rfc850(struct reader *r, struct civil *c, int64_t now)
{
	c->day = take_number(r, 2);
	take_text(r, SLICE("-"));
	c->month = take_month(r);
	take_text(r, SLICE("-"));
	c->year = take_number(r, 2);
	take_text(r, SLICE(" "));
	take_clock(r, c);
	take_text(r, SLICE(" GMT"));
	c->year = year_near(c, now);
}

/* The asctime format, after its day-name: "Nov  6 08:49:37 1994". */
static void take_asctime(struct reader *r, struct civil *c)
{
	c->month = take_month(r);
	take_text(r, SLICE(" "));
	if (slice_starts(r->rest, SLICE(" "))) {
		take_text(r, SLICE(" "));
		c->day = take_number(r, 1);
	} else {
		c->day = take_number(r, 2);
	}
	take_text(r, SLICE(" "));
	take_clock(r, c);
	take_text(r, SLICE(" "));
	c->year = take_number(r, 4);
}

/* Takes a day-name, short or long. Whether it agrees with the date is
 * not checked. */
static void take_weekday(struct reader *r)
{
	/* The rest of a long name after its first three letters. */
	static const char *const ends[] = {
		"day", "day", "sday", "nesday", "rsday", "day", "urday"};
	struct slice name = take(r, 3);

	for (int i = 0; i < 7; i++) {
		if (!slice_is(name, slice_of(weekdays[i], 3)))
			continue;
		if (slice_starts(r->rest, slice_text(ends[i])))
			take(r, slice_text(ends[i]).len);
		return;
	}
	r->wrong = true;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool is_of_calendar(const struct civil *c)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int last = days[c->month - 1] + (c->month == 2 && is_leap(c->year));

	/* 60 is a leap second (RFC 9110, 5.6.7). */
	return c->day >= 1 && c->day <= last && c->hour <= 23 &&
	       c->minute <= 59 && c->second <= 60;
}

bool date_parse(struct slice text, int64_t now, int64_t *seconds)
{
	struct reader r = {.rest = text};
	struct civil c = {.month = 1};
	size_t name;

	take_weekday(&r);
	name = text.len - r.rest.len;
	if (name > 3) {
		take_text(&r, SLICE(", "));
		take_rfc850(&r, &c, now);
	} else if (slice_starts(r.rest, SLICE(", "))) {
		take_text(&r, SLICE(", "));
		take_imf(&r, &c);
	} else {
		take_text(&r, SLICE(" "));
		take_asctime(&r, &c);
	}
	if (r.wrong || r.rest.len > 0 || !is_of_calendar(&c))
		return false;
	*seconds = seconds_of(&c);
	return true;
}
