/*
 * replay.c - runs a fuzz target without a fuzzer.
 *
 * Every file of the directories that are named is given to the target once, so
 * that what a fuzzer found stays found in every test run. A directory that is
 * not there is an empty one.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 1 << 20 };

static void fail(const char *what)
{
	fprintf(stderr, "replay: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The copy is exactly as long as the file, so that the sanitizers see a read
 * behind its end. */
static void replay_bytes(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		fail("no memory");
	if (len)
		memcpy(copy, bytes, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

/* Whether it was a file. */
static int replay_file(const char *path)
{
	static uint8_t bytes[LARGEST];
	FILE *file = fopen(path, "rb");
	size_t len;
	int unread;

	if (!file)
		fail(path);
	len = fread(bytes, 1, sizeof(bytes), file);
	unread = ferror(file);
	fclose(file);
	if (!unread)
		replay_bytes(bytes, len);
	return !unread;
}

static size_t replay_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[4096];
	size_t count = 0;
	int len;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		fail(path);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		len = snprintf(
			name, sizeof(name), "%s/%s", path, entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(name))
			fail(path);
		count += (size_t)replay_file(name);
	}
	closedir(dir);
	return count;
}

int main(int argc, char *argv[])
{
	size_t count = 0;

	replay_bytes((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		count += replay_directory(argv[i]);
	printf("%zu inputs replayed\n", count);
	return 0;
}
