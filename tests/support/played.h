/*
 * played.h - helpers and a master, played by the test.
 *
 * Each is the other end of a channel that the code under test holds. Nothing
 * here waits: what has not come is not there.
 */
#ifndef CONTD_TESTS_PLAYED_H
#define CONTD_TESTS_PLAYED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/control.h"
#include "files/helpers.h"
#include "helper/job.h"

/* A new helper for the pool; returns its end of the channel. */
int played_helper(struct helpers *pool, uint32_t number);

/* The job that has come to the helper; false: none has, or none ever will. */
bool played_job(int helper, struct job *job);

/* A job has come, and it is this one. */
void played_expects(int helper, const char *path, bool slash);

/* The helper answers: with a descriptor, which is closed here then; without. */
void played_answer(int helper, const struct found *found, int fd);
void played_says(int helper, enum found_kind kind);

/* The helper does its work: looks its job up below the directory root and
 * answers. False: there was no job. */
bool played_looks(int helper, int root);

/* Whether the other side has closed its end. */
bool played_is_alone(int channel);

/* What came to the master next: its kind, or 0 for nothing. */
uint32_t played_control(int master, uint32_t *number);

#endif
