/*
 * expect.c - what an answer must be: which version of which file, and which
 * bytes of it, in which texts.
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"

/* ---- what the body must be ---- */

static void add_segment(struct answer *answer, const void *bytes, size_t len)
{
	answer->segments[answer->segments_count++] =
		(struct segment){bytes, len};
	answer->left += len;
}

static void add_part(struct sim_client *client, const struct part *part)
{
	add_segment(&client->answer,
		tree_bytes(client->answer.version) + part->first, part->len);
}

static void expect_single(struct sim_client *client, const struct part *part)
{
	char range[96];

	snprintf(range, sizeof range, "bytes %zu-%zu/%zu", part->first,
		part->first + part->len - 1, client->answer.version->size);
	if (!answer_has(&client->answer, "Content-Range", range))
		answer_complain(client, "a wrong Content-Range");
	add_part(client, part);
}

static void expect_parts(
	struct sim_client *client, const struct part *parts, size_t count)
{
	struct answer *answer = &client->answer;
	const char *type = answer_field(answer, "Content-Type");
	static const char start[] = "multipart/byteranges; boundary=";
	char boundary[80];
	size_t at = 0;

	if (strncmp(type, start, sizeof start - 1) != 0)
		answer_complain(client, "not multipart");
	type += sizeof start - 1;
	snprintf(boundary, sizeof boundary, "%.*s", (int)strcspn(type, "\r"),
		type);
	for (size_t i = 0; i < count; i++) {
		int len = snprintf(answer->texts + at,
			sizeof answer->texts - at,
			"\r\n--%s\r\nContent-Type: %s\r\n"
			"Content-Range: bytes %zu-%zu/%zu\r\n\r\n",
			boundary, answer_wish(client)->name->type,
			parts[i].first, parts[i].first + parts[i].len - 1,
			answer->version->size);

		add_segment(answer, answer->texts + at, (size_t)len);
		at += (size_t)len;
		add_part(client, &parts[i]);
	}
	snprintf(answer->texts + at, sizeof answer->texts - at,
		"\r\n--%s--\r\n", boundary);
	add_segment(answer, answer->texts + at, strlen(answer->texts + at));
}

/* ---- which version it is ---- */

/* The file whose bytes are sent: the name's, or its neighbour's. */
static struct sim_name *file_of(const struct wish *wish)
{
	return wish->coding ? tree_neighbour(wish->name, *wish->coding)
			    : wish->name;
}

bool expect_changes(const struct wish *wish)
{
	return wish->name && file_of(wish)->changes;
}

static bool has_tag(const struct sim_client *client, const struct wish *wish,
	const struct sim_version *version)
{
	const struct answer *answer = &client->answer;
	const char *tag = answer_field(answer, "ETag");
	char right[64];

	if (answer->status == 412 || answer->status == 416)
		return !tag;
	if (wish->listed)
		return !tag;
	wish_tag(version, wish->coding, right, sizeof right);
	if (!tag || *right == '\0')
		return !tag && *right == '\0';
	if (strncmp(tag, "W/", 2) == 0)
		tag += 2;
	return strncmp(tag, right, strlen(right)) == 0 &&
	       tag[strlen(right)] == '\r';
}

/* A version that was current at some moment since the request came, and whose
 * answer this is; or NULL. */
static const struct sim_version *find_version(struct sim_client *client,
	const struct wish *wish, struct part *parts, size_t *count)
{
	const struct answer *answer = &client->answer;
	const char *tag = answer_field(answer, "ETag");
	bool weak = tag && strncmp(tag, "W/", 2) == 0;
	struct sim_name *name = file_of(wish);
	size_t i = name->versions_count;

	while (i-- > 0) {
		const struct sim_version *version = &name->versions[i];
		int status;

		if (version->died < wish->since ||
			!has_tag(client, wish, version))
			continue;
		status = wish_judge(wish, version, weak, parts, count);
		if (status == answer->status)
			return version;
		/* Several parts need memory; the whole is an answer too. */
		if (status == 206 && *count > 1 && answer->status == 200 &&
			answer_is_excused(client))
			return version;
		/* Of a young one a 412 does not show the weak tag. */
		if (answer->status == 412 && wish->condition == IF_MATCH &&
			name->changes)
			return version;
	}
	return NULL;
}

