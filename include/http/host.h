/*
 * host.h - host and port of a request (RFC 9110, 4.2, 7.2).
 */
#ifndef CONTD_HTTP_HOST_H
#define CONTD_HTTP_HOST_H

#include <stdbool.h>

#include "base/slice.h"

/* Whether this is uri-host [ ":" port ] (RFC 3986, 3.2.2): a name, an IPv4
 * address, "[IPv6]". No user, no empty host. The port may be empty. */
bool host_is_valid(struct slice host);

/* The same, and it has a port: the authority-form of CONNECT. */
bool host_has_port(struct slice host);

/* Removes "http://host:port" or "https://host:port" from the front of *target
 * and sets *host to "host:port"; the rest begins with "/" or "?" or is empty.
 * False, and nothing is changed, if *target does not begin like this. */
bool host_cut(struct slice *target, struct slice *host);

#endif
