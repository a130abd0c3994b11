/*
 * test_options.c - the command line as a table.
 */
#include "words.h"

#include <errno.h>

#include "sys/sys.h"

static void a_directory_alone_is_enough(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	accept("site", &words, &o);
	assert_int_equal(o.action, OPTIONS_SERVE);
	assert_string_equal(o.root, "site");
	assert_int_equal(o.listens, 1);
	assert_string_equal(o.listen[0], "127.0.0.1:8080");
	assert_int_equal(o.workers, 1);
	assert_int_equal(o.log, OPTIONS_LOG_COMBINED);
	assert_null(o.log_file);
	assert_false(o.daemon);
	assert_null(o.pid_file);
	assert_null(o.user);
	assert_null(o.group);
	/* Instrumented builds make calls that no sandbox allows. */
	assert_int_equal(o.sandbox, strcmp(CONTD_SANDBOX, "off") == 0
					    ? OPTIONS_SANDBOX_OFF
					    : OPTIONS_SANDBOX_AUTO);
	assert_int_equal(o.wait, POLLER_POLL);
	assert_int_equal(o.header_timeout, 10000);
	assert_int_equal(o.idle_timeout, 15000);
	assert_int_equal(o.send_timeout, 30000);
	assert_int_equal(o.helper_timeout, 2000);
	assert_int_equal(o.read_timeout, 10000);
	assert_int_equal(o.linger_timeout, 2000);
	assert_int_equal(o.drain_timeout, 20000);
	assert_int_equal(o.stall, 50);
	assert_int_equal(o.content_timeout, 10000);
	assert_int_equal(o.send_rate, 1024);
	assert_int_equal(o.max_clients, 0);
	assert_int_equal(o.max_clients_per_address, 0);
	assert_int_equal(o.max_requests, 8192);
	assert_false(o.lock_memory);
	assert_false(o.check);
	free(words.line);
}

static void check_everything(const char *line)
{
	struct words words;
	struct options o;

	accept(line, &words, &o);
	assert_string_equal(o.root, "site");
	assert_int_equal(o.listens, 2);
	assert_string_equal(o.listen[0], ":80");
	assert_string_equal(o.listen[1], "unix:/run/s");
	assert_int_equal(o.log, OPTIONS_LOG_OFF);
	assert_string_equal(o.log_file, "l");
	assert_true(o.daemon);
	assert_string_equal(o.pid_file, "p");
	assert_string_equal(o.user, "u");
	assert_string_equal(o.group, "g");
	assert_int_equal(o.sandbox, OPTIONS_SANDBOX_REQUIRE);
	assert_int_equal(o.wait, POLLER_SELECT);
	assert_int_equal(o.header_timeout, 1);
	assert_int_equal(o.idle_timeout, 2000);
	assert_int_equal(o.send_timeout, 180000);
	assert_int_equal(o.helper_timeout, 14400000);
	assert_int_equal(o.read_timeout, 0);
	assert_int_equal(o.linger_timeout, 5);
	assert_int_equal(o.drain_timeout, 0);
	assert_int_equal(o.stall, 7);
	free(words.line);
}

static void every_option_takes_its_value_both_ways(void **state)
{
	(void)state;
	check_everything(
		"--listen :80 --listen unix:/run/s --log off --log-file l "
		"--daemon --pid-file p --user u --group g --wait select "
		"--sandbox require "
		"--header-timeout 1ms --idle-timeout 2s --send-timeout 3m "
		"--helper-timeout 4h --read-timeout 0 --drain-timeout 0s "
		"--linger-timeout 5ms "
		"--stall 7ms site");
	check_everything(
		"site --listen=:80 --listen=unix:/run/s --log=off --log-file=l "
		"--daemon --pid-file=p --user=u --group=g --sandbox=require "
		"--wait=select "
		"--header-timeout=1ms --idle-timeout=2s --send-timeout=3m "
		"--helper-timeout=4h --read-timeout=0 --drain-timeout=0h "
		"--linger-timeout=5ms "
		"--stall=7ms");
}

static void the_last_of_several_wins(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	accept("--log off --idle-timeout 1s --log combined --idle-timeout 3s .",
		&words, &o);
	assert_int_equal(o.log, OPTIONS_LOG_COMBINED);
	assert_int_equal(o.idle_timeout, 3000);
	free(words.line);
}

