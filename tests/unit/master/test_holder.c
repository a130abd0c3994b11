/*
 * test_holder.c - lines of /proc, and a port of our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "master/holder.h"

static struct sockaddr_in in_of(const char *host, uint16_t port)
{
	struct sockaddr_in in;

	memset(&in, 0, sizeof in);
	in.sin_family = AF_INET;
	in.sin_port = htons(port);
	assert_int_equal(inet_pton(AF_INET, host, &in.sin_addr), 1);
	return in;
}

/* The first address of each line is what a little-endian machine writes. */
static void only_listeners_in_the_way_count(void **state)
{
	static const struct {
		const char *line;
		const char *host;
		bool in_way;
	} cases[] = {
		{"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 "
		 "00:00000000 00000000  1000        0 4711 1 00 100 0 0 10 0",
			"127.0.0.1", true},
		{"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 "
		 "00:00000000 00000000  1000        0 4711 1 00 100 0 0 10 0",
			"0.0.0.0", true},
		{"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 "
		 "00:00000000 00000000  1000        0 4711 1 00 100 0 0 10 0",
			"127.0.0.2", false},
		{"   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 "
		 "00:00000000 00000000     0        0 4711 1 00 100 0 0 10 0",
			"127.0.0.2", true},
		{"   2: 00000000000000000000000000000000:1F90 "
		 "00000000000000000000000000000000:0000 0A 00000000:00000000 "
		 "00:00000000 00000000     0        0 4711 1 00 100 0 0 10 0",
			"127.0.0.1", true},
		/* another port; connected, not listening */
		{"   0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 "
		 "00:00000000 00000000  1000        0 4711 1 00 100 0 0 10 0",
			"127.0.0.1", false},
		{"   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 "
		 "00:00000000 00000000  1000        0 4711 1 00 100 0 0 10 0",
			"127.0.0.1", false},
		{"  sl  local_address rem_address   st tx_queue rx_queue tr "
		 "tm->when retrnsmt   uid  timeout inode",
			"127.0.0.1", false},
		{"", "127.0.0.1", false},
	};
	const uint16_t one = 1;

	(void)state;
	if (*(const unsigned char *)&one != 1)
		skip();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sockaddr_in in = in_of(cases[i].host, 8080);
		uint64_t inode = 0;

		assert_int_equal(holder_is_in_way(cases[i].line,
					 (struct sockaddr *)&in, &inode),
			cases[i].in_way);
		if (cases[i].in_way)
			assert_int_equal(inode, 4711);
	}
}

static void our_own_port_is_held_by_us(void **state)
{
	struct sockaddr_in in = in_of("127.0.0.1", 0);
	struct holder holder;
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	if (access("/proc/net/tcp", R_OK) < 0)
		skip();
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	assert_true(holder_find((struct sockaddr *)&in, &holder));
	assert_int_equal(holder.pid, getpid());
	assert_non_null(strstr(holder.name, "test"));
	close(fd);
	assert_false(holder_find((struct sockaddr *)&in, &holder));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_listeners_in_the_way_count),
		cmocka_unit_test(our_own_port_is_held_by_us),
	};

	return cmocka_run_group_tests_name("master/holder", tests, NULL, NULL);
}
