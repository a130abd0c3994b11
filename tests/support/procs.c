/* procs.c - what /proc says of processes. */
#include "procs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/ptrace.h>
#endif

#include "await.h"

/* Reads a file of /proc/<pid>/ into text, NUL-terminated; its length or -1. */
static ssize_t read_file(pid_t pid, const char *name, char *text, size_t cap)
{
	char path[64];
	ssize_t n;
	size_t len = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while (len < cap - 1 && (n = read(fd, text + len, cap - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = '\0';
	return (ssize_t)len;
}

/* The name in the second field of stat may hold blanks and parentheses, so
 * the rest begins behind the last one. */
static bool read_stat(pid_t pid, char *state, pid_t *parent)
{
	char text[1024];
	const char *rest;
	long number;

	if (read_file(pid, "stat", text, sizeof text) <= 0)
		return false;
	rest = strrchr(text, ')');
	if (rest == NULL || sscanf(rest, ") %c %ld", state, &number) != 2)
		return false;
	*parent = (pid_t)number;
	return true;
}

static bool has_role(pid_t pid, const char *role)
{
	char text[4096];
	ssize_t len = read_file(pid, "cmdline", text, sizeof text);
	size_t first = len <= 0 ? 0 : strlen(text) + 1;

	return len > 0 && first < (size_t)len &&
	       strcmp(text + first, role) == 0;
}

static size_t find_children(
	pid_t parent, const char *role, bool zombies, pid_t pids[PROCS_MAX])
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		pid_t pid = (pid_t)atol(entry->d_name);
		pid_t its;
		char state;

		if (pid <= 0 || !read_stat(pid, &state, &its) || its != parent)
			continue;
		if ((state == 'Z') != zombies ||
			(role != NULL && !has_role(pid, role)))
			continue;
		if (count < PROCS_MAX)
			pids[count++] = pid;
	}
	if (dir != NULL)
		closedir(dir);
	return count;
}

size_t procs_children(pid_t parent, const char *role, pid_t pids[PROCS_MAX])
{
	return find_children(parent, role, false, pids);
}

size_t procs_count(pid_t parent, const char *role)
{
	pid_t pids[PROCS_MAX];

	return procs_children(parent, role, pids);
}

pid_t procs_one(pid_t parent, const char *role)
{
	pid_t pids[PROCS_MAX];

	return procs_children(parent, role, pids) == 1 ? pids[0] : 0;
}

size_t procs_zombies(pid_t parent)
{
	pid_t pids[PROCS_MAX];

	return find_children(parent, NULL, true, pids);
}

bool procs_is_alive(pid_t pid)
{
	pid_t parent;
	char state;

	return read_stat(pid, &state, &parent) && state != 'Z' && state != 'X';
}

static bool is_in_state(pid_t pid, char wanted)
{
	pid_t parent;
	char state;

	return read_stat(pid, &state, &parent) && state == wanted;
}

bool procs_is_stopped(pid_t pid)
{
	return is_in_state(pid, 'T');
}

#ifdef __linux__
bool procs_hold(pid_t pid)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
		return false;
	assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
	AWAIT(is_in_state(pid, 't'));
	return true;
}

void procs_let_go(pid_t pid)
{
	assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
}
#else
bool procs_hold(pid_t pid)
{
	(void)pid;
	return false;
}

void procs_let_go(pid_t pid)
{
	(void)pid;
}
#endif

const char *procs_status(pid_t pid, const char *field)
{
	static char value[256];
	char text[8192];
	size_t len = strlen(field);
	const char *line = text;

	value[0] = '\0';
	if (read_file(pid, "status", text, sizeof text) <= 0)
		return value;
	while (line != NULL) {
		if (strncmp(line, field, len) == 0 && line[len] == ':') {
			line += len + 1;
			line += strspn(line, " \t");
			snprintf(value, sizeof value, "%.*s",
				(int)strcspn(line, "\n"), line);
			return value;
		}
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	return value;
}

long procs_rss(pid_t pid)
{
	return strtol(procs_status(pid, "VmRSS"), NULL, 10);
}

size_t procs_fds(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		count += isdigit((unsigned char)entry->d_name[0]) != 0;
	if (dir != NULL)
		closedir(dir);
	return count;
}

long procs_worked(pid_t pid)
{
	char text[1024];
	const char *at;
	unsigned long user, system;

	if (read_file(pid, "stat", text, sizeof text) < 0)
		return -1;
	/* Behind the name, which may be anything. */
	at = strrchr(text, ')');
	if (!at || sscanf(at + 1,
			   " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			   "%lu %lu",
			   &user, &system) != 2)
		return -1;
	return (long)(user + system);
}
