/*
 * sender.h - sends a body as far as its socket takes it. For body.c alone.
 */
#ifndef CONTD_FILES_SENDER_H
#define CONTD_FILES_SENDER_H

struct body;

/* Sends head and block, or by sendfile(), and subtracts what the kernel took.
 * 1: all of it was sent; 0: no room in the socket; -1: a socket error. */
int sender_send(struct body *body);

#endif