static void workers_are_counted(void **state)
{
	static const struct {
		const char *line;
		size_t least, most;
	} cases[] = {
		{"--workers 1 .", 1, 1},
		{"--workers=2 .", 2, 2},
		{"--workers 64 .", 64, 64},
		{"--workers 007 .", 7, 7},
		{"--workers auto .", 1, 64},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words words;
		struct options o;

		accept(cases[i].line, &words, &o);
		assert_in_range(o.workers, cases[i].least, cases[i].most);
		free(words.line);
	}
}

static void no_other_number_of_workers_will_do(void **state)
{
	static const char *const values[] = {"0", "65", "-1", "+2", "2x",
		"AUTO", "1.5", "", "18446744073709551617"};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char text[TEXT_MAX];
		struct buf error = buf_on(text, sizeof text - 1);
		char word[64] = "--workers=";
		char *words[] = {strcat(word, values[i]), "."};
		struct options o;

		assert_int_equal(options_parse(2, words, &o, &error), 64);
		text[error.len] = '\0';
		if (!strstr(text, "it must be a number from 1 to 64, or auto"))
			fail_msg("'%s': %s", word, text);
	}
}

static void two_dashes_end_the_options(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	accept("--daemon -- --help", &words, &o);
	assert_int_equal(o.action, OPTIONS_SERVE);
	assert_string_equal(o.root, "--help");
	free(words.line);
}

static void help_and_version_need_no_directory(void **state)
{
	static const struct {
		const char *line;
		enum options_action action;
	} cases[] = {
		{"--help", OPTIONS_HELP},
		{"-h", OPTIONS_HELP},
		{"--daemon -h --nonsense", OPTIONS_HELP},
		{"--version", OPTIONS_VERSION},
		{"-V", OPTIONS_VERSION},
		{"site -V", OPTIONS_VERSION},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words words;
		struct options o;

		accept(cases[i].line, &words, &o);
		assert_int_equal(o.action, cases[i].action);
		free(words.line);
	}
}

static void epoll_is_refused_where_there_is_none(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	if (poller_is_here(POLLER_EPOLL)) {
		accept("--wait epoll .", &words, &o);
		assert_int_equal(o.wait, POLLER_EPOLL);
		free(words.line);
	} else {
		is_wrong("--wait epoll .",
			"'--wait' is 'epoll'; it must be poll or select: "
			"this system has no epoll");
	}
}

static void auto_is_refused_where_there_is_no_sendfile(void **state)
{
	struct words words;
	struct options o;

	(void)state;
	accept(".", &words, &o);
	assert_int_equal(o.files, OPTIONS_FILES_AIO);
	free(words.line);
	accept("--files aio .", &words, &o);
	assert_int_equal(o.files, OPTIONS_FILES_AIO);
	free(words.line);
	if (sys_sendfile(-1, -1, 0, 0) < 0 && errno != ENOSYS) {
		accept("--files auto .", &words, &o);
		assert_int_equal(o.files, OPTIONS_FILES_AUTO);
		free(words.line);
	} else {
		is_wrong("--files auto .",
			"'--files' is 'auto'; it must be aio: this system has "
			"no sendfile");
	}
}

static void what_is_wrong_is_named(void **state)
{
	static const struct wrong cases[] = {
		{"", "which directory? Try 'contd .'"},
		{"--daemon", "which directory? Try 'contd .'"},
		{"a b", "argument 2: one directory is enough, not also 'b'"},
		{"''", "argument 1: no directory has the name ''"},
		{"a --log off --lisen x",
			"argument 4: unknown option '--lisen' (did you mean "
			"'--listen'?)"},
		{"--lisen=:80 .", "unknown option '--lisen' (did you mean "
				  "'--listen'?)"},
		{"--deamon", "did you mean '--daemon'?"},
		{"--pidfile x", "did you mean '--pid-file'?"},
		{"--timeout 3s", "argument 1: unknown option '--timeout'\n"},
		{"--x", "argument 1: unknown option '--x'\n"},
		{"-x", "argument 1: unknown option '-x'\n"},
		{"-hV", "argument 1: unknown option '-hV'\n"},
		{"--daemon=yes .",
			"argument 1: no value goes with '--daemon=yes'"},
		{". --listen",
			"argument 2: '--listen' needs a value: ADDR:PORT"},
		{"--log-file --daemon .", "'--log-file' needs a value: FILE"},
		{"--log-file= .", "'--log-file' is ''; it must be a name"},
		{". --log on",
			"argument 2: '--log' is 'on'; it must be combined or "
			"off"},
		{"--wait epol .",
			"'--wait' is 'epol'; it must be poll, select or "
			"epoll"},
		{"--files sendfile .",
			"'--files' is 'sendfile'; it must be aio or auto"},
		{"--fresh 1 .", "it must be a time such as"},
		{"--sandbox on .", "it must be auto, require or off"},
		{"--idle-timeout 5 .", "it must be a time such as"},
		{"--idle-timeout s .", "it must be a time such as"},
		{"--idle-timeout '' .", "it must be a time such as"},
		{"--idle-timeout -5s .", "it must be a time such as"},
		{"--idle-timeout 5S .", "it must be a time such as"},
		{"--idle-timeout 1.5s .", "it must be a time such as"},
		{"--idle-timeout 25h .", "24h at most"},
		{"--idle-timeout 99999999999999999999ms .", "24h at most"},
		{"--idle-timeout 18446744073709551615h .", "24h at most"},
	};

	(void)state;
	check_wrong(cases, sizeof cases / sizeof cases[0]);
}

