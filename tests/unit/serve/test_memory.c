/* test_memory.c - requests when there is no memory: what is only kept for later
 * is given back, and who cannot be served is told to come again. */
#include "calling.h"

#include "loop/fileread.h"
#include "serve/room.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

enum { LARGE = 100 * 1000, MANY = 8 };

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

/* Nor does a read wait for memory that is only kept. */
static void a_cached_file_makes_room_for_a_read(void **state)
{
	(void)state;
	ground_file(&ground, "root/b", "text of b");
	one_was_served();
	fileread_shrink();
	memory_ends();
	memory.less = FILEREAD_BLOCK;
	asks(&c, GET("/b"));
	assert_true(memory.refused > 0);
	/* "/a" had to go; without that a small block would have done. */
	assert_in_range(store_count(server->store), 0, 1);
	memory_is_back();
	was_answered(&c, 200);
	hangs_up(&c);
}

/* The stack of a thread needs memory too, of which nobody tells. */
static void a_cached_file_makes_room_for_a_thread(void **state)
{
	(void)state;
	ground_file(&ground, "root/b", "text of b");
	one_was_served();
	fake_refuse(EAGAIN, 1);
	asks(&c, GET("/b"));
	assert_int_equal(c.len, 0);
	assert_int_equal(store_count(server->store), 2);
	fileread_shrink();
	memory_ends();
	memory.less = FILEREAD_BLOCK;
	take_turn_after(TURNS_RETRY);
	assert_int_equal(store_count(server->store), 0);
	memory_is_back();
	settle();
	hears(&c);
	was_answered(&c, 200);
	hangs_up(&c);
}

/* But if there is memory, it is threads that are short. */
static void a_lack_of_threads_leaves_the_cache_alone(void **state)
{
	(void)state;
	ground_file(&ground, "root/b", "text of b");
	one_was_served();
	fake_refuse(EAGAIN, 2);
	asks(&c, GET("/b"));
	take_turn_after(TURNS_RETRY);
	assert_int_equal(store_count(server->store), 2);
	take_turn_after(TURNS_RETRY);
	settle();
	hears(&c);
	was_answered(&c, 200);
	hangs_up(&c);
}

/* Who asks for a name that is new. */
static void a_cached_file_makes_room_for_a_name(void **state)
{
	(void)state;
	ground_file(&ground, "root/b", "text of b");
	one_was_served();
	memory_ends();
	asks(&c, GET("/b"));
	assert_true(memory.refused > 0);
	memory_is_back();
	was_answered(&c, 200);
	hangs_up(&c);
}

/* Responses of a client that takes them slowly. */
static void a_cached_file_makes_room_for_a_backlog(void **state)
{
	static char text[LARGE + 1];

	(void)state;
	memset(text, 'b', LARGE);
	ground_file(&ground, "root/b", text);
	one_was_served();
	for (int i = 0; i < 2; i++) {
		asks(&c, GET("/b"));
		was_answered(&c, 200);
	}
	for (int i = 0; i < MANY; i++)
		says(&c, GET("/b"));
	memory_ends();
	take_turns(2);
	assert_true(memory.refused > 0);
	assert_int_equal(server->backlogs.taken, 1);
	memory_is_back();
	for (int i = 0; i < MANY; i++) {
		hears(&c);
		take_turn();
	}
	assert_int_equal(answers(&c), MANY);
	is_kept(&c);
	hangs_up(&c);
}

/* ---- turned away ---- */

int __real_sys_shutdown(int fd);
int __wrap_sys_shutdown(int fd);

static bool has_reset; /* the client, just now */

int __wrap_sys_shutdown(int fd)
{
	if (!has_reset)
		return __real_sys_shutdown(fd);
	errno = ENOTCONN;
	return -1;
}

/* Then it is freed at once: whoever looks at it is seen by a sanitizer. */
static void who_is_turned_away_may_be_gone(void **state)
{
	size_t limit = server->exchanges.limit;
	size_t kept = server->clients_pool.kept;

	(void)state;
	calls(&c);
	take_turn();
	server->exchanges.limit = 0;
	server->clients_pool.kept = POOL_KEPT;
	has_reset = true;
	says(&c, GET("/a"));
	take_turn();
	has_reset = false;
	server->clients_pool.kept = kept;
	server->exchanges.limit = limit;
	hears(&c);
	was_answered(&c, 503);
	assert_int_equal(server->clients_count, 0);
	assert_int_equal(server->reasons.ended[REASON_REQUESTS], 1);
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
		TEST(a_cached_file_makes_room_for_a_thread),
		TEST(a_lack_of_threads_leaves_the_cache_alone),
		TEST(a_cached_file_makes_room_for_a_name),
		TEST(a_cached_file_makes_room_for_a_backlog),
		TEST(who_is_turned_away_may_be_gone),
	};

	return cmocka_run_group_tests_name("serve/memory", tests, NULL, NULL);
}
