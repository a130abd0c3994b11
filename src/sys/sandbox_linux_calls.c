/*
 * sandbox_linux_calls.c - which process may make which call.
 *
 * The worker's lines are the calls of sys.h, and those that libc makes for
 * AIO's threads and for memory. A new call in sys.h needs a line here, and
 * one in tests/unit/sys/test_sandbox_calls.c, which makes all calls under
 * the filter.
 *
 * Calls with checks come first: the filter runs for each of them, while for the
 * others the kernel caches the result.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_linux.h"

/* New calls have the same number on every architecture. */
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

enum {
	W = 1 << SANDBOX_WORKER,
	H = 1 << SANDBOX_HELPER,
	BOTH = W | H,
	NOBODY = 0,
	TO_WRITE = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND
};

#define CALL(name) #name, SYS_##name
#define IS(argument, value)               \
	{                                 \
		CHECK_IS, argument, value \
	}
#define HAS(argument, bits)               \
	{                                 \
		CHECK_HAS, argument, bits \
	}
#define LACKS(argument, bits)               \
	{                                   \
		CHECK_LACKS, argument, bits \
	}
#define NIL(argument)                   \
	{                               \
		CHECK_NULL, argument, 0 \
	}
#define SELF(argument)                  \
	{                               \
		CHECK_SELF, argument, 0 \
	}
#define PLAIN {{CHECK_NOTHING, 0, 0}}, 0