static void seventeen_listeners_are_too_many(void **state)
{
	char *words[2 * (OPTIONS_LISTEN_MAX + 1) + 1];
	char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text);
	struct options o;
	int n = 0;

	(void)state;
	words[n++] = ".";
	for (int i = 0; i < OPTIONS_LISTEN_MAX; i++) {
		words[n++] = "--listen";
		words[n++] = ":80";
	}
	assert_int_equal(options_parse(n, words, &o, &error), 0);
	assert_int_equal(o.listens, OPTIONS_LISTEN_MAX);
	words[n++] = "--listen";
	words[n++] = ":80";
	assert_int_equal(options_parse(n, words, &o, &error), 64);
}

static void a_very_long_word_is_cut_in_the_message(void **state)
{
	static const char *const fronts[] = {"--", "-", "--log=", "--daemon="};

	(void)state;
	for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++) {
		char text[1024];
		struct buf error = buf_on(text, sizeof text);
		char word[TEXT_MAX];
		char *words[] = {word};
		struct options o;

		memset(word, 'x', sizeof word);
		memcpy(word, fronts[i], strlen(fronts[i]));
		word[sizeof word - 1] = '\0';
		assert_int_equal(options_parse(1, words, &o, &error), 64);
		assert_false(error.full);
		assert_true(error.len > 200);
	}
}

static void help_names_every_option_within_80_columns(void **state)
{
	static const char *const names[] = {"--listen", "--workers", "--log ",
		"--log-file", "--daemon", "--pid-file", "--user", "--group",
		"--sandbox", "--wait", "--files", "--header-timeout",
		"--content-timeout", "--linger-timeout", "--send-rate",
		"--max-clients ", "--max-clients-per-address", "--max-requests",
		"--max-header-bytes", "--max-header-fields", "--max-uri",
		"--lock-memory", "--check", "--idle-timeout", "--send-timeout",
		"--helper-timeout", "--read-timeout", "--drain-timeout",
		"--stall", "--memory", "--fresh", "--listing", "--symlinks",
		"--spa", "--clean-urls", "--error-page", "--cache",
		"--immutable", "--header ", "--redirect", "--cors", "--charset",
		"--mime-types", "-h, --help", "-V, --version"};
	char text[TEXT_MAX];
	struct buf b = buf_on(text, sizeof text - 1);
	struct slice rest;
	struct slice line;

	(void)state;
	options_help(&b);
	assert_false(b.full);
	text[b.len] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_non_null(strstr(text, names[i]));
	assert_non_null(strstr(text, "--max-clients-per-address N\n     "));
	rest = buf_slice_of(&b);
	while (slice_cut(&rest, '\n', &line))
		assert_in_range(line.len, 0, 79);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_alone_is_enough),
		cmocka_unit_test(every_option_takes_its_value_both_ways),
		cmocka_unit_test(the_last_of_several_wins),
		cmocka_unit_test(workers_are_counted),
		cmocka_unit_test(no_other_number_of_workers_will_do),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(help_and_version_need_no_directory),
		cmocka_unit_test(epoll_is_refused_where_there_is_none),
		cmocka_unit_test(auto_is_refused_where_there_is_no_sendfile),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(seventeen_listeners_are_too_many),
		cmocka_unit_test(a_very_long_word_is_cut_in_the_message),
		cmocka_unit_test(help_names_every_option_within_80_columns),
	};

	return cmocka_run_group_tests_name(
		"options/options", tests, NULL, NULL);
}
