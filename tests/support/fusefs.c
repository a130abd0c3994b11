/*
 * fusefs.c - a disk that fails or hangs.
 */
/* For mount namespaces and anonymous memory that is shared. */
#undef _POSIX_C_SOURCE
#define _GNU_SOURCE

#include "fusefs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef __has_include
#if defined(__linux__) && __has_include(<linux/fuse.h>)
#define HAS_FUSE
#endif
#endif

#ifdef HAS_FUSE

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "await.h"
#include "tree.h"

enum {
	FILES = 256,
	HELD = 256,
	BUFFER = 256 * 1024,
	NAME = 64,
	HOUR = 3600,
	FIRST = FUSE_ROOT_ID + 1, /* the number of file 0 */
	LARGEST = 128 * 1024      /* bytes of a read */
};

enum deed { DEED_NONE, DEED_EIO, DEED_HANG, DEED_STUCK };
enum op { OP_LOOKUP, OP_OPEN, OP_READ, OP_STAT, OP_OTHER };

enum { SICK, WELL };

/* What is needed to answer later. */
struct request {
	uint64_t unique;
	uint64_t node;
	uint32_t opcode;
	enum deed deed;
	uint64_t offset; /* of a read */
	uint32_t size;
};

/* Both sides see these. */
struct counts {
	atomic_size_t hanging;
	atomic_size_t given_up;
	atomic_bool well;
};

/* The side of the test. */
static struct {
	pid_t pid;
	int control;
	char path[TREE_PATH + 512];
	struct counts *counts;
} mounted;

/* The side of the file system. */
static struct {
	int fd;
	time_t made;
	char names[FILES][NAME];
	size_t files;
	struct request held[HELD];
	size_t count;
} disk;

/* ---- what names mean ---- */

static const char *const deeds[] = {"plain", "eio-", "hang-", "stuck-"};
static const char *const ops[] = {"lookup", "open", "read", "stat"};

static bool begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Returns false when there is no such file. */
static bool understand(const char *name, enum deed *deed, enum op *op)
{
	for (*deed = DEED_NONE; *deed <= DEED_STUCK; (*deed)++)
		if (begins_with(name, deeds[*deed]))
			break;
	*op = OP_OTHER;
	if (*deed == DEED_NONE || *deed > DEED_STUCK)
		return *deed == DEED_NONE;
	name += strlen(deeds[*deed]);
	for (*op = OP_LOOKUP; *op < OP_OTHER; (*op)++)
		if (begins_with(name, ops[*op]))
			return true;
	return false;
}

/* The number of a file, or 0. */
static uint64_t node_of(const char *name)
{
	enum deed deed;
	enum op op;
	size_t i = 0;

	if (strlen(name) >= NAME || !understand(name, &deed, &op))
		return 0;
	while (i < disk.files && strcmp(disk.names[i], name) != 0)
		i++;
	if (i == FILES)
		return 0;
	if (i == disk.files)
		memcpy(disk.names[disk.files++], name, strlen(name) + 1);
	return FIRST + i;
}

static enum op op_of(uint32_t opcode)
{
	switch (opcode) {
	case FUSE_LOOKUP:
		return OP_LOOKUP;
	case FUSE_OPEN:
		return OP_OPEN;
	case FUSE_READ:
		return OP_READ;
	case FUSE_GETATTR:
		return OP_STAT;
	default:
		return OP_OTHER;
	}
}

static enum deed deed_of(const struct request *r)
{
	enum deed deed = DEED_NONE;
	enum op op;

	if (mounted.counts->well || r->node < FIRST ||
		!understand(disk.names[r->node - FIRST], &deed, &op))
		return DEED_NONE;
	return op == op_of(r->opcode) ? deed : DEED_NONE;
}

/* ---- answers ---- */

/* Who asked may be gone: that is no error. */
static void answer(
	const struct request *r, int error, const void *bytes, size_t len)
{
	struct fuse_out_header head = {.len = (uint32_t)(sizeof head + len),
		.error = -error,
		.unique = r->unique};
	struct iovec parts[2] = {
		{&head, sizeof head}, {(void *)(uintptr_t)bytes, len}};

	(void)!writev(disk.fd, parts, 2);
}

