/* test_body_copy.c - bodies from memory, bodies that fill it, and bodies of
 * several pieces. */
#include "sending.h"

#include <sys/stat.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define HEAD "the head\r\n\r\n"

enum { LARGE = 2 * BLOCK + 1000 };

static struct scale scale;

/* What the client should hear, and how much of it came. */
static struct {
	char want[COPY_MAX + BLOCK];
	size_t len;
} story;

static void tell(const char *text, size_t len)
{
	if (len > 0)
		memcpy(story.want + story.len, text, len);
	story.len += len;
}

static void tell_pieces(const struct piece *pieces, size_t count)
{
	story.len = 0;
	tell(HEAD, strlen(HEAD));
	for (size_t i = 0; i < count; i++) {
		tell(pieces[i].text.at, pieces[i].text.len);
		for (uint64_t at = 0; at < pieces[i].len; at++)
			story.want[story.len++] =
				tree_pattern(pieces[i].offset + at);
	}
}

/* Reads so many bytes at most. */
static void client_hears(struct sending *s, size_t most)
{
	static char bytes[65536];
	ssize_t n;

	if (most > sizeof bytes)
		most = sizeof bytes;
	n = recv(s->client, bytes, most, MSG_DONTWAIT);
	if (n <= 0)
		return;
	assert_true(s->heard + (uint64_t)n <= story.len);
	assert_memory_equal(bytes, story.want + s->heard, (size_t)n);
	s->heard += (uint64_t)n;
}

/* A file that is weighed, so that it may be copied. */
static struct file *weighed(const char *name)
{
	struct file *file = open_file(name);

	scale = (struct scale){.most = 128 << 20};
	file_weigh(file, &scale, 0);
	return file;
}

static void fill_copy(struct file *file)
{
	static char bytes[COPY_MAX];
	size_t size = (size_t)file->found.version.size;

	assert_int_equal(pread(file->fd, bytes, size, 0), size);
	file_grow_copy(file, 0, slice_of(bytes, size));
	assert_non_null(file->copy);
}

/* Sends these pieces; everybody does his part, the client in small sips. */
static void sends(struct sending *s, struct file *file,
	const struct piece *pieces, size_t count, size_t sip)
{
	begin(s, TURNS_SEND);
	s->file = file;
	body_add(&s->body, file, pieces, count);
	tell_pieces(pieces, count);
	if (!send_it(s, HEAD)) {
		while (s->resumed == 0) {
			land_all();
			take_turn();
			client_hears(s, sip);
		}
	}
	while (s->heard < story.len) {
		uint64_t before = s->heard;

		client_hears(s, sip);
		assert_true(s->heard > before);
	}
	assert_int_equal(s->body.outcome, BODY_SENT);
	assert_int_equal(s->body.sent, story.len);
}

/* ---- from memory ---- */

static void a_copy_needs_no_disk(void **state)
{
	static const struct piece wholes[] = {
		{.len = 1}, {.len = BLOCK}, {.len = BLOCK + 1}, {.len = LARGE}};

	(void)state;
	for (size_t i = 0; i < COUNT(wholes); i++) {
		struct sending s;
		struct file *file;

		tree_file(tree, "file", wholes[i].len);
		file = weighed("file");
		fill_copy(file);
		sends(&s, file, &wholes[i], 1, SIZE_MAX);
		assert_int_equal(fake_started(), 0);
		finish(&s);
		assert_int_equal(scale.weight, 0);
	}
}

static void nor_does_a_part_of_it(void **state)
{
	static const struct piece parts[] = {{.len = 1},
		{.offset = 100, .len = BLOCK},
		{.offset = BLOCK - 1, .len = BLOCK + 2},
		{.offset = LARGE - 1, .len = 1}};

	(void)state;
	tree_file(tree, "file", LARGE);
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct sending s;
		struct file *file = weighed("file");

		fill_copy(file);
		sends(&s, file, &parts[i], 1, 5000);
		assert_int_equal(fake_started(), 0);
		finish(&s);
	}
}

/* ---- into memory ---- */

static void who_is_sent_whole_is_in_memory_then(void **state)
{
	static const struct piece whole = {.len = LARGE};
	struct sending s;
	struct file *file;

	(void)state;
	tree_file(tree, "file", LARGE);
	file = weighed("file");
	sends(&s, file, &whole, 1, SIZE_MAX);
	assert_int_equal(fake_started(), 3);
	assert_non_null(file->copy);
	for (size_t i = 0; i < LARGE; i++)
		assert_int_equal(file->copy->bytes[i], tree_pattern(i));
	finish(&s);
}

/* The copy comes into being while another body reads: it goes on reading. */
static void who_reads_goes_on_reading(void **state)
{
	static const struct piece whole = {.len = LARGE};
	struct sending s;
	struct file *file;

	(void)state;
	tree_file(tree, "file", LARGE);
	file = weighed("file");
	begin(&s, TURNS_SEND);
	s.file = file;
	body_add(&s.body, file, &whole, 1);
	tell_pieces(&whole, 1);
	assert_false(send_it(&s, HEAD));
	take_turn();
	assert_int_equal(fake_flying(), 1);
	fill_copy(file);
	while (s.resumed == 0) {
		land_all();
		take_turn();
		client_hears(&s, SIZE_MAX);
	}
	client_hears(&s, SIZE_MAX);
	assert_int_equal(s.heard, story.len);
	assert_int_equal(fake_started(), 3);
	finish(&s);
}

