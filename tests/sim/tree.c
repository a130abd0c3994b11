/* tree.c - names, versions, and those who change them. */
#include "tree.h"

#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "http/accept.h"
#include "kernel.h"
#include "memory.h"

enum { PATTERN = 1 << 20, STARTS = 1 << 16 };

#define TEXT "text/plain; charset=utf-8"
#define HTML "text/html; charset=utf-8"
#define BYTES "application/octet-stream"

static const struct sim_name names[] = {
	{.path = "f0.bin", .type = BYTES, .size = 0},
	{.path = "f1.bin", .type = BYTES, .size = 1},
	{.path = "f2.txt", .type = TEXT, .size = 100},
	{.path = "f3.html", .type = HTML, .size = 4096},
	{.path = "f4.bin", .type = BYTES, .size = 65536},
	{.path = "f5.bin", .type = BYTES, .size = 262144},
	{.path = "f6.bin", .type = BYTES, .size = 262145},
	{.path = "f7.bin", .type = BYTES, .size = 600000},
	{.path = "n.txt", .type = TEXT, .size = 9000, .codings = "bg"},
	{.path = "n.txt.br", .type = "application/x-brotli", .size = 3000},
	{.path = "n.txt.gz", .type = "application/gzip", .size = 4000},
	{.path = "o.txt", .type = TEXT, .size = 9000, .codings = "z"},
	{.path = "o.txt.zst", .type = "application/zstd", .size = 3000},
	{.path = "p.txt", .type = TEXT, .size = 8000, .codings = "g"},
	{.path = "p.txt.gz",
		.type = "application/gzip",
		.size = 2500,
		.changes = true},
	{.path = "m1.bin", .type = BYTES, .size = 3000, .changes = true},
	{.path = "m2.txt", .type = TEXT, .size = 300000, .changes = true},
	{.path = "m3.bin", .type = BYTES, .size = 40000, .changes = true},
	{.path = "index.html", .type = HTML, .size = 700},
	{.path = "dir", .kind = FOUND_DIRECTORY, .index = "dir/index.html"},
	{.path = "dir/index.html", .type = HTML, .size = 5000},
	{.path = "bare", .kind = FOUND_DIRECTORY},
	{.path = "page.html", .type = HTML, .size = 1200},
	{.path = "404.html", .type = HTML, .size = 333},
	{.path = "denied", .kind = FOUND_DENIED},
	{.path = "broken", .kind = FOUND_BROKEN},
	{.path = "short", .kind = FOUND_SHORTAGE},
	{.path = "listing", .type = HTML, .size = 2500},
	{.path = "busy", .kind = FOUND_BUSY},
};

static struct {
	unsigned char *pattern;
	struct sim_name names[NAMES_MAX];
	size_t count;
	uint32_t ids;
	int64_t next;    /* change */
	int64_t changed; /* the time of the directory */
	bool at_once;    /* a write takes no time */
} tree;

void tree_open(void)
{
	chance_seed(0);
	tree.pattern = sim_new(PATTERN);
	for (size_t i = 0; i < PATTERN; i++)
		tree.pattern[i] = (unsigned char)chance(256);
}

/* ---- versions ---- */

static struct sim_version *add_version(struct sim_name *name, size_t size)
{
	struct sim_version *version = &name->versions[name->versions_count++];

	*version = (struct sim_version){.id = ++tree.ids,
		.inode = 100 + tree.ids,
		.size = size,
		.born = kernel_now(),
		.died = NEVER};
	name->there = true;
	return version;
}

void tree_reset(bool at_once)
{
	tree.at_once = at_once;
	tree.count = sizeof names / sizeof *names;
	tree.ids = 0;
	tree.changed = 0;
	tree.next = kernel_now() + (int64_t)chance(50);
	memcpy(tree.names, names, sizeof names);
	for (size_t i = 0; i < tree.count; i++) {
		struct sim_name *name = &tree.names[i];
		struct sim_version *version;

		name->back_at = INT64_MIN / 2;
		if (!name->type)
			continue;
		version = add_version(name, name->size);
		version->born = INT64_MIN / 2;
		version->modified =
			INT64_C(1700000000123456789) + (int64_t)i * 1000000007;
		version->changed = version->modified;
		/* A neighbour must be the younger one. */
		if (name->path[1] == '.')
			continue;
		/* Times that tell nothing, and whole seconds. */
		if (chance_one_in(10))
			version->modified = (int64_t)i;
		else if (chance_one_in(5))
			version->modified -= version->modified % 1000000000;
		version->changed = version->modified;
	}
}

struct sim_name *tree_find(const char *path)
{
	for (size_t i = 0; i < tree.count; i++)
		if (strcmp(tree.names[i].path, path) == 0)
			return &tree.names[i];
	return NULL;
}

struct sim_name *tree_name(size_t i)
{
	return i < tree.count ? &tree.names[i] : NULL;
}

struct sim_name *tree_pick(bool changing)
{
	struct sim_name *name;

	do
		name = &tree.names[chance(tree.count)];
	while (!name->type || name->changes != changing || name->codings ||
		strcmp(name->path, "listing") == 0);
	return name;
}

struct sim_version *tree_version(struct sim_name *name)
{
	return &name->versions[name->versions_count - 1];
}

const struct sim_version *tree_inode(const struct sim_name *name, ino_t inode)
{
	size_t i = name->versions_count;

	while (i-- > 0)
		if (name->versions[i].inode == inode)
			return &name->versions[i];
	return NULL;
}

const unsigned char *tree_bytes(const struct sim_version *version)
{
	return tree.pattern + version->id * 7919U % STARTS;
}

