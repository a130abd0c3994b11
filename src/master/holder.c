/*
 * holder.c - finds the process that has a port in use.
 */
#include "master/holder.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LISTENING = 0x0A, /* TCP_LISTEN, as /proc writes it */
	ADDRESS = 33,     /* an IPv6 address in hexadecimal, and a NUL */
	LINE = 512
};

/* Writes the address as in /proc: 32-bit words in host byte order, hexadecimal.
 * Returns the port. */
static uint16_t write_address(const struct sockaddr *addr, char *text)
{
	const struct sockaddr_in *in = (const void *)addr;
	const struct sockaddr_in6 *in6 = (const void *)addr;
	uint32_t words[4] = {0};
	size_t count = addr->sa_family == AF_INET ? 1 : 4;

	if (addr->sa_family == AF_INET)
		memcpy(words, &in->sin_addr, sizeof in->sin_addr);
	else
		memcpy(words, &in6->sin6_addr, sizeof in6->sin6_addr);
	for (size_t i = 0; i < count; i++)
		snprintf(text + 8 * i, 9, "%08" PRIX32, words[i]);
	return ntohs(
		addr->sa_family == AF_INET ? in->sin_port : in6->sin6_port);
}

static bool is_wildcard(const char *address)
{
	return address[strspn(address, "0")] == '\0';
}

bool holder_is_in_way(
	const char *line, const struct sockaddr *addr, uint64_t *inode)
{
	char ours[ADDRESS];
	char theirs[ADDRESS];
	uint16_t our_port = write_address(addr, ours);
	unsigned port;
	unsigned state;

	/* NOLINTNEXTLINE(cert-err34-c): these numbers are the kernel's. */
	if (sscanf(line,
		    " %*u: %32[0-9A-F]:%4X %*[0-9A-F]:%*X %X %*s %*s %*s %*s "
		    "%*s %" SCNu64,
		    theirs, &port, &state, inode) != 4)
		return false;
	return state == LISTENING && port == our_port &&
	       (strcmp(ours, theirs) == 0 || is_wildcard(ours) ||
		       is_wildcard(theirs));
}

/* Finds the first socket in a table that conflicts with addr. */
static bool find_socket(
	const char *table, const struct sockaddr *addr, uint64_t *inode)
{
	FILE *file = fopen(table, "r");
	char line[LINE];
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof line, file))
		found = holder_is_in_way(line, addr, inode);
	fclose(file);
	return found;
}

/* Whether a process has the socket open. */
static bool has_socket(const char *pid, const char *socket)
{
	char path[64];
	struct dirent *entry;
	bool found = false;
	DIR *fds;

	snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
	fds = opendir(path);
	if (!fds)
		return false;
	while (!found && (entry = readdir(fds))) {
		char target[64];
		ssize_t len = readlinkat(
			dirfd(fds), entry->d_name, target, sizeof target - 1);

		if (len < 0)
			continue;
		target[len] = '\0';
		found = strcmp(target, socket) == 0;
	}
	closedir(fds);
	return found;
}

static void read_name(struct holder *holder)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%ld/comm", (long)holder->pid);
	file = fopen(path, "r");
	holder->name[0] = '\0';
	if (!file)
		return;
	if (fgets(holder->name, sizeof holder->name, file))
		holder->name[strcspn(holder->name, "\n")] = '\0';
	fclose(file);
}

bool holder_find(const struct sockaddr *addr, struct holder *holder)
{
	char socket[64];
	struct dirent *entry;
	uint64_t inode;
	DIR *processes;

	holder->pid = 0;
	if (!find_socket("/proc/net/tcp", addr, &inode) &&
		!find_socket("/proc/net/tcp6", addr, &inode))
		return false;
	snprintf(socket, sizeof socket, "socket:[%" PRIu64 "]", inode);
	processes = opendir("/proc");
	if (!processes)
		return false;
	while (holder->pid == 0 && (entry = readdir(processes)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
			has_socket(entry->d_name, socket))
			holder->pid = (pid_t)strtol(entry->d_name, NULL, 10);
	closedir(processes);
	if (holder->pid != 0)
		read_name(holder);
	return holder->pid != 0;
}
