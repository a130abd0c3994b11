/* test_host.c - hosts and ports as RFC 3986, 3.2.2 and 3.2.3 have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "guard.h"
#include "http/host.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool asked(bool (*question)(struct slice), const char *text)
{
	size_t len = strlen(text);
	char *copy = guard_copy(text, len);
	bool answer = question(slice_of(copy, len));

	guard_free(copy, len);
	return answer;
}

static void hosts_are_names_and_addresses(void **state)
{
	static const char *const hosts[] = {"a", "example.org", "EXAMPLE.org.",
		"a-b_c~d.e", "a!$&'()*+,;=b", "%41%7e%Ff", "x:", "x:0",
		"x:8080", "x:99999999999999999999", "127.0.0.1", "127.0.0.1:80",
		"256.1.1.1", "1.2", "[::]", "[::1]", "[::1]:", "[::1]:443",
		"[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
		"[::2:3:4:5:6:7:8]", "[1:2::7:8]",
		"[FFFF:abcd:0:00:000:0000:1:2]", "[::127.0.0.1]",
		"[::ffff:255.0.0.1]", "[1:2:3:4:5:6:1.2.3.4]",
		"[1:2:3:4:5::1.2.3.4]"};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++)
		if (!asked(host_is_valid, hosts[i]))
			fail_msg("refused: %s", hosts[i]);
}

static void what_is_no_host_is_refused(void **state)
{
	static const char *const texts[] = {"", ":", ":80", " ", "a b", "a/",
		"/", "u@h", "u:p@h", "a?", "a#", "a\\b", "a\"b", "a<b", "a|b",
		"%", "%4", "%4g", "%g4", "a%", "\xc3\xa9", "\x7f", "\t",
		"x:80:", "x:80:80", "x:8a", "x:-1", "x: 80", "x:80 ", "[", "]",
		"[]", "[]:80", "[::1", "::1", "::1]", "[::1]x", "[::1]80",
		"[::1]:x", "[:]", "[:1]", "[1:]", "[1]", "[1:2]",
		"[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:]", "[1:2:3:4:5:6:7:8:9]",
		"[1:2:3:4:5:6:7::8]", "[::1:2:3:4:5:6:7:8]", "[1::2::3]",
		"[:::]", "[1:::2]", "[::1::]", "[12345::]", "[g::]", "[1 ::]",
		"[fe80::1%25eth0]", "[127.0.0.1]", "[::127.0.0]",
		"[::127.0.0.1.1]", "[::127.0.0.256]", "[::127.0.0.01]",
		"[::127.0.0.]", "[::127..0.1]", "[::127.0.0.a]", "[::.1.1.1]",
		"[::127.0.0.1:1]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3.4:]",
		"[v1.a]", "[a]"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (asked(host_is_valid, texts[i]))
			fail_msg("let pass: %s", texts[i]);
}

static void nothing_is_no_host(void **state)
{
	struct slice target = slice_of(NULL, 0);
	struct slice host;

	(void)state;
	assert_false(host_is_valid(target));
	assert_false(host_has_port(target));
	assert_false(host_cut(&target, &host));
}

static void connect_needs_a_port(void **state)
{
	(void)state;
	assert_true(asked(host_has_port, "h:443"));
	assert_true(asked(host_has_port, "[::1]:443"));
	assert_false(asked(host_has_port, "h"));
	assert_false(asked(host_has_port, "h443"));
	assert_false(asked(host_has_port, "h:"));
	assert_false(asked(host_has_port, "h:x"));
	assert_false(asked(host_has_port, ":443"));
	assert_false(asked(host_has_port, "[::1]"));
	assert_false(asked(host_has_port, ""));
}

static void a_host_is_cut_from_a_whole_url(void **state)
{
	static const struct {
		const char *target;
		const char *host; /* NULL: there is none to cut */
		const char *rest;
	} cases[] = {
		{"http://h/a?b", "h", "/a?b"},
		{"http://h", "h", ""},
		{"http://h?http://x/", "h", "?http://x/"},
		{"http://h:80/", "h:80", "/"},
		{"https://h//", "h", "//"},
		{"HtTpS://[::1]:1/", "[::1]:1", "/"},
		{"http:/h/", NULL, NULL},
		{"http//h/", NULL, NULL},
		{"http://", NULL, NULL},
		{"https://", NULL, NULL},
		{"http:///a", NULL, NULL},
		{"http://?a", NULL, NULL},
		{"http://u@h/", NULL, NULL},
		{"http://h h/", NULL, NULL},
		{"http://h\\/", NULL, NULL},
		{"httpx://h/", NULL, NULL},
		{"ftp://h/", NULL, NULL},
		{"/http://h/", NULL, NULL},
		{"h:80", NULL, NULL},
		{"http", NULL, NULL},
		{"", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].target);
		char *copy = guard_copy(cases[i].target, len);
		struct slice target = slice_of(copy, len);
		struct slice host = slice_of(NULL, 0);
		bool cut = host_cut(&target, &host);

		assert_int_equal(cut, cases[i].host != NULL);
		assert_true(slice_is(target,
			slice_text(cut ? cases[i].rest : cases[i].target)));
		if (cut)
			assert_true(slice_is(host, slice_text(cases[i].host)));
		else
			assert_null(host.at);
		guard_free(copy, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_names_and_addresses),
		cmocka_unit_test(what_is_no_host_is_refused),
		cmocka_unit_test(nothing_is_no_host),
		cmocka_unit_test(connect_needs_a_port),
		cmocka_unit_test(a_host_is_cut_from_a_whole_url),
	};

	return cmocka_run_group_tests_name("http/host", tests, NULL, NULL);
}
