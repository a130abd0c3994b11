/*
 * fuzz_uri.c - whatever the target is, the path is below the root, and what is
 * written of it leads to it again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "http/escape.h"
#include "http/uri.h"

static char *room_for(size_t len)
{
	char *room = malloc(len > 0 ? len : 1);

	if (room == NULL)
		abort();
	return room;
}

/* Names joined by "/": no empty one, no "." and no "..", and no NUL. */
static void check_path(struct slice path)
{
	struct slice rest = path;
	struct slice name;

	BUG_UNLESS(path.len == 0 || memchr(path.at, '\0', path.len) == NULL);
	while (path.len > 0 && slice_cut(&rest, '/', &name)) {
		BUG_UNLESS(name.len > 0);
		BUG_UNLESS(!slice_is(name, SLICE(".")));
		BUG_UNLESS(!slice_is(name, SLICE("..")));
	}
}

static void check_written(struct slice path)
{
	size_t len = path.len * 3 + 1;
	char *text = room_for(len);
	char *room = room_for(len);
	struct buf b = buf_on(text, len);
	struct buf into = buf_on(room, len);
	struct uri again;

	buf_byte(&b, '/');
	escape_path(&b, path);
	BUG_UNLESS(!b.full);
	BUG_UNLESS(uri_parse(buf_slice_of(&b), &into, &again) == 0);
	BUG_UNLESS(slice_is(again.path, path));
	BUG_UNLESS(!again.has_query);
	free(room);
	free(text);
}

static void check_query(const struct uri *uri, struct slice target)
{
	if (!uri->has_query)
		return;
	BUG_UNLESS(uri->query.at > target.at);
	BUG_UNLESS(uri->query.at[-1] == '?');
	BUG_UNLESS(uri->query.at + uri->query.len == target.at + target.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice target = slice_of((const char *)data, size);
	char *room = room_for(size);
	struct buf into = buf_on(room, size);
	struct uri uri;
	int status = uri_parse(target, &into, &uri);

	BUG_UNLESS(status == 0 || status == 400); /* there is room enough */
	if (status == 0) {
		check_path(uri.path);
		check_query(&uri, target);
		check_written(uri.path);
	}
	free(room);
	return 0;
}