static void check_file_fields(
	struct sim_client *client, const struct wish *wish)
{
	const struct answer *answer = &client->answer;
	char date[32];

	if (wish->coding &&
		!answer_has(answer, "Content-Encoding", wish->coding))
		answer_complain(client, "a wrong coding");
	if (!wish->coding && answer_field(answer, "Content-Encoding"))
		answer_complain(client, "a coding");
	if (wish->varies && !answer_has(answer, "Vary", "Accept-Encoding"))
		answer_complain(client, "no Vary");
	if (wish->listed)
		return;
	if (!answer_has(answer, "Accept-Ranges", "bytes"))
		answer_complain(client, "no Accept-Ranges");
	if (!answer_field(answer, "ETag") || expect_changes(wish))
		return;
	wish_date(answer->version->modified / 1000000000, date);
	if (!answer_has(answer, "Last-Modified", date))
		answer_complain(client, "a wrong Last-Modified");
}

/* ---- the plan for a body ---- */

static void expect_file(struct sim_client *client, struct wish *wish,
	const struct part *parts, size_t count)
{
	struct answer *answer = &client->answer;
	const char *type = wish->type ? wish->type : wish->name->type;

	check_file_fields(client, wish);
	answer->checked = true;
	if (answer->status == 206 && count > 1) {
		expect_parts(client, parts, count);
	} else if (answer->status == 206) {
		expect_single(client, &parts[0]);
	} else {
		if (!answer_has(answer, "Content-Type", type))
			answer_complain(client, "a wrong type");
		add_segment(answer, tree_bytes(answer->version),
			answer->version->size);
	}
	if (answer_length(client) != answer->left)
		answer_complain(client, "a wrong length");
}

/* ---- whatever it is ---- */

/* The version with this tag, and its name. */
static struct sim_name *find_tagged(
	const struct answer *answer, const struct sim_version **version)
{
	const char *tag = answer_field(answer, "ETag");
	const char *coding = answer_field(answer, "Content-Encoding");
	struct sim_name *name;
	char right[64];

	tag += strncmp(tag, "W/", 2) == 0 ? 2 : 0;
	for (size_t i = 0; (name = tree_name(i)); i++)
		for (size_t k = 0; k < name->versions_count; k++) {
			*version = &name->versions[k];
			wish_tag(*version, coding, right, sizeof right);
			if (*right != '\0' &&
				strncmp(tag, right, strlen(right)) == 0 &&
				tag[strlen(right)] == '\r')
				return name;
		}
	return NULL;
}

/* "bytes 0-99/100" */
static void expect_range(struct sim_client *client)
{
	const struct answer *answer = &client->answer;
	const char *range = answer_field(answer, "Content-Range");
	size_t first, last, size;

	if (!range ||
		sscanf(range, "bytes %zu-%zu/%zu", &first, &last, &size) != 3)
		answer_complain(client, "no Content-Range");
	if (first > last || last >= size || size != answer->version->size)
		answer_complain(client, "a range that cannot be");
	expect_single(client, &(struct part){first, last - first + 1});
}

static void expect_tagged(struct sim_client *client, struct wish *wish)
{
	struct answer *answer = &client->answer;
	struct sim_name *name = find_tagged(answer, &answer->version);

	if (!name)
		answer_complain(client, "a tag of no version");
	if (answer->version->died < wish->since)
		answer_complain(client, "a version that was over");
	wish->name = name;
	if (answer->status == 304)
		return;
	if (answer->status == 206 && !answer_field(answer, "Content-Range")) {
		answer->left = answer_length(client);
		return;
	}
	answer->checked = true;
	if (answer->status == 206)
		expect_range(client);
	else
		add_segment(answer, tree_bytes(answer->version),
			answer->version->size);
	if (answer_length(client) != answer->left)
		answer_complain(client, "a wrong length");
}

