/* listing_style.c - the style of listings, and their policy. */
#include "http/listing_style.h"

/* No image, no script, no other file: the icons are shapes. After a change its
 * hash below must be changed too; the test prints it. */
static const char style[] =
	":root{color-scheme:light dark;--back:#fff;--text:#1f2328;"
	"--dim:#59636e;--link:#0a58ca;--line:#d8dee4;--over:#f3f6fa}\n"
	"@media(prefers-color-scheme:dark){:root{--back:#14171a;--text:#e3e6e8;"
	"--dim:#9aa4ae;--link:#80b3ff;--line:#30363d;--over:#1e2328}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:64rem;padding:1.5rem 1rem 3rem;"
	"background:var(--back);color:var(--text);"
	"font:1rem/1.5 system-ui,sans-serif}\n"
	"h1{margin:0;font-size:1.25rem;line-height:1.4;white-space:pre-wrap;"
	"overflow-wrap:anywhere}\n"
	"p{margin:.25rem 0 1rem;color:var(--dim)}\n"
	"h1,p{padding:0 .6rem}\n"
	"a{color:var(--link);text-decoration:none}\n"
	"a:hover{text-decoration:underline}\n"
	"a:focus-visible{outline:2px solid;outline-offset:2px;"
	"border-radius:2px}\n"
	"table{width:100%;border-collapse:collapse}\n"
	"th,td{padding:.4rem .6rem;text-align:left;vertical-align:baseline;"
	"box-shadow:inset 0 -1px var(--line)}\n"
	"th{position:sticky;top:0;z-index:1;background:var(--back);"
	"white-space:nowrap}\n"
	"th a{color:inherit}\n"
	"small{color:var(--dim);font-weight:400}\n"
	"[aria-sort=ascending] a::after{content:\" \\2191\"}\n"
	"[aria-sort=descending] a::after{content:\" \\2193\"}\n"
	"th:last-child,td:last-child{text-align:right}\n"
	"tbody tr:hover{background:var(--over)}\n"
	"td{overflow-wrap:anywhere}\n"
	"td+td{white-space:nowrap;color:var(--dim);"
	"font-variant-numeric:tabular-nums}\n"
	/* Spaces in a name are shown, and a right-to-left name does not change
	 * the direction of its row. */
	"td a{display:block;position:relative;padding-left:1.6rem;"
	"white-space:pre-wrap;unicode-bidi:isolate}\n"
	"td a::before{content:\"\";position:absolute;left:0;top:.28em;"
	"width:1em;height:1em;background:var(--dim);"
	"clip-path:polygon(14% 2%,60% 2%,86% 28%,86% 98%,14% 98%)}\n"
	"td a[href$=\"/\"]::before{background:var(--link);"
	"clip-path:polygon(0 12%,38% 12%,50% 26%,100% 26%,100% 90%,0 90%)}\n"
	"@media(max-width:40rem){body{padding:1rem .4rem 2rem}"
	"h1,p{padding:0 .4rem}th,td{padding:.6rem .4rem}td+td{font-size:.85em}"
	"time span,small{display:none}}\n"
	"@media(max-width:22rem){th:nth-child(2),td:nth-child(2)"
	"{display:none}}\n";

static const char policy[] =
	"default-src 'none'; "
	"style-src 'sha256-XrddaLMTFq42lTYmtouecbvuZW+wJpGGH2ucVq3Uiac='; "
	"img-src data:; base-uri 'none'; form-action 'none'; "
	"frame-ancestors 'none'";

struct slice listing_style(void)
{
	return slice_of(style, sizeof(style) - 1);
}

struct slice listing_policy(void)
{
	return slice_of(policy, sizeof(policy) - 1);
}
