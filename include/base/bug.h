/*
 * bug.h - assertions that stay on.
 *
 * A shortage, a hostile client or a broken disk is never a bug: it is handled.
 * A bug is a broken contract between two modules of this program; to continue
 * could serve wrong bytes. So BUG_UNLESS is compiled into every build, release
 * included: the process aborts with a line on standard error that says where,
 * and its master starts another one.
 *
 * The condition must have no side effects.
 */
#ifndef CONTD_BASE_BUG_H
#define CONTD_BASE_BUG_H

#define BUG_UNLESS(cond) \
	((cond) ? (void)0 : bug_found(#cond, __FILE__, __LINE__))

/* Writes "BUG: <cond> (<file>:<line>)" to standard error and aborts. */
_Noreturn void bug_found(const char *cond, const char *file, int line);

#endif
