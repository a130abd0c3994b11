/*
 * test_room.c - a flood from one address, and who gets in nevertheless.
 *
 * Clients are pairs of sockets with an address of our choice.
 */
#include "calling.h"

#include "serve/room.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define REFUSED GET("/%00")

enum { PLACES = 16, PART = PLACES / ROOM_PART, MANY = 64 };

enum { HEAVY = 1, LIGHT, OTHER };

static struct caller all[MANY];
static size_t count;

static struct sys_peer peer_of(int address)
{
	return (struct sys_peer){.family = AF_INET,
		.addr = {192, 0, 2, (uint8_t)address},
		.port = 1};
}

/* One more client of this address. */
static struct caller *comes(int address)
{
	struct sys_peer peer = peer_of(address);
	struct caller *c = &all[count++];
	int ends[2];

	assert_true(count <= MANY);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	*c = (struct caller){.fd = ends[1]};
	room_greet(server, ends[0], &peer, false);
	take_turn();
	return c;
}

static size_t clients_of(int address)
{
	struct sys_peer peer = peer_of(address);

	return address_clients(&server->addresses, &peer);
}

static int open_room(void **state)
{
	static char text[1024 * 1024];

	count = 0;
	open_server(state);
	server->clients_max = PLACES;
	memset(text, 'x', sizeof text - 1);
	ground_file(&ground, "root/large", text);
	return 0;
}

static int shut_room(void **state)
{
	while (count > 0)
		hangs_up(&all[--count]);
	return shut_server(state);
}

/* What a client may be at when places run short. */
enum at { SILENT, DRIPPING, IDLE, CONTENT, LINGERING, DOWNLOADING };

static struct caller *comes_to(int address, enum at at)
{
	static const char *const words[] = {
		[DRIPPING] = "GET /",
		[IDLE] = REFUSED,
		[CONTENT] = "GET /%00 HTTP/1.1\r\nHost: h\r\n"
			    "Content-Length: 9\r\n\r\n1",
		[LINGERING] = "GET /%00 HTTP/1.1\r\n\r\n",
		[DOWNLOADING] = GET("/large"),
	};
	struct caller *c = comes(address);

	if (words[at])
		says(c, words[at]);
	settle();
	return c;
}

static void was_busy(struct caller *c)
{
	hears(c);
	assert_int_equal(count_in(c, "Retry-After: 1\r\n"), 1);
	was_answered(c, 503);
	is_closed(c);
}

static void is_served(struct caller *c)
{
	asks(c, REFUSED);
	was_answered(c, 400);
	is_kept(c);
}

static uint64_t ended(enum reason reason)
{
	return server->reasons.ended[reason];
}

/* ---- the last eighth ---- */

static void the_last_eighth_is_not_for_a_heavy_address(void **state)
{
	struct caller *c;

	(void)state;
	for (int i = 0; i < PLACES - PART; i++)
		comes_to(HEAVY, DOWNLOADING);
	assert_int_equal(clients_of(HEAVY), PLACES - PART);
	was_busy(comes(HEAVY));
	assert_int_equal(ended(REASON_OVERLOAD), 1);
	/* Nobody goes for those who come now. */
	for (int i = 0; i < PART; i++) {
		c = comes(LIGHT);
		is_served(c);
	}
	assert_int_equal(clients_of(HEAVY), PLACES - PART);
	assert_int_equal(clients_of(LIGHT), PART);
	assert_int_equal(server->clients_count, PLACES);
}

static void those_of_a_local_socket_may_fill_all(void **state)
{
	static struct caller c[PLACES + 1];

	(void)state;
	for (int i = 0; i < PLACES + 1; i++) {
		calls(&c[i]);
		says(&c[i], "GET /");
		take_turn();
	}
	assert_int_equal(server->clients_count, PLACES);
	was_busy(&c[PLACES]);
	for (int i = 0; i < PLACES + 1; i++)
		hangs_up(&c[i]);
}

/* ---- who goes ---- */

/* Fourteen of one address are at something, and two light ones keep silent; a
 * third comes. */