/* Nobody here has read the request, but what has a tag is that version, and
 * nobody is told of a range or a condition that he did not ask for. */
static void expect_something(struct sim_client *client, struct wish *wish)
{
	struct answer *answer = &client->answer;
	int status = answer->status;

	if ((status == 206 || status == 416) && wish->ranges_count == 0)
		answer_complain(client, "a part that nobody asked for");
	if ((status == 304 || status == 412) && wish->condition == NO_CONDITION)
		answer_complain(client, "there is no condition");
	if ((status == 301 || status == 308) &&
		!answer_field(answer, "Location"))
		answer_complain(client, "no Location");
	if (status == 408 || status > 503)
		answer_complain(client, "nothing was late");
	if (answer_field(answer, "ETag"))
		expect_tagged(client, wish);
	else if (status != 304 && status != 204)
		answer->left = answer_length(client);
}

/* ---- all together ---- */

/* The page of the site for 404, which may be out of reach. */
static void expect_page(struct sim_client *client)
{
	struct answer *answer = &client->answer;
	struct sim_name *page = tree_find("404.html");

	answer->left = answer_length(client);
	if (answer->status != 404)
		return;
	if (answer->left != page->size) {
		if (!answer_is_excused(client))
			answer_complain(client, "not the site's page");
		return;
	}
	answer->left = 0;
	answer->checked = true;
	add_segment(answer, tree_bytes(tree_version(page)), page->size);
}

/* Whether it was not there for a moment since then, or so shortly before that a
 * helper was on its way. */
static bool was_missing(const struct sim_name *name, int64_t since)
{
	return name->changes &&
	       (!name->there ||
		       name->back_at >=
			       since - 300 - world.setup.helper_timeout);
}

/* A neighbour that came is seen when the name is looked up again; until then
 * there is none, and nothing to vary by. */
static void excuse_plain(const struct answer *answer, struct wish *wish)
{
	if (!wish->varies ||
		!was_missing(tree_neighbour(wish->name, *wish->name->codings),
			wish->since - world.setup.fresh))
		return;
	wish->varies = false;
	if (!answer_field(answer, "Content-Encoding"))
		wish->coding = NULL;
}

/* Whether another status than the right one may stand here. */
static bool may_differ(struct sim_client *client, const struct wish *wish)
{
	int status = client->answer.status;

	if (status == 404 && wish->name && was_missing(wish->name, wish->since))
		return true;
	if (status == 503 && expect_changes(wish))
		return true;
	if (status == 500 || status == 503 || status == 404 || status == 304 ||
		status == 200)
		return answer_is_excused(client) &&
		       (status >= 500 || (wish->name && wish->name->codings));
	return false;
}

void expect_answer(struct sim_client *client, struct wish *wish)
{
	struct answer *answer = &client->answer;
	struct part parts[WISH_RANGES];
	size_t count = 0;

	if (wish->loose) {
		expect_something(client, wish);
		return;
	}
	if (wish->name)
		excuse_plain(answer, wish);
	if (wish->name && wish->status == 200)
		answer->version = find_version(client, wish, parts, &count);
	if (answer->version &&
		(answer->status == 200 || answer->status == 206)) {
		expect_file(client, wish, parts, count);
	} else if (!answer->version && !may_differ(client, wish) &&
		   (answer->status != wish->status ||
			   (wish->name && wish->status == 200))) {
		answer_complain(
			client, "a wrong status, or a version that is none");
	} else if (answer->status != 304 && answer->status != 204) {
		expect_page(client);
	}
}
