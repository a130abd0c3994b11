/*
 * file.c - holders, and checks by fstat().
 */
#include "files/file.h"

#include <stdlib.h>

#include "base/heap.h"
#include "loop/cont.h"
#include "loop/fileread.h"
#include "loop/loop.h"
#include "sys/sys.h"

/* The version is the helper's; the worker has not checked it in any
 * turn yet. */
struct file *file_new(int fd, const struct found *found)
{
	struct file *file = heap_take(sizeof *file);

	if (!file) {
		cont_close(fd);
		return NULL;
	}
	*file = (struct file){.fd = fd, .found = *found, .holders = 1};
	return file;
}

struct file *file_hold(struct file *file)
{
	file->holders++;
	return file;
}

void file_drop(struct file *file)
{
	if (!file || --file->holders > 0)
		return;
	if (file->scale)
		file->scale->weight -= file->weight;
	copy_free(file->copy);
	copy_free(file->draft);
	free(file->warm);
	free(file->label);
	cont_close(file->fd);
	free(file);
}

struct fileread *file_stream(const struct file *file)
{
	struct fileread *stream = NULL;
	int fd = sys_dup(file->fd);

	if (fd < 0)
		return NULL;
	/* The table may have no row for it. */
	if (cont_fits(fd))
		stream = fileread_open(fd, (dev_t)file->found.version.device);
	if (!stream)
		sys_close(fd);
	return stream;
}

void file_weigh(struct file *file, struct scale *scale, uint64_t weight)
{
	file->scale = scale;
	file->weight += weight;
	scale->weight += weight;
}

/* Gets its current version. If fstat() could wait, as on a remote file system,
 * gets the one that this kernel knows, which the next lookup will refresh. */
static bool look(const struct file *file, struct version *version)
{
	struct stat st;
	int result = file->found.remote ? sys_stat_known(file->fd, &st)
					: sys_stat(file->fd, &st);

	if (result == 0)
		*version = version_of(&st);
	return result == 0;
}

bool file_is_current(struct file *file)
{
	struct version version;

	if (file->turn == loop_turns())
		return true;
	if (!look(file, &version) || version.links == 0 ||
		!version_is_same(&file->found.version, &version))
		return false;
	file->turn = loop_turns();
	return true;
}

bool file_has_same_bytes(const struct file *file)
{
	struct version version;

	return look(file, &version) &&
	       version_has_same_bytes(&file->found.version, &version);
}

bool file_is_young(const struct file *file, int64_t date)
{
	int64_t modified = file->found.version.modified;

	/* Not the difference of the two, which strange times may overflow. A
	 * time in the future was set by hand, or by another clock. */
	return modified <= date && modified > date - FILE_YOUNG;
}

/* Whether the scale has room for a copy of this many bytes. */
static bool bears(const struct scale *scale, uint64_t size)
{
	uint64_t weight = size + sizeof(struct copy);

	return size <= COPY_MAX && size <= scale->most / FILE_PART &&
	       scale->weight <= scale->most &&
	       weight <= scale->most - scale->weight;
}

bool file_may_have_copy(const struct file *file)
{
	if (file->copy || !file->scale || file->found.kind != FOUND_FILE)
		return false;
	/* A complete draft that is no copy may be of two versions. */
	return file->draft
		       ? file->draft->filled < file->draft->size
		       : bears(file->scale, (uint64_t)file->found.version.size);
}

static void begin_draft(struct file *file)
{
	if (!file_may_have_copy(file))
		return;
	file->draft = copy_new((size_t)file->found.version.size);
	if (file->draft)
		file_weigh(file, file->scale, copy_weight(file->draft));
}

void file_grow_copy(struct file *file, uint64_t offset, struct slice bytes)
{
	size_t known;

	if (file->copy)
		return;
	if (!file->draft && offset == 0)
		begin_draft(file);
	if (!file->draft)
		return;
	/* The draft may have the first of these bytes already: skip them. */
	known = file->draft->filled - (size_t)offset;
	if (offset < file->draft->filled && known < bytes.len) {
		bytes = slice_from(bytes, known);
		offset += known;
	}
	copy_add(file->draft, (size_t)offset, bytes);
	if (file->draft->filled < file->draft->size)
		return;
	/* If the file changed, the draft may be of two versions and is never
	 * used; the next lookup finds the new version. */
	if (file_has_same_bytes(file)) {
		file->copy = file->draft;
		file->draft = NULL;
	}
}
