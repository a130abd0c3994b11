/*
 * test_label.c - the heads that are put together from the lines of one, and
 * those that would be written anew.
 */
#include "replies.h"

#include <stdlib.h>

#include "serve/label.h"

#define WITH(fields) "GET /dir/a.txt HTTP/1.1", fields "\r\n"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool no_memory;

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

/* The label of a file; NULL: it can have none. */
static struct label *label_of(
	const struct replying *r, int64_t modified, int64_t size)
{
	struct file file = {.found = file_of(modified, size)};
	bool made = label_make(&file, &r->site, r->uri.path, NOW);

	assert_int_equal(made, file.label != NULL);
	return file.label;
}

/* ---- the heads ---- */

/* A request that a label can answer, and what is left to say about it. */
struct asking {
	const char *line, *fields;
	int status;
};

static const struct asking askings[] = {
	{WITH("Accept: */*"), 200},
	{"HEAD /dir/a.txt HTTP/1.1", "", 200},
	{WITH("Connection: close"), 200},
	{"GET /dir/a.txt HTTP/1.0", "", 200},
	{"GET /dir/a.txt HTTP/1.0", "Connection: keep-alive\r\n", 200},
	{WITH("Range: bytes=0-0"), 206},
	{WITH("Range: bytes=100-899"), 206},
	{WITH("Range: bytes=-1\r\nConnection: close"), 206},
	{WITH("If-None-Match: " ETAG), 304},
	{WITH("If-Modified-Since: " MODIFIED), 304},
	{WITH("If-None-Match: " ETAG "\r\nConnection: close"), 304},
	{"HEAD /dir/a.txt HTTP/1.0",
		"If-None-Match: " ETAG "\r\nConnection: keep-alive\r\n", 304},
};

/* What the operator may add to it. */
static void plain(struct site *site)
{
	(void)site;
}

static void lets_all_read(struct site *site)
{
	site->cors = true;
}

static void has_rules(struct site *site)
{
	assert_true(site_add_header(site, "X-Own: value", NULL));
	assert_true(site_add_header(site, "Last-Modifier: me", NULL));
	assert_true(site_add_cache(site, "*.txt 1h", NULL));
}

static void (*const sites[])(struct site *site) = {
	plain, lets_all_read, has_rules};

/* The label was made for somebody else. */
static void is_written_as_anew(struct replying *r, const struct asking *asking,
	const struct label *label)
{
	char bytes[REPLY_HEAD_MAX];
	struct buf head = buf_on(bytes, sizeof bytes);
	const struct range range = {r->reply.first, r->reply.len};

	label_write(label,
		&(struct label_use){.status = asking->status,
			.range = &range,
			.size = 1000,
			.date = SLICE(DATE),
			.close = r->reply.close,
			.minor = r->request.minor},
		&head);
	if (!slice_is(buf_slice_of(&head), r->head_written))
		fail_msg("%s is answered with\n%.*sand not with\n%.*s", r->head,
			(int)head.len, bytes, (int)r->head_written.len,
			r->head_written.at);
}

static void each_head_is_what_a_reply_says(void **state)
{
	static struct replying r;

	(void)state;
	for (size_t i = 0; i < COUNT(sites) * COUNT(askings); i++) {
		const struct asking *asking = &askings[i % COUNT(askings)];
		const struct found found = file_of(YESTERDAY, 1000);
		struct label *label;

		ask(&r, asking->line, asking->fields);
		sites[i / COUNT(askings)](&r.site);
		decide(&r, &found);
		r.reply.close = !r.request.keep_alive;
		assert_int_equal(r.reply.status, asking->status);
		write_it(&r);
		label = label_of(&r, YESTERDAY, 1000);
		assert_non_null(label);
		is_written_as_anew(&r, asking, label);
		free(label);
	}
}

/* Its modification tells nothing: there are no validators. */
static void a_file_without_a_date_has_one_too(void **state)
{
	static const struct asking asking = {WITH("Range: bytes=1-2"), 206};
	const struct found found = file_of(0, 1000);
	struct replying r;
	struct label *label;

	(void)state;
	ask(&r, asking.line, asking.fields);
	decide(&r, &found);
	write_it(&r);
	label = label_of(&r, 0, 1000);
	assert_non_null(label);
	assert_false(label->validators.dated);
	assert_int_equal(label->validators.etag.len, 0);
	assert_int_equal(label->validators.words.len, 0);
	is_written_as_anew(&r, &asking, label);
	free(label);
}

