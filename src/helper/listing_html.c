/* listing_html.c - a listing as HTML. */
#include "helper/listing_html.h"

#include <string.h>

#include "helper/job.h"
#include "http/date.h"
#include "http/escape.h"
#include "http/listing_style.h"

enum {
	IN_TEXT = 6,      /* most bytes for one in text: &quot; */
	IN_REFERENCE = 3, /* most bytes for one in a reference: %22 */
	AROUND = 512      /* bytes of a piece without its names */
};

static void write_text(struct scratch *s, const char *text)
{
	buf_text(scratch_room(s, AROUND), text);
}

/* ---- the head, and links to the directories above ---- */

static void write_title(struct scratch *s, struct slice path)
{
	struct slice name;

	write_text(s, "<title>Index of /");
	while (path.len > 0 && slice_cut(&path, '/', &name)) {
		struct buf *b = scratch_room(s, IN_TEXT * name.len + 1);

		escape_html(b, name);
		buf_byte(b, '/');
	}
	write_text(s, "</title>\n");
}

static void write_head(struct scratch *s, struct slice path)
{
	struct slice style = listing_style();

	write_text(s, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
		      "<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" "
		      "content=\"width=device-width,initial-scale=1\">\n");
	write_title(s, path);
	write_text(s, "<link rel=\"icon\" href=\"data:,\">\n<style>");
	buf_slice(scratch_room(s, style.len), style);
	write_text(s, "</style>\n</head>\n");
}

/* Writes one directory of the path; the page is `below` levels below it. */
static void write_crumb(struct scratch *s, struct slice name, size_t below)
{
	struct buf *b = scratch_room(
		s, AROUND + IN_TEXT * name.len + strlen("../") * below);

	buf_text(b, below > 0 ? "<a href=\"" : "<span aria-current=\"page\">");
	for (size_t i = 0; i < below; i++)
		buf_text(b, "../");
	buf_text(b, below > 0 ? "\">" : "");
	escape_html(b, name);
	buf_text(b, below > 0 ? "/</a>" : "/</span>");
}

/* Writes the title with each directory as a link. The links are relative, as a
 * front server may serve us below another path. */
static void write_crumbs(struct scratch *s, struct slice path)
{
	size_t below = path.len > 0;
	struct slice name;

	for (size_t i = 0; i < path.len; i++)
		below += path.at[i] == '/';
	write_text(s, "<nav aria-label=\"Path\"><h1>Index of ");
	write_crumb(s, slice_of(NULL, 0), below);
	while (below > 0 && slice_cut(&path, '/', &name))
		write_crumb(s, name, --below);
	write_text(s, "</h1></nav>\n");
}

static void write_counts(struct scratch *s, const struct listing *l)
{
	size_t files = l->count - l->directories;
	struct buf *b = scratch_room(s, AROUND);

	buf_text(b, "<p>");
	buf_number(b, l->directories);
	buf_text(b, l->directories == 1 ? " folder, " : " folders, ");
	buf_number(b, files);
	buf_text(b, files == 1 ? " file</p>\n" : " files</p>\n");
}

/* ---- the columns ---- */

static const struct column {
	uint32_t flag; /* enum job_flag to sort by it; 0: the name */
	bool descends; /* first click: the largest, the newest first */
	const char *key;
	const char *label;
} columns[] = {
	{0, false, "name", "Name"},
	{JOB_BY_TIME, true, "time", "Modified"},
	{JOB_BY_SIZE, true, "size", "Size"},
};

static void write_column(
	struct scratch *s, const struct column *column, uint32_t flags)
{
	const uint32_t keys = JOB_BY_SIZE | JOB_BY_TIME;
	bool descending = (flags & JOB_DESCENDING) != 0;
	bool sorted = (flags & keys) == column->flag;
	bool next = sorted ? !descending : column->descends;
	struct buf *b = scratch_room(s, AROUND);

	buf_text(b, "<th scope=\"col\"");
	if (sorted)
		buf_text(b, descending ? " aria-sort=\"descending\""
				       : " aria-sort=\"ascending\"");
	buf_text(b, "><a href=\"?sort=");
	buf_text(b, column->key);
	buf_text(b, next ? "&amp;order=desc\">" : "&amp;order=asc\">");
	buf_text(b, column->label);
	buf_text(b, column->flag == JOB_BY_TIME ? "</a> <small>UTC</small>"
						: "</a>");
	buf_text(b, "</th>\n");
}

