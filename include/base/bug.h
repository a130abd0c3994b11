/*
 * bug.h - assertions that stay on.
 *
 * A shortage, a hostile client or a broken disk is never a bug: it has its own
 * answer. A bug is a broken promise between two pieces of this program, and
 * going on after one would serve wrong bytes. So BUG_UNLESS is compiled into
 * every build, release included; the process that finds one dies at once, its
 * master starts another, and the line on its standard error says where.
 *
 * The condition must have no side effects.
 */
#ifndef CONTD_BASE_BUG_H
#define CONTD_BASE_BUG_H

#define BUG_UNLESS(cond) \
	((cond) ? (void)0 : bug_found(#cond, __FILE__, __LINE__))

/* Says "BUG: <cond> (<file>:<line>)" on standard error and aborts. */
_Noreturn void bug_found(const char *cond, const char *file, int line);

#endif
