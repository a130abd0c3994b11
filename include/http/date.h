/*
 * date.h - dates in fields (RFC 9110, 5.6.7).
 *
 * Written in one format, read in three. Only arithmetic of the Gregorian
 * calendar, without time zones; gmtime() is not used, as it may read files.
 */
#ifndef CONTD_HTTP_DATE_H
#define CONTD_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { DATE_LEN = 29, DATE_CLF_LEN = 26, DATE_ISO_LEN = 20 };

/* Writes "Sun, 06 Nov 1994 08:49:37 GMT" for seconds since 1970, DATE_LEN bytes
 * without a NUL. A year before 0 or after 9999 gives the first or last date. */
void date_write(char *into, int64_t seconds);

/* Writes "06/Nov/1994:08:49:37 +0000", for access logs; DATE_CLF_LEN bytes. */
void date_write_clf(char *into, int64_t seconds);

/* Writes "1994-11-06T08:49:37Z", for HTML and JSON; DATE_ISO_LEN bytes. */
void date_write_iso(char *into, int64_t seconds);

/* Parses IMF-fixdate, the RFC 850 format (year of two digits: at most 50 years
 * after `now`) or the asctime format. False when it is none of them, or not a
 * date of the calendar. */
bool date_parse(struct slice text, int64_t now, int64_t *seconds);

#endif