/* ---- several pieces ---- */

static const struct piece two[] = {
	{.text = {"(one)", 5}, .offset = 10, .len = 20},
	{.text = {"(two)", 5}, .offset = BLOCK - 10, .len = BLOCK + 20},
	{.text = {"(end)", 5}},
};

static void pieces_come_with_their_texts(void **state)
{
	static const size_t sips[] = {100, 4096, SIZE_MAX};

	(void)state;
	tree_file(tree, "file", LARGE);
	for (size_t i = 0; i < 2 * COUNT(sips); i++) {
		struct sending s;
		struct file *file = weighed("file");

		if (i % 2 == 1)
			fill_copy(file);
		sends(&s, file, two, COUNT(two), sips[i / 2]);
		finish(&s);
	}
}

static void pieces_may_be_all_text(void **state)
{
	static const struct piece texts[] = {
		{.text = {"(one)", 5}}, {.text = {"(two)", 5}}};
	struct sending s;

	(void)state;
	tree_file(tree, "file", 10);
	sends(&s, weighed("file"), texts, COUNT(texts), SIZE_MAX);
	finish(&s);
}

/* Texts that no socket takes at once: what is left of one waits, with the bytes
 * that come behind it. */
static void a_text_may_have_to_wait(void **state)
{
	static char text[4 * SMALL];
	const struct piece pieces[] = {
		{.text = {text, sizeof text}, .offset = 10, .len = 20},
		{.text = {text, sizeof text}, .offset = 40, .len = 20},
		{.text = {text, sizeof text}},
	};

	(void)state;
	memset(text, '-', sizeof text);
	tree_file(tree, "file", 100);
	for (int i = 0; i < 2; i++) {
		struct sending s;
		struct file *file = weighed("file");

		if (i == 1)
			fill_copy(file);
		sends(&s, file, pieces, COUNT(pieces), 1000);
		assert_int_equal(fake_started(), 2);
		finish(&s);
	}
}

/* Not the last piece only: the file is looked at before the last bytes
 * leave. */
static void pieces_of_two_versions_do_not_end_well(void **state)
{
	struct sending s;
	struct file *file;

	(void)state;
	tree_file(tree, "file", LARGE);
	file = weighed("file");
	begin(&s, TURNS_SEND);
	s.file = file;
	body_add(&s.body, file, two, COUNT(two));
	tell_pieces(two, COUNT(two));
	assert_false(send_it(&s, HEAD));
	take_turn();
	tree_age(tree, "file", 7);
	while (s.resumed == 0) {
		land_all();
		take_turn();
		client_hears(&s, SIZE_MAX);
	}
	assert_int_equal(s.body.outcome, BODY_CHANGED);
	assert_true(s.body.sent < story.len);
	finish(&s);
}

/* ---- a file that is young ---- */

static void a_young_file_is_not_read(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", 100);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, 100);
	s.file->found.version.modified = loop_date();
	assert_false(send_it(&s, HEAD));
	take_turn_after(TURNS_RETRY - 1);
	take_turn();
	assert_int_equal(fake_started(), 0);
	client_leaves(&s);
	take_turns(2);
	assert_int_equal(s.body.outcome, BODY_GONE);
	finish(&s);
}

/* Its time is set for real: what is looked at again must be what it was. */
static void make_young_file(int64_t age)
{
	const int64_t date = loop_date() - age;
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
		{date / 1000000000, (long)(date % 1000000000)}};

	tree_file(tree, "file", 100);
	assert_int_equal(
		utimensat(AT_FDCWD, tree_path(tree, "file"), times, 0), 0);
}

static void until_it_is_old_enough(void **state)
{
	struct sending s;

	(void)state;
	make_young_file(FILE_YOUNG - INT64_C(1000000) * TURNS_RETRY - 1);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, 100);
	assert_false(send_it(&s, HEAD));
	take_turn();
	assert_int_equal(fake_started(), 0);
	take_turn_after(TURNS_RETRY);
	take_turn();
	assert_int_equal(fake_started(), 0);
	take_turn_after(TURNS_RETRY);
	goes_its_way(&s);
	ended(&s, BODY_SENT, strlen(HEAD) + 100);
	finish(&s);
}

static void who_is_written_to_meanwhile_has_changed(void **state)
{
	struct sending s;

	(void)state;
	make_young_file(0);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, 100);
	assert_false(send_it(&s, HEAD));
	make_young_file(1);
	take_turn_after(TURNS_RETRY);
	take_turn();
	ended(&s, BODY_CHANGED, 0);
	assert_int_equal(fake_started(), 0);
	finish(&s);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(a_copy_needs_no_disk),
		TEST(nor_does_a_part_of_it),
		TEST(who_is_sent_whole_is_in_memory_then),
		TEST(who_reads_goes_on_reading),
		TEST(pieces_come_with_their_texts),
		TEST(pieces_may_be_all_text),
		TEST(a_text_may_have_to_wait),
		TEST(pieces_of_two_versions_do_not_end_well),
		TEST(a_young_file_is_not_read),
		TEST(until_it_is_old_enough),
		TEST(who_is_written_to_meanwhile_has_changed),
	};

	return cmocka_run_group_tests_name(
		"files/body_copy", tests, NULL, NULL);
}
