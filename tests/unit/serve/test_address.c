/* test_address.c - who counts as one address, and how many are there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "serve/address.h"

enum { MANY = 5000 };

static struct addresses table;

static struct sys_peer peer_of(const char *text)
{
	struct sys_peer peer = {.family = AF_UNIX};

	if (!text)
		return peer;
	peer.family =
		inet_pton(AF_INET, text, peer.addr) == 1 ? AF_INET : AF_INET6;
	if (peer.family == AF_INET6)
		assert_int_equal(inet_pton(AF_INET6, text, peer.addr), 1);
	return peer;
}

static int open_table(void **state)
{
	(void)state;
	return addresses_open(&table, MANY, 0x9e3779b97f4a7c15U);
}

/* pool_free has a bug_unless for who has not left. */
static int shut_table(void **state)
{
	(void)state;
	addresses_shut(&table);
	return 0;
}

static void some_are_one_address_and_some_are_not(void **state)
{
	static const struct {
		const char *one, *other;
		bool same;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "192.1.2.1", false},
		{"2001:db8::1", "2001:db8::2", true},
		{"2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"2001:db8::1", "2001:db9::1", false},
		{"::1", "::2", true},
		{"::1", "0.0.0.1", false},
		{"::1", "0.0.0.0", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sys_peer one = peer_of(cases[i].one);
		struct sys_peer other = peer_of(cases[i].other);
		struct address *address = address_enter(&table, &one);

		assert_non_null(address);
		if ((address_clients(&table, &other) == 1) != cases[i].same)
			fail_msg("%s and %s", cases[i].one, cases[i].other);
		address_leave(&table, address);
		assert_int_equal(address_clients(&table, &one), 0);
	}
}

static void a_local_socket_has_no_address(void **state)
{
	struct sys_peer local = peer_of(NULL);
	struct address *one = address_enter(&table, &local);
	struct address *other = address_enter(&table, &local);

	(void)state;
	assert_ptr_equal(one, other);
	assert_int_equal(one->clients, 0);
	assert_int_equal(address_clients(&table, &local), 0);
	address_leave(&table, one);
	address_leave(&table, other);
	assert_int_equal(table.pool.taken, 0);
}

static struct sys_peer peer_number(size_t i)
{
	struct sys_peer peer = {.family = AF_INET};

	peer.addr[0] = 10;
	peer.addr[1] = (uint8_t)(i >> 16);
	peer.addr[2] = (uint8_t)(i >> 8);
	peer.addr[3] = (uint8_t)i;
	return peer;
}

/* Each as often as its number tells; they leave in another order. */
static void many_are_told_apart(void **state)
{
	static struct address *entered[MANY][3];

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		for (size_t j = 0; j <= i % 3; j++) {
			struct sys_peer peer = peer_number(i);

			entered[i][j] = address_enter(&table, &peer);
			assert_non_null(entered[i][j]);
		}
	assert_int_equal(table.pool.taken, MANY);
	for (size_t n = 0; n < MANY; n++) {
		size_t i = n * 7 % MANY;
		struct sys_peer peer = peer_number(i);

		assert_int_equal(address_clients(&table, &peer), i % 3 + 1);
		for (size_t j = 0; j <= i % 3; j++)
			address_leave(&table, entered[i][j]);
		assert_int_equal(address_clients(&table, &peer), 0);
	}
	assert_int_equal(table.pool.taken, 0);
}

/* Neighbours do not meet in one chain: 4 in each on average, by chance a few
 * more. */
static void chains_are_short(void **state)
{
	static struct address *entered[MANY];
	size_t longest = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		struct sys_peer peer = peer_number(i);

		entered[i] = address_enter(&table, &peer);
	}
	for (size_t i = 0; i < (size_t)1 << table.bits; i++) {
		size_t len = 0;

		for (struct address *a = table.chains[i]; a; a = a->behind)
			len++;
		longest = len > longest ? len : longest;
	}
	assert_in_range(longest, 1, 40);
	for (size_t i = 0; i < MANY; i++)
		address_leave(&table, entered[i]);
}

static void there_is_room_for_so_many(void **state)
{
	struct sys_peer one = peer_number(1), other = peer_number(2);
	struct address *address;

	(void)state;
	table.pool.limit = 1;
	address = address_enter(&table, &one);
	assert_non_null(address);
	assert_null(address_enter(&table, &other));
	assert_ptr_equal(address_enter(&table, &one), address);
	address_leave(&table, address);
	address_leave(&table, address);
	address = address_enter(&table, &other);
	assert_non_null(address);
	address_leave(&table, address);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_table, shut_table)
	const struct CMUnitTest tests[] = {
		TEST(some_are_one_address_and_some_are_not),
		TEST(a_local_socket_has_no_address),
		TEST(many_are_told_apart),
		TEST(chains_are_short),
		TEST(there_is_room_for_so_many),
	};

	return cmocka_run_group_tests_name("serve/address", tests, NULL, NULL);
}
