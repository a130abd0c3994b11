/*
 * listing_style.h - the style of listings, and their Content-Security-Policy.
 *
 * The helper writes the page, the worker its head. Both parts are defined here,
 * as the policy must allow the style.
 */
#ifndef CONTD_HTTP_LISTING_STYLE_H
#define CONTD_HTTP_LISTING_STYLE_H

#include "base/slice.h"

/* The content of the page's one style element. */
struct slice listing_style(void);

/* The Content-Security-Policy of the page: allows this style, the empty icon
 * ("data:,"), and nothing else. */
struct slice listing_policy(void);

#endif
