/*
 * sys_linux_stat.c - metadata without waiting for another machine or process.
 */
/* For AT_EMPTY_PATH, makedev and syscall. */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sys/sys.h"
#include "sys/system.h"

/* The file systems whose metadata is in memory once a file is open, by their
 * numbers in statfs(2). All others count as remote. */
bool sys_is_local(int fd)
{
	static const uint32_t local[] = {
		0xef53,     /* ext2, ext3, ext4 */
		0x58465342, /* xfs */
		0x9123683e, /* btrfs */
		0x2fc12fc1, /* zfs */
		0xca451a4e, /* bcachefs */
		0xf2f52010, /* f2fs */
		0x01021994, /* tmpfs */
		0x858458f6, /* ramfs */
		0x794c7630, /* overlayfs */
		0x73717368, /* squashfs */
		0xe0f5e1e2, /* erofs */
		0x9660,     /* isofs */
		0x15013346, /* udf */
		0x4d44,     /* vfat */
		0x2011bab0, /* exfat */
		0x7366746e, /* ntfs3 */
		0x3153464a, /* jfs */
		0x3434,     /* nilfs2 */
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < sizeof local / sizeof *local; i++)
		if ((uint32_t)fs.f_type == local[i])
			return true;
	return false;
}

/* The kernel's struct statx, which musl may not have. */
struct known_time {
	int64_t seconds;
	uint32_t nanoseconds;
	int32_t spare;
};

struct known {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, user, group;
	uint16_t mode, spare;
	uint64_t inode, size, blocks, attributes_mask;
	struct known_time accessed, born, changed, modified;
	uint32_t is_major, is_minor; /* if the file is a device */
	uint32_t on_major, on_minor; /* the device the file is on */
	uint64_t more[14];
};

enum { BASIC_STATS = 0x7ff };

_Static_assert(sizeof(struct known) == 256, "as the kernel has it");

static struct timespec time_of(const struct known_time *time)
{
	return (struct timespec){.tv_sec = (time_t)time->seconds,
		.tv_nsec = (long)time->nanoseconds};
}

int sys_stat_known(int fd, struct stat *st)
{
	struct known known;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
		    BASIC_STATS, &known) < 0)
		return -1;
	memset(st, 0, sizeof *st);
	st->st_dev = makedev(known.on_major, known.on_minor);
	st->st_ino = (ino_t)known.inode;
	st->st_nlink = known.links;
	st->st_size = (off_t)known.size;
	st->st_mtim = time_of(&known.modified);
	st->st_ctim = time_of(&known.changed);
	return 0;
}
