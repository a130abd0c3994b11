/*
 * busy.c - looks the page for 503 up, reads it and holds it.
 */
#include "serve/busy.h"

#include "files/fill.h"
#include "loop/loop.h"

static void on_page_found(int tick, short revents, void *state);
static void on_page_rests(int tick, short revents, void *state);

static bool is_in_memory(const struct file *page)
{
	return page->copy || page->found.version.size == 0;
}

/* A young file may still be being written: it is read later. */
static void read_page(struct busy *busy)
{
	if (!busy->file || is_in_memory(busy->file))
		return;
	if (file_is_young(busy->file, loop_date()))
		cont_save(busy->tick, PARKED, WITHIN_RETRY,
			then(on_page_rests, busy));
	else
		fill_begin(busy->file);
}

static void on_page_rests(int tick, short revents, void *state)
{
	(void)revents;
	cont_drop(tick);
	read_page(state);
}

static bool is_same(const struct file *a, const struct file *b)
{
	return a && b && version_is_same(&a->found.version, &b->found.version);
}

/* Keeps the file that was found, unless it is the version that is held already,
 * which may be in memory. When nothing could be looked up it keeps what is
 * held. */
static void take_page(struct busy *busy)
{
	struct lookup *lookup = &busy->lookup;

	if (lookup->found.kind != FOUND_SHORTAGE &&
		lookup->found.kind != FOUND_BUSY &&
		lookup->found.kind != FOUND_BROKEN &&
		!is_same(lookup->file, busy->file)) {
		file_drop(busy->file);
		busy->file = lookup->file;
		lookup->file = NULL;
	}
	store_forget(lookup);
	read_page(busy);
}

static void on_page_found(int tick, short revents, void *state)
{
	(void)revents;
	cont_drop(tick);
	take_page(state);
}

static void look_up(struct busy *busy)
{
	if (cont_is_saved(busy->tick))
		return;
	busy->lookup.fd = busy->tick;
	busy->lookup.next = then(on_page_found, busy);
	if (store_find(busy->store, busy->path, 0, &busy->lookup))
		take_page(busy);
	else
		cont_save(busy->tick, PARKED, WITHIN_FOREVER,
			then(on_page_found, busy));
}

void busy_open(
	struct busy *busy, struct store *store, struct slice path, int tick)
{
	*busy = (struct busy){.store = store, .path = path, .tick = tick};
	if (path.len > 0)
		look_up(busy);
}

void busy_shut(struct busy *busy)
{
	if (busy->path.len == 0)
		return;
	store_forget(&busy->lookup);
	file_drop(busy->file);
	cont_close(busy->tick);
}

struct file *busy_page(struct busy *busy)
{
	if (busy->path.len == 0)
		return NULL;
	look_up(busy);
	if (busy->file && !file_is_current(busy->file)) {
		file_drop(busy->file);
		busy->file = NULL;
	}
	return busy->file && is_in_memory(busy->file) ? busy->file : NULL;
}
