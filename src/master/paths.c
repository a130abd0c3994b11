/*
 * paths.c - makes paths absolute.
 */
#include "master/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/slice.h"

enum { CWD_MAX = 16 * 1024 };

/* Writes the segments of path to `into`, each after a slash. Returns
 * the end. */
static char *add_segments(char *into, const char *path)
{
	struct slice rest = slice_text(path);
	struct slice segment;

	while (slice_cut(&rest, '/', &segment)) {
		if (segment.len == 0 || slice_is(segment, SLICE(".")))
			continue;
		*into++ = '/';
		memcpy(into, segment.at, segment.len);
		into += segment.len;
	}
	return into;
}

char *paths_absolute(const char *path)
{
	static char here[CWD_MAX];
	char *whole;
	char *end;

	here[0] = '\0';
	if (path[0] != '/' && !getcwd(here, sizeof here))
		return NULL;
	/* Each path may need one more slash for its first segment, and
	 * a NUL. */
	whole = malloc(strlen(here) + strlen(path) + 3);
	if (!whole)
		return NULL;
	end = add_segments(add_segments(whole, here), path);
	if (end == whole)
		*end++ = '/';
	*end = '\0';
	return whole;
}

/* Copies the word, whose end is `text`, with `whole` instead of text. */
static char *replace_end(const char *word, const char *text, const char *whole)
{
	size_t before = (size_t)(text - word);
	char *new_word = malloc(before + strlen(whole) + 1);

	if (new_word) {
		memcpy(new_word, word, before);
		strcpy(new_word + before, whole);
	}
	return new_word;
}

/* Makes the path *text absolute, also in the word of argv that ends with it. */
static int settle(int argc, char **argv, const char **text)
{
	char *whole;

	if (!*text)
		return 0;
	whole = paths_absolute(*text);
	if (!whole)
		return -1;
	for (int i = 0; i < argc; i++) {
		size_t len = strlen(argv[i]);
		char *word;

		if (*text < argv[i] || *text > argv[i] + len)
			continue;
		word = replace_end(argv[i], *text, whole);
		if (!word) {
			free(whole);
			return -1;
		}
		*text = word + (*text - argv[i]);
		argv[i] = word;
	}
	free(whole);
	return 0;
}

int paths_settle(int argc, char **argv, struct options *options)
{
	if (settle(argc, argv, &options->root) < 0 ||
		settle(argc, argv, &options->log_file) < 0 ||
		settle(argc, argv, &options->pid_file) < 0 ||
		settle(argc, argv, &options->mime_types) < 0)
		return -1;
	for (size_t i = 0; i < options->listens; i++) {
		const char *path;

		if (strncmp(options->listen[i], "unix:", 5) != 0 ||
			options->listen[i][5] == '\0')
			continue;
		path = options->listen[i] + 5;
		if (settle(argc, argv, &path) < 0)
			return -1;
		options->listen[i] = path - 5;
	}
	return 0;
}

char **paths_arguments(
	int argc, char *const argv[], const char *role, const char *number)
{
	char **words = calloc((size_t)argc + 4, sizeof *words);
	int n = 2;

	if (!words)
		return NULL;
	words[0] = strdup("contd");
	words[1] = strdup(role);
	if (number)
		words[n++] = strdup(number);
	for (int i = 0; i < n; i++)
		if (!words[i])
			goto fail;
	for (int i = 0; i < argc; i++)
		words[n + i] = argv[i];
	return words;

fail:
	while (n > 0)
		free(words[--n]);
	free(words);
	return NULL;
}