/* ---- what is kept ---- */

static void the_plain_head_is_kept_and_its_date_is_found(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;
	struct label *label;

	(void)state;
	ask(&r, "GET /dir/a.txt HTTP/1.1", "");
	decide(&r, &found);
	write_it(&r);
	label = label_of(&r, YESTERDAY, 1000);
	assert_non_null(label);
	assert_true(
		slice_is(slice_of(label->head, label->len), r.head_written));
	assert_memory_equal(label->head + label_date_at(), DATE, DATE_LEN);
	free(label);
}

static bool is_within(const struct label *label, struct slice s)
{
	const char *begin = (const char *)label;

	return s.at >= begin && s.at + s.len <= label->head + label->len;
}

/* What they were made of is gone by then. */
static void its_validators_are_its_own(void **state)
{
	struct replying r;
	struct label *label;

	(void)state;
	ask(&r, "GET /dir/a.txt HTTP/1.1", "");
	label = label_of(&r, YESTERDAY, 1000);
	assert_non_null(label);
	assert_true(slice_is(label->validators.etag, SLICE(ETAG)));
	assert_true(is_within(label, label->validators.etag));
	assert_true(slice_is(label->validators.words, SLICE(MODIFIED)));
	assert_true(is_within(label, label->validators.words));
	assert_true(label->validators.dated);
	assert_int_equal(label->validators.modified, YESTERDAY / SECOND);
	free(label);
}

/* ---- who can have none ---- */

static void what_will_not_stay_true_is_not_kept(void **state)
{
	static const struct {
		int64_t modified;
		bool stays;
	} cases[] = {
		/* of whole seconds: a tick of two */
		{NOW - 2 * SECOND, true},
		{NOW - 1 * SECOND, false},
		/* of others: one of the kernel's */
		{NOW - SECOND / 50 - 1, true},
		{NOW - 1, false},
		/* they will have been modified later than they say */
		{NOW + 1, false},
		{NOW + 86400 * SECOND, false},
	};
	struct replying r;

	(void)state;
	ask(&r, "GET /dir/a.txt HTTP/1.1", "");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct label *label = label_of(&r, cases[i].modified, 1000);

		if ((label != NULL) != cases[i].stays)
			fail_msg("case %zu", i);
		free(label);
	}
}

/* The longest head that is kept, and a longer one. */
static void a_long_head_is_not_kept(void **state)
{
	char rule[LABEL_MAX] = "X-Own: ";
	size_t len = strlen(rule), plain_len;
	struct replying r;
	struct label *label;

	(void)state;
	ask(&r, "GET /dir/a.txt HTTP/1.1", "");
	label = label_of(&r, YESTERDAY, 1000);
	assert_non_null(label);
	plain_len = label->len;
	free(label);
	memset(rule + len, 'x', LABEL_MAX - plain_len - len - 2);
	rule[LABEL_MAX - plain_len - 2] = '\0';
	assert_true(site_add_header(&r.site, rule, NULL));
	label = label_of(&r, YESTERDAY, 1000);
	assert_non_null(label);
	assert_int_equal(label->len, LABEL_MAX);
	free(label);
	/* The size is a number of more digits. */
	assert_null(label_of(&r, YESTERDAY, 10000));
}

static void without_memory_there_is_none(void **state)
{
	struct replying r;
	struct label *label;

	(void)state;
	ask(&r, "GET /dir/a.txt HTTP/1.1", "");
	no_memory = true;
	label = label_of(&r, YESTERDAY, 1000);
	no_memory = false;
	assert_null(label);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_head_is_what_a_reply_says),
		cmocka_unit_test(a_file_without_a_date_has_one_too),
		cmocka_unit_test(the_plain_head_is_kept_and_its_date_is_found),
		cmocka_unit_test(its_validators_are_its_own),
		cmocka_unit_test(what_will_not_stay_true_is_not_kept),
		cmocka_unit_test(a_long_head_is_not_kept),
		cmocka_unit_test(without_memory_there_is_none),
	};

	return cmocka_run_group_tests_name("serve/label", tests, NULL, NULL);
}
