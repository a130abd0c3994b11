/*
 * sender.h - what of a body its socket takes. For body.c alone.
 */
#ifndef CONTD_FILES_SENDER_H
#define CONTD_FILES_SENDER_H

struct body;

/* Sends head and block, or what is to leave past us, and takes off them what
 * the kernel took. 1: all of it left; 0: no room; -1: the socket is broken. */
int sender_send(struct body *body);

#endif
