/* test_attack_versions.c - many readers beside writers that change files in
 * every way there is: what is complete is one version, from its first byte to
 * its last, and a strong etag names one version only.
 *
 * Files are made of units of 16 bytes, each of which tells its version and is
 * right for its place alone. A version is written with one call: what stands on
 * the disk between two calls is a version as well. */
#include "support/e2e.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	UNIT = 16,
	SIZES = 4,
	NAMES = 8,
	MORE = 50 * UNIT,
	READERS = 8,
	ROOM = 3 * 1024 * 1024 + 65536,
	TAGS = 1 << 16
};

static const size_t sizes[SIZES] = {96, 40960, 307200, 3145728};

static struct {
	const struct tree *tree;
	int port;
	int orders[2]; /* a byte each: change something */
	long count;
	atomic_long left;
	atomic_int running;
	atomic_long whole, cut, parts, empty, gone, busy, same;
	atomic_int bad;
	char what[256];
	pthread_mutex_t lock;
	struct {
		char text[64];
		uint64_t version;
	} tags[TAGS];
} attack = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint64_t mix(uint64_t n)
{
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed += 0x9e3779b97f4a7c15;
	return mix(*seed);
}

/* ---- versions: which of SIZES, and which of all ---- */

static size_t len_of(uint64_t version)
{
	return sizes[version % SIZES] + version / SIZES % 3 * MORE;
}

static bool is_len_of(size_t len, uint64_t version)
{
	size_t full = len_of(version);

	return len == full || len == full / 2 / UNIT * UNIT ||
	       len == full + MORE || len == full + (size_t)2 * MORE;
}

static void fill(char *into, size_t from, size_t len, uint64_t version)
{
	for (size_t at = 0; at < len; at += UNIT) {
		uint64_t second = mix(version * 1000003 + from + at);

		memcpy(into + at, &version, 8);
		memcpy(into + at + 8, &second, 8);
	}
}

/* ---- the writers ---- */

static void write_at(int fd, size_t from, size_t len, uint64_t version)
{
	static char bytes[ROOM];

	fill(bytes, from, len, version);
	if (pwrite(fd, bytes, len, (off_t)from) != (ssize_t)len)
		_exit(1);
}

static uint64_t version_on(int fd)
{
	uint64_t version = 0;

	return pread(fd, &version, 8, 0) == 8 ? version : 0;
}

