/*
 * listing_json.h - a listing as JSON.
 *
 * [
 * {"name":"d","type":"directory","size":null,"mtime":"2026-01-02T03:04:05Z"},
 * {"name":"a.txt","type":"file","size":12,"mtime":"2026-01-02T03:04:05Z"}
 * ]
 *
 * One entry per line. Bytes of a name that are not UTF-8 become U+FFFD.
 */
#ifndef CONTD_HELPER_LISTING_JSON_H
#define CONTD_HELPER_LISTING_JSON_H

#include "helper/listing.h"
#include "helper/scratch.h"

void listing_json(struct scratch *s, const struct listing *l);

#endif
