/* listing_json.c - a listing as JSON. */
#include "helper/listing_json.h"

#include <string.h>

#include "http/date.h"
#include "http/escape.h"

enum {
	ESCAPED = 6, /* most bytes for one of a name: \u00xx */
	AROUND = 128 /* bytes of an entry without its name */
};

static void write_entry(struct scratch *s, const struct listing_entry *entry)
{
	struct slice name = slice_text(entry->name);
	struct buf *b = scratch_room(s, AROUND + ESCAPED * name.len);
	char date[DATE_ISO_LEN];

	buf_text(b, "{\"name\":\"");
	escape_json(b, name);
	buf_text(b, "\",\"type\":\"");
	buf_text(b, entry->directory ? "directory" : "file");
	buf_text(b, "\",\"size\":");
	if (entry->directory)
		buf_text(b, "null");
	else
		buf_number(b, (uint64_t)entry->size);
	buf_text(b, ",\"mtime\":\"");
	date_write_iso(date, entry->modified);
	buf_slice(b, slice_of(date, sizeof(date)));
	buf_text(b, "\"}");
}

void listing_json(struct scratch *s, const struct listing *l)
{
	buf_text(scratch_room(s, AROUND), "[\n");
	for (size_t i = 0; i < l->count; i++) {
		if (i > 0)
			buf_text(scratch_room(s, AROUND), ",\n");
		write_entry(s, l->entries[i]);
	}
	buf_text(scratch_room(s, AROUND), l->count > 0 ? "\n]\n" : "]\n");
}
