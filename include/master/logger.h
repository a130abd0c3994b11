/*
 * logger.h - the logger process.
 *
 * The only process that may wait for a log file, a terminal or syslog. It reads
 * the log pipe in chunks, and writes each chunk's lines with one call: access
 * lines to --log-file or standard output, the others, after "contd: ", to
 * standard error or, for a daemon, to syslog. Writes that fail are counted and
 * reported now and then; a full disk does not end the process.
 *
 * SIGUSR1 reopens the log file, for logrotate; if that fails the old one is
 * used. The logger ends at end of file on the pipe: after all other processes.
 */
#ifndef CONTD_MASTER_LOGGER_H
#define CONTD_MASTER_LOGGER_H

#include "options.h"

/* Opens the log file for appending. -1 with errno. */
int logger_open_file(const char *path);

/* Logs until the end of file on LOGGER_PIPE. Returns the exit status. */
int logger_run(const struct options *options);

#endif