size_t tree_read(const struct sim_name *name, ino_t inode, size_t offset,
	void *into, size_t len)
{
	const struct sim_version *version = tree_inode(name, inode);
	size_t left = offset < version->size ? version->size - offset : 0;
	size_t of_new = left;

	len = len < left ? len : left;
	if (kernel_now() < version->whole)
		of_new = offset < version->cut ? version->cut - offset : 0;
	of_new = of_new < len ? of_new : len;
	memcpy(into, tree_bytes(version) + offset, of_new);
	if (of_new < len)
		memcpy((char *)into + of_new,
			tree_bytes(version - 1) + offset + of_new,
			len - of_new);
	return len;
}

/* ---- helpers look ---- */

struct sim_name *tree_neighbour(const struct sim_name *name, char coding)
{
	char path[64];

	snprintf(path, sizeof path, "%s.%s", name->path,
		coding == 'b'   ? "br"
		: coding == 'z' ? "zst"
				: "gz");
	return tree_find(path);
}

static uint32_t bits_of(const struct sim_name *name)
{
	const char *codings = name->codings;
	uint32_t bits = 0;

	for (; codings && *codings; codings++)
		if (tree_neighbour(name, *codings)->there)
			bits |= 1U << (*codings == 'b'    ? CODING_BR
					: *codings == 'z' ? CODING_ZSTD
							  : CODING_GZIP);
	return bits;
}

uint64_t tree_device(const struct sim_name *name, ino_t inode)
{
	return name->kind == FOUND_LISTING ? 1 : 1 + inode % DEVICE_REMOTE;
}

static struct sim_name *open_file(struct sim_name *name, struct found *found,
	enum found_kind kind, bool index)
{
	const struct sim_version *version = tree_version(name);

	found->kind = kind;
	found->index = index;
	found->version =
		(struct version){.device = tree_device(name, version->inode),
			.inode = version->inode,
			.size = (int64_t)version->size,
			.modified = version->modified,
			.changed = version->changed,
			.links = 1};
	found->remote = found->version.device == DEVICE_REMOTE;
	found->folder = (struct version){
		.device = 1, .inode = 1, .changed = tree.changed, .links = 2};
	return name;
}

static struct sim_name *look_directory(
	const struct sim_name *name, uint32_t flags, struct found *found)
{
	const char *index = name ? name->index : "index.html";

	if (!(flags & JOB_SLASH))
		found->kind = FOUND_DIRECTORY;
	else if (index)
		return open_file(tree_find(index), found, FOUND_FILE, true);
	else if (flags & JOB_LISTING)
		return open_file(
			tree_find("listing"), found, FOUND_LISTING, false);
	else
		found->kind = FOUND_NO_INDEX;
	return NULL;
}

struct sim_name *tree_look(const struct job *job, struct found *found)
{
	char path[64] = "";
	struct sim_name *name;

	memset(found, 0, sizeof *found);
	found->kind = FOUND_NOTHING;
	if (job->len == 0)
		return look_directory(NULL, job->flags, found);
	if (job->len >= sizeof path)
		return NULL;
	memcpy(path, job->path, job->len);
	name = tree_find(path);
	if (name && name->kind == FOUND_DIRECTORY)
		return look_directory(name, job->flags, found);
	if (!name || (name->type && job->flags & JOB_SLASH))
		return NULL;
	if (!name->type) {
		found->kind = name->kind;
		return NULL;
	}
	if (!name->there)
		return NULL;
	if (job->flags & JOB_VARIANTS)
		found->codings = bits_of(name);
	return open_file(name, found, FOUND_FILE, false);
}

/* ---- those who change them ---- */

static void end_version(struct sim_name *name)
{
	if (name->there)
		tree_version(name)->died = kernel_now();
}

/* Into the file that is there, which takes a moment. */
static void write_in_place(struct sim_name *name)
{
	const struct sim_version *old = tree_version(name);
	size_t size = chance_one_in(3) ? old->size : chance(2 * name->size) + 1;
	struct sim_version *version;

	end_version(name);
	version = add_version(name, size);
	version->inode = old->inode;
	version->modified = kernel_date() - version->id;
	version->changed = kernel_date();
	version->cut = chance(size < old->size ? size : old->size);
	/* Times that jump cannot tell that it is under way. */
	if (size <= old->size && !tree.at_once)
		version->whole = kernel_now() + (int64_t)chance(15);
}

/* A name comes or goes, or means another file. */
static void change_directory(void)
{
	tree.changed = kernel_date() - tree.ids;
}

static void move_there(struct sim_name *name)
{
	struct sim_version *version;
	/* Written before, moved now. */
	int64_t age = chance_one_in(2) ? 0 : (int64_t)chance(5000000000);

	end_version(name);
	version = add_version(name, chance(2 * name->size) + 1);
	version->modified = kernel_date() - version->id - age;
	version->changed = kernel_date();
	change_directory();
}

static void delete_it(struct sim_name *name)
{
	end_version(name);
	name->there = false;
	change_directory();
}

bool tree_step(void)
{
	struct sim_name *name;

	if (kernel_now() < tree.next) {
		return false;
	}
	tree.next = kernel_now() + 1 +
		    (int64_t)chance(chance_one_in(4) ? 10000 : 400);
	name = tree_pick(true);
	if (name->versions_count == VERSIONS_MAX)
		return true;
	if (!name->there) {
		move_there(name);
		name->back_at = kernel_now();
	} else if (chance_one_in(2)) {
		write_in_place(name);
	} else if (chance_one_in(3)) {
		delete_it(name);
	} else {
		move_there(name);
	}
	sim_trace(NOBODY_KNOWN, "%s is %s now, inode %u, size %zu", name->path,
		name->there ? "another" : "gone",
		(unsigned)tree_version(name)->inode, tree_version(name)->size);
	return true;
}