static void replace(const char *path, uint64_t version)
{
	char next[TREE_PATH + 64];
	int fd;

	snprintf(next, sizeof next, "%s.%d", path, (int)getpid());
	fd = open(next, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	write_at(fd, 0, len_of(version), version);
	close(fd);
	if (rename(next, path) != 0)
		_exit(1);
}

static void in_place(int fd, int how, uint64_t version)
{
	uint64_t now = version_on(fd);
	off_t len = lseek(fd, 0, SEEK_END);

	if (how == 0 || now == 0) {
		if (ftruncate(fd, 0) == 0)
			write_at(fd, 0, len_of(version), version);
	} else if (how == 1 && len_of(version) >= (size_t)len) {
		write_at(fd, 0, len_of(version), version);
	} else if (how == 2) {
		if (ftruncate(fd, (off_t)(len_of(now) / 2 / UNIT * UNIT)) != 0)
			_exit(1);
	} else if ((size_t)len == len_of(now)) {
		write_at(fd, (size_t)len, MORE, now);
	}
}

/* Each writer has names of its own: N and N + 2, ... */
static void change(int writer, uint64_t *seed, uint64_t version)
{
	char path[TREE_PATH + 64];
	int name = writer + 2 * (int)(next_random(seed) % (NAMES / 2));
	int how = (int)(next_random(seed) % 7);
	int fd;

	version = version * SIZES + (uint64_t)name % SIZES;
	snprintf(path, sizeof path, "%s/dir/%d", attack.tree->path, name);
	if (how == 4) {
		replace(path, version);
	} else if (how == 5) {
		unlink(path);
		replace(path, version);
	} else if (how == 6) {
		snprintf(path, sizeof path, "%s/%d/%d", attack.tree->path,
			(int)(version / SIZES % 2), name);
		replace(path, version);
		snprintf(path, sizeof path, "%s/link%d", attack.tree->path,
			writer);
		if (symlink(version / SIZES % 2 ? "1" : "0", path) == 0) {
			char dir[TREE_PATH + 64];

			snprintf(dir, sizeof dir, "%s/cur%d", attack.tree->path,
				writer);
			rename(path, dir);
		}
	} else {
		fd = open(path, O_RDWR | O_CREAT, 0644);
		in_place(fd, how, version);
		close(fd);
	}
}

static pid_t start_writer(int writer, int order)
{
	uint64_t seed = (uint64_t)writer;
	uint64_t version = (uint64_t)writer + 100;
	pid_t pid;
	char byte;

	fflush(NULL);
	pid = fork();
	if (pid != 0) {
		await_born(pid);
		return pid;
	}
	while (read(order, &byte, 1) == 1)
		change(writer, &seed, version += 2);
	_exit(0);
}

static void make_files(void)
{
	char path[TREE_PATH + 64];

	tree_dir(attack.tree, "dir");
	tree_dir(attack.tree, "0");
	tree_dir(attack.tree, "1");
	tree_link(attack.tree, "cur0", "0");
	tree_link(attack.tree, "cur1", "1");
	for (int i = 0; i < NAMES; i++)
		for (int dir = 0; dir < 3; dir++) {
			snprintf(path, sizeof path, "%s/%s/%d",
				attack.tree->path,
				dir == 0   ? "dir"
				: dir == 1 ? "0"
					   : "1",
				i);
			replace(path, (uint64_t)(4 + dir) * SIZES +
					      (uint64_t)i % SIZES);
			tree_age(attack.tree, path + strlen(attack.tree->path),
				100 * dir + i + 10);
		}
}

/* ---- the readers ---- */

static void say_bad(const char *what, const char *head, size_t at)
{
	pthread_mutex_lock(&attack.lock);
	if (attack.bad++ == 0)
		snprintf(attack.what, sizeof attack.what, "%s at %zu: %.150s",
			what, at, head);
	pthread_mutex_unlock(&attack.lock);
}

/* A strong tag is of one version of one name. */
static void check_tag(const char *name, const char *head, uint64_t version)
{
	const char *tag = strstr(head, "\r\nETag: \"");
	char text[64];
	size_t at;

	if (!tag)
		return;
	snprintf(text, sizeof text, "%s %.*s", name,
		(int)strcspn(tag + 8, "\r"), tag + 8);
	at = 5381;
	for (const char *p = text; *p; p++)
		at = at * 33 + (unsigned char)*p;
	pthread_mutex_lock(&attack.lock);
	for (at %= TAGS; attack.tags[at].text[0]; at = (at + 1) % TAGS)
		if (strcmp(attack.tags[at].text, text) == 0)
			break;
	if (!attack.tags[at].text[0]) {
		memcpy(attack.tags[at].text, text, sizeof text);
		attack.tags[at].version = version;
	} else {
		attack.same++;
	}
	version = version == attack.tags[at].version;
	pthread_mutex_unlock(&attack.lock);
	if (!version)
		say_bad("a tag of two versions", head, 0);
}

/* Whole, or a part of it that begins at a unit. */
static void check_body(const char *name, const char *head, const char *body,
	size_t len, size_t from, size_t all)
{
	static const char zero[8];
	uint64_t version;
	char unit[UNIT];

	if (all == 0) {
		attack.empty++;
		return;
	}
	memcpy(&version, body, 8);
	if (memcmp(body, zero, 8) == 0 || !is_len_of(all, version)) {
		say_bad("no length of that version", head, all);
		return;
	}
	for (size_t at = 0; at + UNIT <= len; at += UNIT) {
		fill(unit, from + at, UNIT, version);
		if (memcmp(unit, body + at, UNIT) != 0) {
			say_bad("another version", head, from + at);
			return;
		}
	}
	check_tag(name, head, version);
	if (len == all)
		attack.whole++;
	else
		attack.parts++;
}

static int dial(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)attack.port)};
	struct timeval limit = {.tv_sec = 30};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static ssize_t take(int fd, char *into, size_t len)
{
	ssize_t n = recv(fd, into, len, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		say_bad("hung", "", 0);
	return n;
}

static size_t number_behind(const char *head, const char *name)
{
	const char *at = strstr(head, name);

	return at ? (size_t)strtoull(at + strlen(name), NULL, 10) : 0;
}

/* One answer; false when the connection is of no more use. */
static bool hear(int fd, const char *target, char *bytes)
{
	size_t have = 0;
	char *body = NULL;
	size_t len, from, all;
	int status;

	while (!body) {
		ssize_t n = take(fd, bytes + have, 2048 - have);

		if (n <= 0)
			return false;
		have += (size_t)n;
		bytes[have] = '\0';
		body = strstr(bytes, "\r\n\r\n");
	}
	body += 4;
	body[-1] = '\0';
	status = atoi(bytes + 9);
	len = number_behind(bytes, "\r\nContent-Length: ");
	from = number_behind(bytes, "\r\nContent-Range: bytes ");
	all = status == 206
		      ? number_behind(strstr(bytes, "\r\nContent-Range"), "/")
		      : len;
	if (len > ROOM) {
		say_bad("too long", bytes, len);
		return false;
	}
	while (have < (size_t)(body - bytes) + len) {
		ssize_t n = take(
			fd, bytes + have, (size_t)(body - bytes) + len - have);

		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	if (status == 200 || status == 206)
		check_body(target, bytes, body, len, from, all);
	else if (status == 404 || status == 416)
		attack.gone++;
	else if (status == 503)
		attack.busy++;
	else
		say_bad("a strange status", bytes, 0);
	return !strstr(bytes, "\r\nConnection: close");
}

/* Small ones more often. */
static bool ask(int fd, uint64_t *seed, char target[16])
{
	static const int often[16] = {
		0, 4, 1, 5, 0, 4, 1, 5, 0, 4, 1, 5, 2, 6, 6, 3};
	int name = often[next_random(seed) % 16];
	char request[256];
	char range[64] = "";
	char dir[8] = "dir";

	if (next_random(seed) % 3 == 0)
		snprintf(dir, sizeof dir, "cur%d", name % 2);
	if (next_random(seed) % 8 == 0)
		snprintf(range, sizeof range, "Range: bytes=%zu-\r\n",
			(size_t)next_random(seed) %
				(sizes[name % SIZES] / UNIT) * UNIT);
	snprintf(target, 16, "/%s/%d", dir, name % NAMES);
	snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\nHost: t\r\n%s\r\n", target, range);
	return send(fd, request, strlen(request), MSG_NOSIGNAL) > 0;
}

static void *read_on(void *state)
{
	uint64_t seed = (uint64_t)(uintptr_t)state;
	char *bytes = malloc(ROOM + 4096);
	char target[16];
	int fd = -1;

	while (bytes && attack.left-- > 0 && attack.bad == 0) {
		if (fd < 0)
			fd = dial();
		if (fd >= 0 && ask(fd, &seed, target) &&
			hear(fd, target, bytes)) {
			if (next_random(&seed) % 3 == 0)
				(void)!write(attack.orders[1], "", 1);
			continue;
		}
		attack.cut++;
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	if (fd >= 0)
		close(fd);
	free(bytes);
	attack.running--;
	return NULL;
}

static void each_complete_body_is_one_version(void **state)
{
	const char *longer = getenv("CONTD_LONG");
	pthread_t readers[READERS];
	pid_t writers[2];
	struct server *s;

	(void)state;
	attack.tree = tree_make();
	attack.left = attack.count = longer ? 30000 : 4000;
	attack.running = READERS;
	make_files();
	assert_int_equal(pipe(attack.orders), 0);
	for (int i = 0; i < 2; i++)
		fcntl(attack.orders[i], F_SETFD, FD_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		writers[i] = start_writer(i, attack.orders[0]);
	}
	close(attack.orders[0]);
	signal(SIGPIPE, SIG_IGN);
	s = serve("--log", "off", attack.tree->path);
	attack.port = s->places[0].port;
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_on,
					 (void *)(uintptr_t)(i + 1)),
			0);
	AWAIT(attack.running == 0);
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	for (int i = 0; i < 2; i++)
		kill(writers[i], SIGKILL);
	for (int i = 0; i < 2; i++)
		await_exit(writers[i]);
	close(attack.orders[1]);
	print_message("whole %ld, parts %ld, empty %ld, cut off %ld, 404 or "
		      "416 %ld, 503 %ld; tags seen again %ld\n",
		attack.whole, attack.parts, attack.empty, attack.cut,
		attack.gone, attack.busy, attack.same);
	if (attack.bad)
		fail_msg("%d bad ones; %s", attack.bad, attack.what);
	assert_true(attack.whole > attack.count / 2);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(each_complete_body_is_one_version),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-versions", tests, NULL, NULL);
}
