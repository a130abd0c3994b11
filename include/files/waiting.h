/*
 * waiting.h - the lookups that wait for the answer of an entry.
 */
#ifndef CONTD_FILES_WAITING_H
#define CONTD_FILES_WAITING_H

#include <stdbool.h>

#include "files/entry.h"
#include "files/store.h"

/* Adds a waiter; joined: the lookup was started before it came. */
void waiting_join(struct entry *entry, struct lookup *wait, bool joined);
/* Removes a waiter. */
void waiting_leave(struct lookup *wait);

/* Puts the answer into *wait, and holds the file for it. */
void waiting_answer(
	struct lookup *wait, const struct found *found, struct file *file);

/* Answers and resumes all waiters; with first_only only those that came before
 * the lookup was started: the others wait for the next one. */
void waiting_answer_all(
	struct entry *entry, const struct found *found, bool first_only);

#endif
