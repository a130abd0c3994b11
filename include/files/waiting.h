/*
 * waiting.h - who waits for the answer to a name.
 */
#ifndef CONTD_FILES_WAITING_H
#define CONTD_FILES_WAITING_H

#include <stdbool.h>

#include "files/entry.h"
#include "files/store.h"

/* One more; joined: its helper has been asked already. One less. */
void waiting_join(struct entry *entry, struct lookup *wait, bool joined);
void waiting_leave(struct lookup *wait);

/* Puts the answer, and a hold on the file, into the lookup. */
void waiting_answer(
	struct lookup *wait, const struct found *found, struct file *file);

/* Resumes them. An answer holds for those who asked before it was looked for;
 * with first_only the others, who joined meanwhile, go on waiting. */
void waiting_answer_all(
	struct entry *entry, const struct found *found, bool first_only);

#endif
