/*
 * sandbox_linux.c - enters the layers in order; has those for chroot
 * and privileges.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include "sys/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_linux.h"

unsigned sandbox_failed(const char *layer, struct buf *trouble)
{
	if (trouble->len > 0)
		buf_text(trouble, "; ");
	buf_printf(trouble, "%s: %s", layer, strerror(errno));
	return 0;
}

/* ---- capabilities ---- */

enum {
	CAP_READ_ALL = 1 << 2, /* CAP_DAC_READ_SEARCH */
	CAP_USE_ALL = 1 << 1,  /* CAP_DAC_OVERRIDE */
	CAP_CHANGE_ROOT = 1 << 18,
	CAPABILITIES_MAX = 64
};

#define CAPABILITIES_VERSION 0x20080522U

struct capabilities {
	struct words {
		uint32_t effective, permitted, inheritable;
	} low, high;
};

static long call_capabilities(long number, struct capabilities *c)
{
	struct {
		uint32_t version;
		int pid; /* 0: of this process */
	} head = {CAPABILITIES_VERSION, 0};

	return syscall(number, &head, c);
}

static bool is_empty(const struct capabilities *c)
{
	static const struct capabilities none;

	return memcmp(c, &none, sizeof none) == 0;
}

/* Fails without CAP_SETPCAP, which is harmless: capset() drops what the process
 * holds, and no_new_privs stops exec from adding any. */
static void empty_bounds(void)
{
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L);
	for (long i = 0; i < CAPABILITIES_MAX; i++)
		(void)prctl(PR_CAPBSET_DROP, i, 0L, 0L, 0L);
}

/* Root may serve files that only root can read: a helper of root keeps the
 * capability for that, the weaker one if it has both. */
static uint32_t choose_kept(
	enum sandbox_kind kind, const struct capabilities *has)
{
	uint32_t reading = has->low.permitted & (CAP_READ_ALL | CAP_USE_ALL);

	if (kind != SANDBOX_HELPER || geteuid() != 0)
		return 0;
	return reading & CAP_READ_ALL ? CAP_READ_ALL : reading;
}

static int drop_capabilities(enum sandbox_kind kind)
{
	struct capabilities now;
	struct capabilities kept = {.low = {0}};

	if (call_capabilities(SYS_capget, &now) < 0)
		return -1;
	kept.low.effective = kept.low.permitted = choose_kept(kind, &now);
	if (!is_empty(&now))
		empty_bounds();
	if (call_capabilities(SYS_capset, &kept) < 0 ||
		call_capabilities(SYS_capget, &now) < 0)
		return -1;
	errno = EPERM;
	return memcmp(&now, &kept, sizeof now) == 0 ? 0 : -1;
}

/* ---- privileges ---- */

/* Whether no other user or group is saved that could be taken again. To be
 * called before unshare(): in a new user namespace all IDs look the same. */
static bool has_one_identity(void)
{
	uid_t real, effective, saved;
	gid_t group, effective_group, saved_group;

	return getresuid(&real, &effective, &saved) == 0 &&
	       getresgid(&group, &effective_group, &saved_group) == 0 &&
	       real == effective && real == saved && group == effective_group &&
	       group == saved_group;
}

/* A master that is root keeps its capabilities: it starts its children and
 * opens the log as root. */
static unsigned enter_privileges(
	enum sandbox_kind kind, bool one_identity, struct buf *trouble)
{
	bool keeps = kind == SANDBOX_MASTER && geteuid() == 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0)
		return sandbox_failed("no new privileges", trouble);
	if (!keeps && drop_capabilities(kind) < 0)
		return sandbox_failed("capabilities", trouble);
	errno = EPERM;
	if (!one_identity)
		return sandbox_failed("one identity", trouble);
	return SANDBOX_PRIVILEGES;
}

/* ---- the empty root ---- */

static bool may_change_root(void)
{
	struct capabilities now;

	return call_capabilities(SYS_capget, &now) == 0 &&
	       (now.low.effective & CAP_CHANGE_ROOT) != 0;
}

/* A child that shares its root with us (CLONE_FS) changes the root to its
 * own directory in /proc and exits; the directory is then empty. No file
 * can be made in it, and it need not be removed. libc has no function for
 * this call. */
static int leave_for_nowhere(void)
{
	long pid = syscall(SYS_clone, CLONE_FS | SIGCHLD, 0L, 0L, 0L, 0L);
	int status;

	if (pid < 0)
		return -1;
	if (pid == 0)
		_exit(chroot("/proc/self/fdinfo") == 0 && chdir("/") == 0
				? 0
				: errno);
	while (waitpid((pid_t)pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
	if (errno != 0)
		return -1;
	/* Verify: these exist in any real root. */
	errno = EEXIST;
	return access("/dev", F_OK) == 0 || access("/proc", F_OK) == 0 ? -1 : 0;
}

/* Without root this needs a new user namespace, which not all systems allow;
 * the capabilities that the process has in it are dropped afterwards. */
static unsigned enter_chroot(struct buf *trouble)
{
	bool may = may_change_root();

	if (!may && unshare(CLONE_NEWUSER) < 0)
		return 0;
	if (leave_for_nowhere() == 0)
		return SANDBOX_CHROOT;
	return errno == ENOENT || !may ? 0 : sandbox_failed("chroot", trouble);
}

/* ---- all layers ---- */

unsigned sandbox_enter(const struct sandbox *sandbox, struct buf *trouble)
{
	bool serves = sandbox->kind != SANDBOX_MASTER;
	bool one_identity = has_one_identity();
	unsigned layers = 0;

	/* Not a helper: it must see when the site's path changes. */
	if (sandbox->kind == SANDBOX_WORKER &&
		(sandbox->layers & SANDBOX_CHROOT))
		layers |= enter_chroot(trouble);
	if (sandbox->layers & SANDBOX_PRIVILEGES)
		layers |=
			enter_privileges(sandbox->kind, one_identity, trouble);
	if (serves && (sandbox->layers & SANDBOX_LANDLOCK))
		layers |= sandbox_enter_landlock(sandbox, trouble);
	if (serves && (sandbox->layers & SANDBOX_SECCOMP))
		layers |= sandbox_enter_seccomp(sandbox->kind, trouble);
	return layers;
}

bool sandbox_is_enough(unsigned layers)
{
	const unsigned needed =
		SANDBOX_PRIVILEGES | SANDBOX_LANDLOCK | SANDBOX_SECCOMP;

	return (layers & needed) == needed;
}
