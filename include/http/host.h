/*
 * host.h - the host and port that a request is meant for (RFC 9110, 4.2, 7.2).
 */
#ifndef CONTD_HTTP_HOST_H
#define CONTD_HTTP_HOST_H

#include <stdbool.h>

#include "base/slice.h"

/* Whether this is uri-host [ ":" port ] (RFC 3986, 3.2.2): a name, an IPv4
 * address, "[IPv6]". No user, no empty host. The port may be empty. */
bool host_is_valid(struct slice host);

/* Whether this is the authority-form of CONNECT: a port must be there. */
bool host_has_port(struct slice host);

/* Takes "http://host:port" or "https://host:port" off the front of *target and
 * writes "host:port" to *host; what is left begins with "/" or "?" or is empty.
 * False, and nothing is changed, when that is not how it begins. */
bool host_cut(struct slice *target, struct slice *host);

#endif
