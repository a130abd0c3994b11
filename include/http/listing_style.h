/*
 * listing_style.h - how a listing looks, and the policy that lets it.
 *
 * The helper writes the page, the worker its head: what one puts into the page
 * and the other allows there stands side by side.
 */
#ifndef CONTD_HTTP_LISTING_STYLE_H
#define CONTD_HTTP_LISTING_STYLE_H

#include "base/slice.h"

/* The content of the page's one style element. */
struct slice listing_style(void);

/* The Content-Security-Policy of the page: this very style, the icon that is
 * none ("data:,"), and nothing else. */
struct slice listing_policy(void);

#endif