static struct fuse_attr attributes(uint64_t node)
{
	struct fuse_attr a = {.ino = node, .nlink = 1};

	a.mode = node < FIRST ? S_IFDIR | 0755 : S_IFREG | 0644;
	a.size = node < FIRST ? 0 : FUSEFS_LEN;
	a.blocks = (a.size + 511) / 512;
	a.blksize = 4096;
	a.mtime = a.ctime = a.atime = (uint64_t)disk.made;
	return a;
}

/* Seconds for which the kernel need not ask for attributes. */
static uint64_t validity(uint64_t node)
{
	enum deed deed;
	enum op op = OP_OTHER;

	if (node >= FIRST)
		(void)understand(disk.names[node - FIRST], &deed, &op);
	return op == OP_STAT ? 0 : HOUR;
}

static void answer_read(const struct request *r)
{
	static char bytes[LARGEST];
	uint64_t len = r->offset < FUSEFS_LEN ? FUSEFS_LEN - r->offset : 0;

	if (len > r->size)
		len = r->size;
	if (len > LARGEST)
		len = LARGEST;
	for (uint64_t i = 0; i < len; i++)
		bytes[i] = tree_pattern(r->offset + i);
	answer(r, 0, bytes, len);
}

static void answer_well(const struct request *r)
{
	struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = LARGEST,
		.flags = FUSE_PARALLEL_DIROPS,
		.max_write = 4096};
	struct fuse_entry_out entry = {.nodeid = r->node,
		.attr_valid = validity(r->node),
		.attr = attributes(r->node)};
	struct fuse_attr_out attr = {
		.attr_valid = validity(r->node), .attr = attributes(r->node)};
	struct fuse_open_out opened = {.fh = r->node};

	switch (r->opcode) {
	case FUSE_INIT:
		answer(r, 0, &init, sizeof init);
		break;
	case FUSE_LOOKUP:
		if (r->node == 0)
			answer(r, ENOENT, NULL, 0);
		else
			answer(r, 0, &entry, sizeof entry);
		break;
	case FUSE_GETATTR:
		answer(r, 0, &attr, sizeof attr);
		break;
	case FUSE_OPEN:
		answer(r, 0, &opened, sizeof opened);
		break;
	case FUSE_READ:
		answer_read(r);
		break;
	case FUSE_RELEASE:
	case FUSE_FLUSH:
		answer(r, 0, NULL, 0);
		break;
	default:
		answer(r, ENOSYS, NULL, 0);
	}
}

/* ---- what hangs ---- */

static void hold(const struct request *r)
{
	if (disk.count == HELD) {
		answer(r, EIO, NULL, 0);
		return;
	}
	disk.held[disk.count++] = *r;
	mounted.counts->hanging = disk.count;
}

/* Who asked is being killed. */
static void give_up(uint64_t unique)
{
	for (size_t i = 0; i < disk.count; i++) {
		struct request r = disk.held[i];

		if (r.unique != unique || r.deed == DEED_STUCK)
			continue;
		disk.held[i] = disk.held[--disk.count];
		mounted.counts->given_up++;
		mounted.counts->hanging = disk.count;
		answer(&r, EINTR, NULL, 0);
		return;
	}
}

static void heal(void)
{
	for (size_t i = 0; i < disk.count; i++)
		answer_well(&disk.held[i]);
	disk.count = 0;
	mounted.counts->hanging = 0;
	mounted.counts->well = true;
}

/* ---- the child ---- */

