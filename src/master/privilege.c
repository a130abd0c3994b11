/*
 * privilege.c - drops privileges permanently.
 */
#include "master/privilege.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/slice.h"
#include "master/status.h"
#include "sys/system.h"

struct identity {
	const char *name; /* user name, for its other groups; NULL: none */
	uid_t uid;
	gid_t gid;
	bool has_user;
};

/* A number of a user or a group; the largest one means "none". */
static bool read_number(const char *text, uint64_t *number)
{
	return slice_number(slice_text(text), number) && *number < UINT_MAX;
}

static int say_unknown(const char *what, const char *name, struct buf *error)
{
	/* In POSIX errno for an unknown name may be 0 or one of several. */
	if (errno == EIO || errno == EMFILE || errno == ENFILE) {
		buf_printf(error, "cannot look up the %s '%s': %s", what, name,
			strerror(errno));
		return STATUS_OS;
	}
	buf_printf(error, "there is no %s '%s'", what, name);
	return STATUS_NO_USER;
}

static int find_user(const char *user, struct identity *whom, struct buf *error)
{
	struct passwd *entry;
	uint64_t number;

	whom->has_user = true;
	if (read_number(user, &number)) {
		whom->uid = (uid_t)number;
		whom->gid = (gid_t)number;
		return 0;
	}
	errno = 0;
	entry = getpwnam(user);
	if (!entry)
		return say_unknown("user", user, error);
	whom->name = user;
	whom->uid = entry->pw_uid;
	whom->gid = entry->pw_gid;
	return 0;
}

static int find_group(
	const char *group, struct identity *whom, struct buf *error)
{
	struct group *entry;
	uint64_t number;

	if (read_number(group, &number)) {
		whom->gid = (gid_t)number;
		return 0;
	}
	errno = 0;
	entry = getgrnam(group);
	if (!entry)
		return say_unknown("group", group, error);
	whom->gid = entry->gr_gid;
	return 0;
}

/* Groups first: after setuid() this is not permitted. */
static int become(const struct identity *whom)
{
	int groups = sys_set_groups(whom->name, whom->gid);

	if (groups < 0 || setgid(whom->gid) < 0)
		return -1;
	return whom->has_user ? setuid(whom->uid) : 0;
}

static bool can_return(const struct identity *whom)
{
	if (!whom->has_user || whom->uid == 0)
		return false;
	return setuid(0) == 0 || seteuid(0) == 0 || getuid() != whom->uid ||
	       geteuid() != whom->uid || getgid() != whom->gid ||
	       getegid() != whom->gid;
}

int privilege_drop(const char *user, const char *group, struct buf *error)
{
	struct identity whom = {.uid = geteuid(), .gid = getegid()};
	bool is_root = whom.uid == 0;
	gid_t gid = whom.gid;
	int status = 0;

	if (user)
		status = find_user(user, &whom, error);
	if (status == 0 && group)
		status = find_group(group, &whom, error);
	if (status != 0 || (!user && !group))
		return status;
	if (!is_root) {
		if (whom.uid == geteuid() && (!group || whom.gid == gid))
			return 0;
		buf_text(error, "only root can become another user or group: "
				"start it as root, or leave --user and --group "
				"away");
		return STATUS_DENIED;
	}
	if (become(&whom) < 0) {
		buf_printf(error, "cannot become user %lu, group %lu: %s",
			(unsigned long)whom.uid, (unsigned long)whom.gid,
			strerror(errno));
		return STATUS_DENIED;
	}
	if (can_return(&whom)) {
		buf_text(error, "privileges were dropped, but can be regained");
		return STATUS_SOFTWARE;
	}
	return 0;
}
