/*
 * date.h - dates on the wire (RFC 9110, 5.6.7).
 *
 * Written in one form, read in three. Pure arithmetic of the Gregorian
 * calendar, no time zone, no libc: gmtime may read files.
 */
#ifndef CONTD_HTTP_DATE_H
#define CONTD_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { DATE_LEN = 29, DATE_CLF_LEN = 26, DATE_ISO_LEN = 20 };

/* "Sun, 06 Nov 1994 08:49:37 GMT" for seconds since 1970, DATE_LEN bytes and
 * no NUL. Years outside 0 to 9999 are written as the nearest end. */
void date_write(char *into, int64_t seconds);

/* "06/Nov/1994:08:49:37 +0000", as access logs have it; DATE_CLF_LEN bytes. */
void date_write_clf(char *into, int64_t seconds);

/* "1994-11-06T08:49:37Z", as HTML and JSON have it; DATE_ISO_LEN bytes. */
void date_write_iso(char *into, int64_t seconds);

/* Reads IMF-fixdate, the RFC 850 form (two digits of the year: not more than
 * 50 years ahead of `now`) or the asctime form, exactly. False when it is none
 * of them or no date of the calendar. */
bool date_parse(struct slice text, int64_t now, int64_t *seconds);

#endif