static void take(const struct fuse_in_header *head, const void *rest)
{
	struct request r = {.unique = head->unique,
		.node = head->nodeid,
		.opcode = head->opcode};
	const struct fuse_read_in *in = rest;

	if (head->opcode == FUSE_FORGET || head->opcode == FUSE_BATCH_FORGET)
		return;
	if (head->opcode == FUSE_INTERRUPT) {
		give_up(((const struct fuse_interrupt_in *)rest)->unique);
		return;
	}
	if (head->opcode == FUSE_LOOKUP)
		r.node = node_of(rest);
	if (head->opcode == FUSE_READ) {
		r.offset = in->offset;
		r.size = in->size;
	}
	r.deed = deed_of(&r);
	if (r.deed == DEED_EIO)
		answer(&r, EIO, NULL, 0);
	else if (r.deed != DEED_NONE)
		hold(&r);
	else
		answer_well(&r);
}

/* A byte of the control pipe heals, or not; its end is the end. */
static void live(int control)
{
	static union {
		struct fuse_in_header head;
		char bytes[BUFFER];
	} in;
	struct pollfd fds[2] = {{.fd = disk.fd, .events = POLLIN},
		{.fd = control, .events = POLLIN}};

	for (;;) {
		char byte;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents != 0) {
			if (read(control, &byte, 1) <= 0)
				return;
			if (byte == WELL)
				heal();
			else
				mounted.counts->well = false;
		}
		if (fds[0].revents == 0)
			continue;
		if (read(disk.fd, in.bytes, sizeof in.bytes) > 0)
			take(&in.head, in.bytes + sizeof in.head);
		else if (errno == ENODEV)
			return;
	}
}

/* ---- for tests ---- */

const char *fusefs_lacks(void)
{
	static bool own;
	int fd;

	if (geteuid() != 0)
		return "only root may mount";
	fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return "no /dev/fuse here";
	close(fd);
	if (!own &&
		(unshare(CLONE_NEWNS) != 0 ||
			mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0))
		return "no mount namespaces here";
	own = true;
	return NULL;
}

void fusefs_mount(const char *path)
{
	char options[128];
	int control[2];

	assert_int_equal(mounted.pid, 0);
	disk.fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	assert_true(disk.fd >= 0);
	snprintf(options, sizeof options,
		"fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		disk.fd);
	if (mount("contd-test", path, "fuse", MS_NOSUID | MS_NODEV, options) !=
		0)
		fail_msg("cannot mount: %s", strerror(errno));
	snprintf(mounted.path, sizeof mounted.path, "%s", path);
	mounted.counts = mmap(NULL, sizeof *mounted.counts,
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(mounted.counts != MAP_FAILED);
	assert_int_equal(pipe2(control, O_CLOEXEC), 0);
	disk.made = time(NULL) - HOUR;
	await_for(-1, 0, 0); /* SIGCHLD must be caught before the first child */
	mounted.pid = fork();
	assert_true(mounted.pid >= 0);
	if (mounted.pid == 0) {
		close(control[1]);
		live(control[0]);
		_exit(0);
	}
	await_born(mounted.pid);
	close(control[0]);
	close(disk.fd);
	mounted.control = control[1];
}

size_t fusefs_hanging(void)
{
	return mounted.counts->hanging;
}

size_t fusefs_given_up(void)
{
	return mounted.counts->given_up;
}

static void tell(char byte)
{
	assert_int_equal(write(mounted.control, &byte, 1), 1);
	AWAIT(mounted.counts->well == (byte == WELL));
}

void fusefs_heal(void)
{
	tell(WELL);
}

void fusefs_sicken(void)
{
	tell(SICK);
}

void fusefs_teardown(void)
{
	if (mounted.pid == 0)
		return;
	close(mounted.control);
	await_exit(mounted.pid);
	umount2(mounted.path, MNT_DETACH);
	munmap(mounted.counts, sizeof *mounted.counts);
	mounted.pid = 0;
}

#else

const char *fusefs_lacks(void)
{
	return "no FUSE on this system";
}

void fusefs_mount(const char *path)
{
	fail_msg("no FUSE for %s", path);
}

size_t fusefs_hanging(void)
{
	return 0;
}

size_t fusefs_given_up(void)
{
	return 0;
}

void fusefs_heal(void)
{
}

void fusefs_sicken(void)
{
}

void fusefs_teardown(void)
{
}

#endif
