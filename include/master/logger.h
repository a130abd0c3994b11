/*
 * logger.h - the life of the logger process.
 *
 * The only process that may wait for a log file, a terminal or syslog. It reads
 * the log pipe, a chunk at a time, and writes each chunk's lines with one call:
 * access lines to --log-file or standard output, the others, marked with our
 * name, to standard error or, for a daemon, to syslog. What cannot be written
 * is counted and said once in a while: a full disk ends nothing.
 *
 * SIGUSR1 opens the log file anew, for logrotate. If that fails the old one
 * stays. The logger ends with the end of file on the pipe: when the last of us
 * is gone.
 */
#ifndef CONTD_MASTER_LOGGER_H
#define CONTD_MASTER_LOGGER_H

#include "options.h"

/* Opens the log file to append to, as the logger does. -1 with errno. */
int logger_open_file(const char *path);

/* Logs until the end of file on LOGGER_PIPE. Returns the exit status. */
int logger_run(const struct options *options);

#endif
