/*
 * sha256.h - a hash as a Content-Security-Policy names it.
 */
#ifndef CONTD_TESTS_SHA256_H
#define CONTD_TESTS_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_LEN = 32, SHA256_BASE64 = 44 };

void sha256(const void *bytes, size_t len, uint8_t hash[SHA256_LEN]);

/* The same in base64, as a string. */
void sha256_base64(const void *bytes, size_t len, char text[SHA256_BASE64 + 1]);

#endif