const struct sandbox_call sandbox_calls[] = {
	/* sys_stat. A filter cannot see the path, only that an empty one is
	 * allowed. The worker's empty root is against other paths. */
	{CALL(newfstatat), W, {IS(3, AT_EMPTY_PATH)}, 0},
	/* sys_stat_known */
	{CALL(statx), W, {IS(2, AT_EMPTY_PATH | AT_STATX_DONT_SYNC)}, 0},
	/* sys_accept, sys_reset_on_close */
	{CALL(setsockopt), W, {IS(1, IPPROTO_TCP), IS(2, TCP_NODELAY)}, 0},
	{CALL(setsockopt), W, {IS(1, SOL_SOCKET), IS(2, SO_LINGER)}, 0},
	/* sys_dup, fdopendir(); not F_SETOWN, which makes the kernel signal */
	{CALL(fcntl), BOTH, {IS(1, F_DUPFD_CLOEXEC)}, 0},
	{CALL(fcntl), BOTH, {IS(1, F_GETFL)}, 0},
	{CALL(fcntl), BOTH, {IS(1, F_SETFL), LACKS(2, O_ASYNC)}, 0},
	{CALL(fcntl), BOTH, {IS(1, F_GETFD)}, 0},
	{CALL(fcntl), BOTH, {IS(1, F_SETFD)}, 0},
	/* memory: never executable */
	{CALL(mmap), BOTH, {LACKS(2, PROT_EXEC)}, 0},
	{CALL(mprotect), BOTH, {LACKS(2, PROT_EXEC)}, 0},
	/* threads, no processes; a filter cannot see the flags of clone3, and
	 * after ENOSYS libc tries clone */
	{CALL(clone), W, {HAS(0, CLONE_THREAD)}, 0},
	{CALL(clone3), W, {{CHECK_NOTHING, 0, 0}}, ENOSYS},
	/* AIO's signal, and abort() */
	{CALL(rt_sigqueueinfo), W, {SELF(0)}, 0},
	{CALL(tgkill), BOTH, {SELF(0)}, 0},
	{CALL(tkill), BOTH, {SELF(0)}, 0},
	/* helpers open only for reading, and set the times of an open file */
	{CALL(openat), H, {LACKS(2, TO_WRITE)}, 0},
	{CALL(utimensat), H, {NIL(1)}, 0},

	/* the waits */
	{CALL(ppoll), BOTH, PLAIN},
	{CALL(pselect6), W, PLAIN},
	{CALL(epoll_create1), W, PLAIN},
	{CALL(epoll_ctl), W, PLAIN},
	{CALL(epoll_pwait), W, PLAIN},
	{CALL(epoll_pwait2), W, PLAIN},
	/* sockets, channels, pipes */
	{CALL(accept), W, PLAIN},
	{CALL(accept4), W, PLAIN},
	{CALL(recvfrom), BOTH, PLAIN},
	{CALL(recvmsg), BOTH, PLAIN},
	{CALL(sendto), BOTH, PLAIN},
	{CALL(sendmsg), BOTH, PLAIN},
	{CALL(sendfile), W, PLAIN},
	{CALL(shutdown), W, PLAIN},
	{CALL(pipe2), W, PLAIN},
	{CALL(read), BOTH, PLAIN},
	{CALL(write), BOTH, PLAIN},
	{CALL(readv), BOTH, PLAIN},
	{CALL(writev), BOTH, PLAIN},
	{CALL(close), BOTH, PLAIN},
	{CALL(lseek), BOTH, PLAIN},
	/* open files */
	{CALL(fstat), BOTH, PLAIN},
	{CALL(pread64), BOTH, PLAIN},
	{CALL(fstatfs), H, PLAIN},
	{CALL(newfstatat), H, PLAIN},
	{CALL(readlinkat), H, PLAIN},
	{CALL(faccessat), H, PLAIN},
	{CALL(getdents64), H, PLAIN},
	{CALL(memfd_create), H, PLAIN},
	{CALL(sysinfo), H, PLAIN}, /* qsort() */
	/* clocks, where they are calls */
	{CALL(clock_gettime), BOTH, PLAIN},
	{CALL(gettimeofday), BOTH, PLAIN},
	{CALL(getrusage), W, PLAIN}, /* sys_usage */
	/* memory, locks, threads */
	{CALL(brk), BOTH, PLAIN},
	{CALL(munmap), BOTH, PLAIN},
	{CALL(mremap), BOTH, PLAIN},
	{CALL(madvise), BOTH, PLAIN},
	{CALL(futex), BOTH, PLAIN},
	{CALL(set_robust_list), W, PLAIN},
	{CALL(rseq), W, PLAIN},
	{CALL(membarrier), W, PLAIN},
	{CALL(sched_yield), BOTH, PLAIN},
	{CALL(sched_getparam), W, PLAIN},
	{CALL(sched_getscheduler), W, PLAIN},
	{CALL(sched_getaffinity), BOTH, PLAIN},
	{CALL(getrandom), BOTH, PLAIN},
	{CALL(getpid), BOTH, PLAIN},
	{CALL(gettid), BOTH, PLAIN},
	{CALL(getuid), BOTH, PLAIN},
	{CALL(exit), BOTH, PLAIN},
	{CALL(exit_group), BOTH, PLAIN},
	/* signals */
	{CALL(rt_sigaction), BOTH, PLAIN},
	{CALL(rt_sigprocmask), BOTH, PLAIN},
	{CALL(rt_sigreturn), BOTH, PLAIN},
	{CALL(restart_syscall), BOTH, PLAIN},
#ifdef __x86_64__
	/* calls that newer architectures do not have */
	{CALL(open), H, {LACKS(1, TO_WRITE)}, 0},
	{CALL(poll), BOTH, PLAIN},
	{CALL(select), W, PLAIN},
	{CALL(epoll_wait), W, PLAIN},
	{CALL(pipe), W, PLAIN},
	{CALL(time), BOTH, PLAIN},
	{CALL(stat), H, PLAIN},
	{CALL(lstat), H, PLAIN},
	{CALL(readlink), H, PLAIN},
	{CALL(access), NOBODY, PLAIN},
	{CALL(chmod), NOBODY, PLAIN},
	{CALL(chown), NOBODY, PLAIN},
	{CALL(creat), NOBODY, PLAIN},
	{CALL(dup2), NOBODY, PLAIN},
	{CALL(fork), NOBODY, PLAIN},
	{CALL(link), NOBODY, PLAIN},
	{CALL(mkdir), NOBODY, PLAIN},
	{CALL(rename), NOBODY, PLAIN},
	{CALL(rmdir), NOBODY, PLAIN},
	{CALL(symlink), NOBODY, PLAIN},
	{CALL(unlink), NOBODY, PLAIN},
	{CALL(vfork), NOBODY, PLAIN},
#endif

	/* calls that a message about a violation is likely to name */
	{CALL(bind), NOBODY, PLAIN},
	{CALL(capset), NOBODY, PLAIN},
	{CALL(chdir), NOBODY, PLAIN},
	{CALL(chroot), NOBODY, PLAIN},
	{CALL(clock_nanosleep), NOBODY, PLAIN},
	{CALL(connect), NOBODY, PLAIN},
	{CALL(dup), NOBODY, PLAIN},
	{CALL(dup3), NOBODY, PLAIN},
	{CALL(execve), NOBODY, PLAIN},
	{CALL(execveat), NOBODY, PLAIN},
	{CALL(fdatasync), NOBODY, PLAIN},
	{CALL(fsync), NOBODY, PLAIN},
	{CALL(ftruncate), NOBODY, PLAIN},
	{CALL(getsockopt), NOBODY, PLAIN},
	{CALL(io_uring_setup), NOBODY, PLAIN},
	{CALL(ioctl), NOBODY, PLAIN},
	{CALL(kill), NOBODY, PLAIN},
	{CALL(linkat), NOBODY, PLAIN},
	{CALL(listen), NOBODY, PLAIN},
	{CALL(mkdirat), NOBODY, PLAIN},
	{CALL(mount), NOBODY, PLAIN},
	{CALL(nanosleep), NOBODY, PLAIN},
	{CALL(openat2), NOBODY, PLAIN},
	{CALL(prctl), NOBODY, PLAIN},
	{CALL(prlimit64), NOBODY, PLAIN},
	{CALL(ptrace), NOBODY, PLAIN},
	{CALL(setgid), NOBODY, PLAIN},
	{CALL(setuid), NOBODY, PLAIN},
	{CALL(sigaltstack), NOBODY, PLAIN},
	{CALL(socket), NOBODY, PLAIN},
	{CALL(socketpair), NOBODY, PLAIN},
	{CALL(symlinkat), NOBODY, PLAIN},
	{CALL(unlinkat), NOBODY, PLAIN},
	{CALL(unshare), NOBODY, PLAIN},
	{CALL(wait4), NOBODY, PLAIN},
};

const size_t sandbox_calls_count =
	sizeof sandbox_calls / sizeof sandbox_calls[0];
