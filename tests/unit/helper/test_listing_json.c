/* test_listing_json.c - a listing for programs, read back by a strict one. */
#include "helper/listing_json.h"

#include "listed.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

/* ---- a reader of the JSON (RFC 8259) that a listing may be ---- */

struct read {
	char name[4096];
	char type[16];
	long long size; /* -1: null */
	char mtime[32];
};

static void take(const char **at, const char *text)
{
	if (strncmp(*at, text, strlen(text)) != 0)
		fail_msg("not %s: %.40s", text, *at);
	*at += strlen(text);
}

/* U+0000 to U+00FF, of which there may only be control characters. */
static size_t take_escape(const char **at, char *into)
{
	char digits[3] = "";
	unsigned long number;

	if (**at == '"' || **at == '\\') {
		*into = *(*at)++;
		return 1;
	}
	take(at, "u00");
	memcpy(digits, *at, 2);
	number = strtoul(digits, NULL, 16);
	assert_true(number < 0x20 || (number >= 0x7f && number < 0xa0));
	*at += 2;
	if (number < 0x80) {
		*into = (char)number;
		return 1;
	}
	into[0] = (char)(0xc0 | number >> 6);
	into[1] = (char)(0x80 | (number & 0x3f));
	return 2;
}

static void take_string(const char **at, char *into)
{
	take(at, "\"");
	while (**at != '"') {
		unsigned char byte = (unsigned char)**at;

		assert_true(byte >= 0x20 && byte != 0x7f);
		*into = *(*at)++;
		if (*into == '\\')
			into += take_escape(at, into);
		else
			into++;
	}
	*into = '\0';
	take(at, "\"");
}

static void take_entry(const char **at, struct read *read)
{
	char *end;

	take(at, "{\"name\":");
	take_string(at, read->name);
	take(at, ",\"type\":");
	take_string(at, read->type);
	take(at, ",\"size\":");
	read->size = -1;
	if (**at == 'n') {
		take(at, "null");
	} else {
		assert_true(**at >= '0' && **at <= '9');
		read->size = strtoll(*at, &end, 10);
		*at = end;
	}
	take(at, ",\"mtime\":");
	take_string(at, read->mtime);
	take(at, "}");
}

/* Writes the listing and reads it back; returns how many entries there are. */
static size_t write_and_read(struct listing *l, struct read *read, size_t max)
{
	struct scratch *s = listed_begin();
	size_t count = 0;
	const char *at;
	char *text;

	listing_json(s, l);
	text = listed_end(s);
	listing_free(l);
	at = text;
	take(&at, "[\n");
	if (*at == '{') {
		take_entry(&at, &read[count++]);
		while (*at == ',') {
			take(&at, ",\n");
			assert_true(count < max);
			take_entry(&at, &read[count++]);
		}
		take(&at, "\n");
	}
	take(&at, "]\n");
	assert_int_equal(*at, '\0');
	free(text);
	return count;
}

/* ---- tests ---- */

static struct read got[8];

static void an_empty_listing_is_an_empty_array(void **state)
{
	struct listing l = {.count = 0};

	(void)state;
	assert_int_equal(write_and_read(&l, got, 8), 0);
}

static void entries_come_in_their_order(void **state)
{
	struct listing l = {.count = 0};

	(void)state;
	listed_add(&l, "dir", true, 0, 0);
	listed_add(&l, "b", false, 0, 784111777);
	listed_add(&l, "a", false, INT64_MAX, -1);
	assert_int_equal(write_and_read(&l, got, 8), 3);
	assert_string_equal(got[0].name, "dir");
	assert_string_equal(got[0].type, "directory");
	assert_true(got[0].size == -1);
	assert_string_equal(got[0].mtime, "1970-01-01T00:00:00Z");
	assert_string_equal(got[1].name, "b");
	assert_string_equal(got[1].type, "file");
	assert_true(got[1].size == 0);
	assert_string_equal(got[1].mtime, "1994-11-06T08:49:37Z");
	assert_string_equal(got[2].name, "a");
	assert_true(got[2].size == INT64_MAX);
	assert_string_equal(got[2].mtime, "1969-12-31T23:59:59Z");
}

static void check_name(const char *name, const char *shown)
{
	struct listing l = {.count = 0};

	listed_add(&l, name, false, 1, 1);
	assert_int_equal(write_and_read(&l, got, 8), 1);
	assert_string_equal(got[0].name, shown);
}

static void every_byte_of_ascii_comes_back(void **state)
{
	(void)state;
	for (int byte = 1; byte < 128; byte++) {
		char name[] = {'a', (char)byte, 'b', '\0'};

		check_name(name, name);
	}
}

static void what_is_utf_8_comes_back_and_the_rest_is_replaced(void **state)
{
	static const char all[] = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82";

	(void)state;
	check_name(all, all);
	check_name("\xc2\x80\xc2\x9f", "\xc2\x80\xc2\x9f");
	check_name("latin-\xe4", "latin-" BAD);
	check_name("\xff\xfe\"", BAD BAD "\"");
	check_name("\xed\xa0\x80", BAD BAD BAD);
	for (int byte = 128; byte < 256; byte++) {
		char name[] = {'a', (char)byte, 'b', '\0'};

		check_name(name, "a" BAD "b");
	}
}

static void a_string_cannot_be_left(void **state)
{
	(void)state;
	check_name("\",\"size\":0}", "\",\"size\":0}");
	check_name("\\", "\\");
	check_name("\\\"", "\\\"");
	check_name("\\u0041", "\\u0041");
	check_name("</script>", "</script>");
}

static void a_long_name_is_whole(void **state)
{
	char name[1024];

	(void)state;
	memset(name, '\x01', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	check_name(name, name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_listing_is_an_empty_array),
		cmocka_unit_test(entries_come_in_their_order),
		cmocka_unit_test(every_byte_of_ascii_comes_back),
		cmocka_unit_test(
			what_is_utf_8_comes_back_and_the_rest_is_replaced),
		cmocka_unit_test(a_string_cannot_be_left),
		cmocka_unit_test(a_long_name_is_whole),
	};

	return cmocka_run_group_tests_name(
		"helper/listing_json", tests, NULL, NULL);
}