static void whoever_is_worth_less_goes(void **state)
{
	static const struct {
		enum at at;
		bool goes;
		enum reason reason;
	} cases[] = {
		{SILENT, true, REASON_MADE_ROOM},
		{DRIPPING, true, REASON_MADE_ROOM},
		{IDLE, true, REASON_MADE_ROOM},
		{CONTENT, true, REASON_MADE_ROOM},
		{LINGERING, true, REASON_PROTOCOL},
		{DOWNLOADING, false, REASON_NONE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct caller *first;

		if (i > 0)
			open_room(state);
		first = comes_to(HEAVY, cases[i].at);
		for (int n = 1; n < PLACES - PART; n++)
			comes_to(HEAVY, cases[i].at);
		for (int n = 0; n < PART; n++)
			comes_to(OTHER + n, SILENT);
		assert_int_equal(server->clients_count, PLACES);
		if (cases[i].goes) {
			is_served(comes(LIGHT));
			hears(first);
			assert_true(first->ended);
			assert_int_equal(ended(cases[i].reason), 1);
		} else {
			was_busy(comes(LIGHT));
		}
		assert_int_equal(clients_of(HEAVY),
			PLACES - PART - (cases[i].goes ? 1 : 0));
		for (int n = 0; n < PART; n++)
			assert_int_equal(clients_of(OTHER + n), 1);
		if (i + 1 < sizeof cases / sizeof *cases)
			shut_room(state);
	}
}

/* Who has sent half a head hears why. */
static void who_is_cut_in_a_request_hears_503(void **state)
{
	struct caller *first;

	(void)state;
	first = comes_to(HEAVY, DRIPPING);
	for (int i = 1; i < PLACES - PART; i++)
		comes_to(HEAVY, DRIPPING);
	for (int i = 0; i < PART; i++)
		comes_to(OTHER, SILENT);
	comes(LIGHT);
	hears(first);
	assert_int_equal(answers(first), 1);
	was_answered(first, 503);
}

/* Idle ones go first, though those of another address wait for longer. */
static void of_the_idle_the_heaviest_goes(void **state)
{
	struct caller *old = comes_to(OTHER, IDLE);
	struct caller *heavy;

	(void)state;
	comes_to(HEAVY, DRIPPING);
	heavy = comes_to(HEAVY, IDLE);
	while (server->clients_count < PLACES - PART)
		comes_to(HEAVY, DOWNLOADING);
	comes_to(OTHER + 1, DOWNLOADING);
	comes_to(OTHER + 2, DOWNLOADING);
	is_served(comes(LIGHT));
	hears(heavy);
	assert_true(heavy->ended);
	hears(old);
	is_kept(old);
	/* And then that one, as there is no other. */
	is_served(comes(LIGHT));
	hears(old);
	assert_true(old->ended);
}

static void a_heavy_one_takes_its_own_idle_place_and_no_other(void **state)
{
	struct caller *light = comes_to(LIGHT, IDLE);
	struct caller *heavy = comes_to(HEAVY, IDLE);

	(void)state;
	while (server->clients_count < PLACES - PART)
		comes_to(HEAVY, DRIPPING);
	is_served(comes(HEAVY));
	hears(heavy);
	assert_true(heavy->ended);
	/* The one that was just served idles, too. */
	says(comes(HEAVY), "GET");
	take_turn();
	was_busy(comes(HEAVY));
	hears(light);
	is_kept(light);
}

/* With one client more here and one less there nothing would be won. */
static void equals_do_not_push_each_other_out(void **state)
{
	(void)state;
	for (int i = 0; i < PLACES; i++)
		comes_to(HEAVY + i, SILENT);
	was_busy(comes(HEAVY + PLACES));
	assert_int_equal(ended(REASON_MADE_ROOM), 0);
}

static void who_idles_is_asked_first(void **state)
{
	struct caller *asking = comes_to(HEAVY, IDLE);
	struct caller *idle;

	(void)state;
	while (server->clients_count < PLACES - PART - 1)
		comes_to(HEAVY, DRIPPING);
	idle = comes_to(HEAVY, IDLE);
	while (server->clients_count < PLACES)
		comes_to(OTHER, DRIPPING);
	hears(asking);
	was_answered(asking, 400);
	/* It has asked in this very turn. */
	says(asking, "GET /%00 HTTP/1.1\r\n");
	comes(LIGHT);
	hears(asking);
	is_kept(asking);
	hears(idle);
	assert_true(idle->ended);
	asks(asking, "Host: h\r\n\r\n");
	was_answered(asking, 400);
}

/* ---- a limit of its own ---- */

static void an_address_may_have_a_limit(void **state)
{
	(void)state;
	server->setup.max_clients_per_address = 2;
	comes_to(HEAVY, IDLE);
	comes_to(HEAVY, IDLE);
	was_busy(comes(HEAVY));
	assert_int_equal(ended(REASON_ADDRESS), 1);
	is_served(comes(LIGHT));
	hangs_up(&all[0]);
	settle();
	is_served(comes(HEAVY));
}

/* ---- memory ---- */

static void the_last_eighth_of_requests_is_kept_too(void **state)
{
	(void)state;
	server->clients_max = MANY;
	server->inputs.limit = PLACES;
	for (int i = 0; i < PLACES - PART; i++)
		comes_to(HEAVY, DRIPPING);
	was_busy(comes_to(HEAVY, DRIPPING));
	is_served(comes(LIGHT));
	assert_int_equal(server->inputs.taken, PLACES - PART);
	hangs_up(&all[PLACES - PART]);
	settle();
	assert_int_equal(ended(REASON_REQUESTS), 1);
}

static void the_last_eighth_of_answers_is_kept_too(void **state)
{
	(void)state;
	server->clients_max = MANY;
	server->exchanges.limit = PLACES;
	for (int i = 0; i < PLACES - PART; i++)
		comes_to(HEAVY, DOWNLOADING);
	was_busy(comes_to(HEAVY, DOWNLOADING));
	is_served(comes(LIGHT));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_room, shut_room)
	const struct CMUnitTest tests[] = {
		TEST(the_last_eighth_is_not_for_a_heavy_address),
		TEST(those_of_a_local_socket_may_fill_all),
		TEST(whoever_is_worth_less_goes),
		TEST(who_is_cut_in_a_request_hears_503),
		TEST(of_the_idle_the_heaviest_goes),
		TEST(a_heavy_one_takes_its_own_idle_place_and_no_other),
		TEST(equals_do_not_push_each_other_out),
		TEST(who_idles_is_asked_first),
		TEST(an_address_may_have_a_limit),
		TEST(the_last_eighth_of_requests_is_kept_too),
		TEST(the_last_eighth_of_answers_is_kept_too),
	};

	return cmocka_run_group_tests_name("serve/room", tests, NULL, NULL);
}
