/* page.c - the page of a listing, read as a strict client reads it. */
#include "page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16 };

static const struct {
	const char *name;
	bool empty; /* there is no end tag */
} elements[] = {
	{"html", false},
	{"head", false},
	{"meta", true},
	{"title", false},
	{"link", true},
	{"style", false},
	{"body", false},
	{"header", false},
	{"nav", false},
	{"h1", false},
	{"a", false},
	{"span", false},
	{"p", false},
	{"main", false},
	{"table", false},
	{"thead", false},
	{"tbody", false},
	{"tr", false},
	{"th", false},
	{"td", false},
	{"time", false},
	{"small", false},
};

static const struct {
	const char *text;
	char byte;
} references[] = {
	{"&amp;", '&'},
	{"&lt;", '<'},
	{"&gt;", '>'},
	{"&quot;", '"'},
	{"&#39;", '\''},
};

/* As strstr(), which under a sanitizer looks at the whole of a page. */
static const char *find(const char *at, const char *text)
{
	size_t len = strlen(text);

	for (; *at != '\0'; at++) {
		if (*at == *text && strncmp(at, text, len) == 0)
			return at;
	}
	return NULL;
}

static size_t reference_at(const char *at, char *byte)
{
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]);
		i++) {
		size_t len = strlen(references[i].text);

		if (strncmp(at, references[i].text, len) != 0)
			continue;
		*byte = references[i].byte;
		return len;
	}
	return 0;
}

static const char *wrong(const char *at, const char *what)
{
	fail_msg("%s: %.60s", what, at);
	return at + strlen(at);
}

/* The length of the element's name; fails for what a listing does not have. */
static size_t element_at(const char *at, bool *empty)
{
	size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789");

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		if (strlen(elements[i].name) != len ||
			memcmp(elements[i].name, at, len) != 0)
			continue;
		*empty = elements[i].empty;
		return len;
	}
	wrong(at, "no element of a listing");
	return 0;
}

/* From behind the name to behind the ">". */
static const char *pass_attributes(const char *at)
{
	while (*at == ' ') {
		const char *end;

		at++;
		at += strspn(at, "abcdefghijklmnopqrstuvwxyz-");
		end = at[0] == '=' && at[1] == '"' ? strchr(at + 2, '"') : NULL;
		if (end == NULL)
			return wrong(at, "no attribute");
		for (at += 2; at < end; at++) {
			char byte;

			if (*at == '<' ||
				(*at == '&' && reference_at(at, &byte) == 0))
				return wrong(at, "in an attribute");
		}
		at = end + 1;
	}
	return *at == '>' ? at + 1 : wrong(at, "no end of a tag");
}

static const char *pass_text(const char *at)
{
	while (*at != '\0' && *at != '<') {
		char byte;
		size_t len = 1;

		if (*at == '&')
			len = reference_at(at, &byte);
		if (len == 0 || *at == '>' || *at == '"' || *at == '\'' ||
			(*at < ' ' && *at > 0 && *at != '\n'))
			return wrong(at, "in a text");
		at += len;
	}
	return at;
}

void page_check(const char *page)
{
	struct slice open[DEEPEST];
	size_t depth = 0;
	const char *at = page;

	assert_int_equal(strncmp(at, "<!doctype html>\n", 16), 0);
	for (at = pass_text(at + 16); *at == '<'; at = pass_text(at)) {
		bool end = at[1] == '/';
		bool empty = false;
		struct slice name;

		at += end ? 2 : 1;
		name = slice_of(at, element_at(at, &empty));
		at += name.len;
		if (end) {
			if (depth == 0 || *at != '>' ||
				!slice_is(open[--depth], name))
				wrong(at, "not open");
			at++;
			continue;
		}
		at = pass_attributes(at);
		if (!empty) {
			assert_true(depth < DEEPEST);
			open[depth++] = name;
		}
		/* Its quotes and arrows are text. */
		if (slice_is(name, SLICE("style"))) {
			at = find(at, "</style>");
			assert_non_null(at);
		}
	}
	assert_int_equal(*at, '\0');
	assert_int_equal(depth, 0);
}

/* What stands between before and after; *at moves behind. Empty, and *at stays,
 * when the next is not before. */
static struct slice between(
	const char **at, const char *before, const char *after)
{
	const char *start = *at + strlen(before);
	const char *end;

	if (strncmp(*at, before, strlen(before)) != 0)
		return slice_of(*at, 0);
	end = find(start, after);
	assert_non_null(end);
	*at = end + strlen(after);
	return slice_of(start, (size_t)(end - start));
}

bool page_row(const char **at, struct page_row *row)
{
	const char *next = find(*at, "<tr><td>");

	if (next == NULL)
		return false;
	*at = next + strlen("<tr><td>");
	row->href = between(at, "<a href=\"", "\"");
	between(at, " rel=\"up", "\"");
	row->name = between(at, ">", "</a></td>");
	between(at, "<td", ">");
	row->time = between(at, "<time datetime=\"", "\">");
	*at = find(*at, "</td>");
	assert_non_null(*at);
	between(at, "</td>", "<td");
	row->title = between(at, " title=\"", "\"");
	row->size = between(at, ">", "</td></tr>\n");
	return true;
}

size_t page_count(const char *page, const char *text)
{
	size_t count = 0;

	while ((page = find(page, text)) != NULL) {
		page += strlen(text);
		count++;
	}
	return count;
}

void page_decode(struct slice href, char *into)
{
	for (size_t i = 0; i < href.len; i++) {
		char digits[3] = "";

		*into = href.at[i];
		if (*into == '%') {
			assert_true(i + 2 < href.len);
			memcpy(digits, href.at + i + 1, 2);
			*into = (char)strtoul(digits, NULL, 16);
			i += 2;
		}
		into++;
	}
	*into = '\0';
}

void page_unescape(struct slice text, char *into)
{
	for (size_t i = 0; i < text.len; into++) {
		size_t len = reference_at(text.at + i, into);

		if (len == 0)
			*into = text.at[i];
		i += len > 0 ? len : 1;
	}
	*into = '\0';
}
