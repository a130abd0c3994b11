/* test_memory.c - requests when there is no memory: what is only kept for later
 * is given back, and who cannot be served is told to come again. */
#include "calling.h"

#include "loop/fileread.h"
#include "serve/room.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

static struct caller c, d;

/* The linker puts these in place of malloc and free (test_memory.link). */
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void __real_free(void *at);
void __wrap_free(void *at);

static struct {
	bool none;
	size_t less; /* but there is some for less than this */
	bool comes;  /* with the next free() there is some again */
	int refused;
} memory;

void *__wrap_malloc(size_t size)
{
	if (!memory.none || size < memory.less)
		return __real_malloc(size);
	memory.refused++;
	return NULL;
}

void __wrap_free(void *at)
{
	if (memory.comes && at)
		memory.none = false;
	__real_free(at);
}

static int open_with_memory(void **state)
{
	memset(&memory, 0, sizeof memory);
	return open_server(state);
}

/* There is none but what is in use for nothing. */
static void memory_ends(void)
{
	memory.none = memory.comes = true;
}

static void memory_is_back(void)
{
	memory.none = memory.comes = false;
}

/* One is served, so that its file is cached and its memory kept. */
static void one_was_served(void)
{
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	asks(&c, GET("/a"));
	was_answered(&c, 200);
	assert_int_equal(store_count(server->store), 1);
}

/* Two requests at a time, where memory for one is kept. */
static void a_cached_file_makes_room_for_a_request(void **state)
{
	(void)state;
	ground_file(&ground, "root/b", "text of b");
	one_was_served();
	calls(&d);
	take_turn();
	says(&c, GET("/b"));
	take_turn();
	memory_ends();
	says(&d, GET("/b"));
	take_turn();
	assert_true(memory.refused > 0);
	assert_int_equal(store_count(server->store), 1);
	memory_is_back();
	settle();
	hears(&c);
	hears(&d);
	was_answered(&c, 200);
	was_answered(&d, 200);
	hangs_up(&c);
	hangs_up(&d);
}

/* Nor is a client without memory the last one for ever. */
static void who_cannot_be_let_in_makes_room_for_the_next(void **state)
{
	(void)state;
	one_was_served();
	memory_ends();
	memory.comes = false;
	calls(&d);
	take_turn();
	hears(&d);
	was_answered(&d, 503);
	is_closed(&d);
	assert_int_equal(store_count(server->store), 0);
	assert_int_equal(server->inputs.kept, 0);
	assert_int_equal(server->exchanges.kept, 0);
	assert_int_equal(server->workspaces.kept, 0);
	memory_is_back();
	hangs_up(&d);
	hangs_up(&c);
}

/* It waits for the disk, without the memory to decide. */
static void waits_for_the_disk(const char *request)
{
	calls(&c);
	says(&c, request);
	take_turns(2);
	for (int i = 0; i < 2; i++)
		played_looks(helper[i], root);
	take_turn();
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(server->exchanges.taken, 1);
	assert_int_equal(server->workspaces.taken, 0);
}

/* Nothing was sent yet, so this need not be a reset. */
static void without_memory_to_decide_anew_it_is_503(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	waits_for_the_disk(GET("/a"));
	room_shrink(server);
	memory.none = true;
	take_turn_after(READ_TIME);
	take_turn();
	assert_true(memory.refused > 1);
	memory_is_back();
	hears(&c);
	assert_int_equal(count_in(&c, "Retry-After: 1\r\n"), 1);
	was_answered(&c, 503);
	is_logged("unix: - - [", "\"GET /a HTTP/1.1\" 503 0 ");
	assert_int_equal(server->reasons.ended[REASON_NO_MEMORY], 0);
	take_turn_after(LINGER_TIME);
	hears(&c);
	is_closed(&c);
	assert_int_equal(server->reasons.ended[REASON_NO_MEMORY], 1);
	hangs_up(&c);
}

/* Reads that wait for a block get the memory of the cache. */
static void a_cached_file_makes_room_for_a_read(void **state)
{
	(void)state;
	ground_file(&ground, "root/b", "text of b");
	one_was_served();
	fileread_shrink();
	memory_ends();
	memory.comes = false;
	memory.less = FILEREAD_BLOCK;
	asks(&c, GET("/b"));
	assert_int_equal(c.len, 0);
	assert_int_equal(store_count(server->store), 2);
	memory.comes = true;
	take_turn_after(TURNS_RETRY);
	assert_int_equal(store_count(server->store), 0);
	memory_is_back();
	settle();
	hears(&c);
	was_answered(&c, 200);
	hangs_up(&c);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_with_memory, shut_server)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cached_file_makes_room_for_a_request),
		TEST(who_cannot_be_let_in_makes_room_for_the_next),
		TEST(without_memory_to_decide_anew_it_is_503),
		TEST(a_cached_file_makes_room_for_a_read),
	};

	return cmocka_run_group_tests_name("serve/memory", tests, NULL, NULL);
}