static void write_columns(struct scratch *s, uint32_t flags)
{
	write_text(s, "<thead>\n<tr>\n");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		write_column(s, &columns[i], flags);
	write_text(s, "</tr>\n</thead>\n");
}

/* ---- the entries ---- */

/* "2026-01-02 03:04", and the clock apart: where there is little room the
 * style leaves it out. */
static void write_time(struct buf *b, int64_t seconds)
{
	char date[DATE_ISO_LEN];

	date_write_iso(date, seconds);
	buf_text(b, "<time datetime=\"");
	buf_slice(b, slice_of(date, sizeof(date)));
	buf_text(b, "\">");
	buf_slice(b, slice_of(date, strlen("2026-01-02")));
	buf_text(b, " <span>");
	buf_slice(b, slice_of(date + strlen("2026-01-02T"), strlen("03:04")));
	buf_text(b, "</span></time>");
}

/* In bytes; from 1 MiB on in the largest unit with a value of at least 1, with
 * one decimal. */
static void write_size(struct buf *b, uint64_t size)
{
	const uint64_t mib = UINT64_C(1) << 20;
	const char *unit = "MGTPE";
	uint64_t tenths;

	if (size < mib) {
		buf_number(b, size);
		return;
	}
	/* Takes the next unit if rounding would give 1024.0. */
	for (size >>= 10; (tenths = (size * 10 + 512) >> 10) >= 10240; unit++)
		size >>= 10;
	buf_number(b, tenths / 10);
	buf_byte(b, '.');
	buf_number(b, tenths % 10);
	buf_byte(b, ' ');
	buf_byte(b, *unit);
	buf_text(b, "iB");
}

static void write_entry(struct scratch *s, const struct listing_entry *entry)
{
	struct slice name = slice_text(entry->name);
	const char *slash = entry->directory ? "/" : "";
	struct buf *b =
		scratch_room(s, AROUND + (IN_REFERENCE + IN_TEXT) * name.len);

	buf_text(b, "<tr><td><a href=\"");
	escape_segment(b, name);
	buf_text(b, slash);
	buf_text(b, "\">");
	escape_html(b, name);
	buf_text(b, slash);
	buf_text(b, "</a></td><td>");
	write_time(b, entry->modified);
	if (entry->directory) {
		buf_text(b, "</td><td>-</td></tr>\n");
		return;
	}
	buf_text(b, "</td><td title=\"");
	buf_number(b, (uint64_t)entry->size);
	buf_text(b, entry->size == 1 ? " byte\">" : " bytes\">");
	write_size(b, (uint64_t)entry->size);
	buf_text(b, "</td></tr>\n");
}

static void write_entries(
	struct scratch *s, const struct listing *l, bool has_parent)
{
	write_text(s, "<tbody>\n");
	if (has_parent)
		write_text(s, "<tr><td><a href=\"../\" rel=\"up\">../</a></td>"
			      "<td></td><td></td></tr>\n");
	for (size_t i = 0; i < l->count; i++)
		write_entry(s, l->entries[i]);
	write_text(s, "</tbody>\n");
}

static void write_rest(struct scratch *s, const struct listing *l)
{
	struct buf *b = scratch_room(s, AROUND);

	buf_text(b, "<p>This folder has more entries: only ");
	buf_number(b, l->count);
	buf_text(b, " of them are shown.</p>\n");
}

void listing_html(struct scratch *s, const struct listing *l, struct slice path,
	uint32_t flags)
{
	write_head(s, path);
	write_text(s, "<body>\n<header>\n");
	write_crumbs(s, path);
	write_counts(s, l);
	write_text(s, "</header>\n<main>\n<table>\n");
	write_columns(s, flags);
	write_entries(s, l, path.len > 0);
	write_text(s, "</table>\n");
	if (l->more)
		write_rest(s, l);
	write_text(s, "</main>\n</body>\n</html>\n");
}
