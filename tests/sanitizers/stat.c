/*
 * stat.c - what stat() and its like have written, said to MemorySanitizer.
 *
 * It knows the names that these calls had in older versions of libc, and not
 * those of now. The linker puts these in front of them (--wrap), so they have
 * the names that the linker sees: with 64 bits for a place in a file.
 */
#include <sanitizer/msan_interface.h>
#include <sys/stat.h>

int __real_stat64(const char *path, struct stat *st);
int __real_lstat64(const char *path, struct stat *st);
int __real_fstat64(int fd, struct stat *st);
int __real_fstatat64(int dir, const char *path, struct stat *st, int flags);
int __wrap_stat64(const char *path, struct stat *st);
int __wrap_lstat64(const char *path, struct stat *st);
int __wrap_fstat64(int fd, struct stat *st);
int __wrap_fstatat64(int dir, const char *path, struct stat *st, int flags);

static int wrote(int result, struct stat *st)
{
	if (result == 0)
		__msan_unpoison(st, sizeof *st);
	return result;
}

int __wrap_stat64(const char *path, struct stat *st)
{
	return wrote(__real_stat64(path, st), st);
}

int __wrap_lstat64(const char *path, struct stat *st)
{
	return wrote(__real_lstat64(path, st), st);
}

int __wrap_fstat64(int fd, struct stat *st)
{
	return wrote(__real_fstat64(fd, st), st);
}

int __wrap_fstatat64(int dir, const char *path, struct stat *st, int flags)
{
	return wrote(__real_fstatat64(dir, path, st, flags), st);
}
