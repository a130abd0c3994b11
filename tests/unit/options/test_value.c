/*
 * test_value.c - numbers, sizes and times behind an option.
 */
#include "words.h"

static void limits_are_numbers(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	accept("--max-clients 1000 --max-clients-per-address=16 "
	       "--max-requests 1048576 --send-rate 4k --content-timeout 0 "
	       "--lock-memory --check .",
		&words, &o);
	assert_int_equal(o.max_clients, 1000);
	assert_int_equal(o.max_clients_per_address, 16);
	assert_int_equal(o.max_requests, 1 << 20);
	assert_int_equal(o.send_rate, 4096);
	assert_int_equal(o.content_timeout, 0);
	assert_true(o.lock_memory);
	assert_true(o.check);
	free(words.line);
}

static void a_size_is_a_number_with_a_unit(void **state)
{
	static const struct {
		const char *line;
		uint64_t size;
	} cases[] = {
		{"--send-rate 0 .", 0},
		{"--send-rate 512 .", 512},
		{"--send-rate 0k .", 0},
		{"--send-rate 3K .", 3 << 10},
		{"--send-rate 16m .", 16 << 20},
		{"--send-rate 16M .", 16 << 20},
		{"--send-rate 2g .", UINT64_C(2) << 30},
		{"--send-rate 1t .", UINT64_C(1) << 40},
		{"--send-rate 1024G .", UINT64_C(1) << 40},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words words;
		struct options o;

		accept(cases[i].line, &words, &o);
		if (o.send_rate != cases[i].size)
			fail_msg("%s: %llu", cases[i].line,
				(unsigned long long)o.send_rate);
		free(words.line);
	}
}

static void sizes_have_units(void **state)
{
	static const struct {
		const char *line;
		uint64_t size;
	} cases[] = {
		{".", 128 << 20},
		{"--memory 0 .", 0},
		{"--memory 0T .", 0},
		{"--memory 1000 .", 1000},
		{"--memory 3K .", 3 << 10},
		{"--memory 3k .", 3 << 10},
		{"--memory 1m .", 1 << 20},
		{"--memory=64M .", 64 << 20},
		{"--memory 2G .", UINT64_C(2) << 30},
		{"--memory 1T .", UINT64_C(1) << 40},
		{"--memory 1099511627776 .", UINT64_C(1) << 40},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words words;
		struct options o;

		accept(cases[i].line, &words, &o);
		assert_true(o.memory == cases[i].size);
		free(words.line);
	}
}

static void a_name_is_believed_for_a_time(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	accept(".", &words, &o);
	assert_int_equal(o.fresh, 1000);
	free(words.line);
	accept("--fresh 250ms .", &words, &o);
	assert_int_equal(o.fresh, 250);
	free(words.line);
	accept("--fresh 0 .", &words, &o);
	assert_int_equal(o.fresh, 0);
	free(words.line);
}

static void a_head_may_be_limited_further(void **state)
{
	static const struct {
		const char *line;
		size_t bytes, fields, uri;
	} cases[] = {
		{".", 0, 0, 0},
		{"--max-header-bytes 0 --max-header-fields 0 --max-uri 0 .", 0,
			0, 0},
		{"--max-header-bytes 4K --max-header-fields 30 --max-uri 500 .",
			4096, 30, 500},
		{"--max-header-bytes 16K --max-header-fields 128 --max-uri 8k "
		 ".",
			0, 0, 0},
		{"--max-header-bytes 16383 --max-header-fields=127 "
		 "--max-uri=8191 .",
			16383, 127, 8191},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words words;
		struct options o;

		accept(cases[i].line, &words, &o);
		assert_int_equal(o.max_header_bytes, cases[i].bytes);
		assert_int_equal(o.max_header_fields, cases[i].fields);
		assert_int_equal(o.max_uri, cases[i].uri);
		free(words.line);
	}
}

static void a_wrong_limit_is_named(void **state)
{
	static const struct wrong cases[] = {
		{"--send-rate 1x .", "it must be a size such as"},
		{"--send-rate k .", "it must be a size such as"},
		{"--send-rate 1025g .", "1T at most"},
		{"--send-rate 99999999999999999999 .", "1T at most"},
		{"--max-clients -1 .", "it must be a number"},
		{"--max-clients 1k .", "it must be a number"},
		{"--max-clients 1048577 .", "1048576 at most"},
		{"--max-header-bytes 17K .", "16K at most"},
		{"--max-header-bytes 16385 .", "16K at most"},
		{"--max-header-bytes x .", "it must be a size such as"},
		{"--max-header-fields 129 .", "a number; 128 at most"},
		{"--max-header-fields 1K .", "a number; 128 at most"},
		{"--max-uri 9K .", "8K at most"},
		{"--max-header-byte 1 .",
			"(did you mean '--max-header-bytes'?)"},
		{"--max-url 1 .", "(did you mean '--max-uri'?)"},
		{"--max-client 5 .", "(did you mean '--max-clients'?)"},
	};

	(void)state;
	check_wrong(cases, sizeof cases / sizeof cases[0]);
}

static void what_is_no_size_is_named(void **state)
{
	static const char *const lines[] = {"--memory x .", "--memory '' .",
		"--memory M .", "--memory 1b .", "--memory 1KB .",
		"--memory 1MK .", "--memory -1 .", "--memory 1.5G ."};
	static const char *const large[] = {"--memory 2T .", "--memory 1025G .",
		"--memory 1099511627777 .", "--memory 18446744073709551616 .",
		"--memory 99999999999999999999T ."};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		is_wrong(lines[i], "it must be a size such as");
	for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
		is_wrong(large[i], "1T at most");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_numbers),
		cmocka_unit_test(a_size_is_a_number_with_a_unit),
		cmocka_unit_test(sizes_have_units),
		cmocka_unit_test(a_name_is_believed_for_a_time),
		cmocka_unit_test(a_head_may_be_limited_further),
		cmocka_unit_test(a_wrong_limit_is_named),
		cmocka_unit_test(what_is_no_size_is_named),
	};

	return cmocka_run_group_tests_name("options/value", tests, NULL, NULL);
}
