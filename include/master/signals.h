/*
 * signals.h - the signals for the master.
 *
 *     SIGTERM, SIGINT, SIGQUIT    drain and end; a second one: end at once
 *     SIGUSR1                     the logger reopens its file
 *     SIGHUP                      logged: there is no configuration to reload
 *     SIGUSR2, SIGPIPE            ignored
 */
#ifndef CONTD_MASTER_SIGNALS_H
#define CONTD_MASTER_SIGNALS_H

#include "master/supervise.h"

/* Saves a row for each of them. Returns 0, or -1 with errno. */
int signals_open(struct master *master);

#endif
