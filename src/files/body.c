/*
 * body.c - sends head and blocks to a socket, one block per turn.
 */
#include "files/body.h"

#include "base/bug.h"
#include "files/direct.h"
#include "files/fill.h"
#include "loop/loop.h"
#include "sender.h"
#include "streams.h"
#include "sys/sys.h"

static void on_breath_over(int fd, short revents, void *state);
static void on_block_read(int fd, short revents, void *state);
static void on_writable(int fd, short revents, void *state);
static void on_client_gone(int fd, short revents, void *state);

void body_init(struct body *body, int socket, int64_t send_time)
{
	*body = (struct body){.socket = socket,
		.block = SLICE(""),
		.stretch.time = send_time};
	stride_begin(&body->stride);
}

/* Goes on to the next piece; false: there is none. */
static bool next_piece(struct body *body)
{
	const struct piece *piece = body->pieces;

	if (body->pieces_count == 0)
		return false;
	body->pieces++;
	body->pieces_count--;
	body->at = piece->offset;
	body->left = piece->len;
	body->head = piece->text;
	return true;
}

void body_add(struct body *body, struct file *file, const struct piece *pieces,
	size_t count)
{
	BUG_UNLESS(count > 0);
	body->file = file_hold(file);
	body->pieces = pieces;
	body->pieces_count = count;
	/* Without a text the head is sent together with the first block. */
	if (pieces->text.len == 0)
		(void)next_piece(body);
}

void body_end(struct body *body)
{
	streams_close(body);
	file_drop(body->file);
	body->file = NULL;
}

/* The body is over: resumes the caller at the end of this turn. */
static void resume_user(struct body *body)
{
	cont_save(body->socket, 0, WITHIN_NOW, body->next);
}

static bool finish(struct body *body, enum body_outcome outcome)
{
	body->outcome = outcome;
	return true;
}

/* Takes the next block from the copy. A body that has read once does not: its
 * earlier blocks may be of another version than the copy. */
static bool take_from_copy(struct body *body)
{
	const struct copy *copy = body->has_read ? NULL : body->file->copy;
	size_t len = FILEREAD_BLOCK;

	if (body->left < len)
		len = (size_t)body->left;
	if (len > 0 && body->block.len == 0 && copy)
		body->block = slice_of(copy->bytes + body->at, len);
	return body->block.len > 0;
}

/* Whether the next bytes can go by sendfile() without being read. */
static bool take_direct(struct body *body)
{
	if (body->block.len > 0)
		return false;
	body->direct = direct_room(body->file, body->at, body->left);
	if (body->direct == 0)
		return false;
	streams_close(body);
	body->has_read = true;
	return true;
}

static bool take_at_hand(struct body *body)
{
	return take_from_copy(body) || take_direct(body);
}

static void give_block_back(struct body *body)
{
	streams_close(body);
	body->block = SLICE("");
}

static void await_room(struct body *body)
{
	cont_save(body->socket, POLLOUT,
		body->stream ? WITHIN_BLOCK : WITHIN_SEND,
		then(on_writable, body));
}

/* Only fast clients have their block held. Whether bytes can go by sendfile()
 * is decided again after the wait. */
static void wait_for_room(struct body *body)
{
	body->direct = 0;
	if (body->stream && (streams_are_scarce() || !body->stride.is_fast))
		give_block_back(body);
	stride_wait(&body->stride);
	await_room(body);
}

static size_t next_block(const struct body *body, uint64_t at, uint64_t left)
{
	return direct_block(at, left, stride_block(&body->stride));
}

static void read_block(struct body *body)
{
	body->has_read = true;
	body->asked = loop_now();
	body->wanted = body->ahead > 0 ? body->ahead
				       : next_block(body, body->at, body->left);
	body->ahead = 0;
	cont_save(body->socket, 0, WITHIN_FOREVER, then(on_client_gone, body));
	fileread_start(body->stream, (off_t)body->at, body->wanted,
		then(on_block_read, body));
}

static void take_breath(struct body *body)
{
	cont_save(body->socket, 0, WITHIN_RETRY, then(on_breath_over, body));
}

/* Returns whether the body is over. A shortage of descriptors ends it only if
 * it lasts for a whole stretch. */
static bool read_on(struct body *body)
{
	if (!body->stream && !streams_open(body)) {
		if (stretch_is_over(&body->stretch))
			return finish(body, BODY_SHORTAGE);
		take_breath(body);
		return false;
	}
	read_block(body);
	return false;
}

/* Whether no byte of the file follows those about to be sent; a text may. */
static bool is_last_block(const struct body *body)
{
	for (size_t i = 0; i < body->pieces_count; i++)
		if (body->pieces[i].len > 0)
			return false;
	return body->block.len + body->direct == body->left;
}

/* Checks the file if the current block is the last one or shorter than wanted:
 * false if its bytes are not those of the head any more. */
static bool is_still_true(const struct body *body)
{
	bool is_short = body->direct == 0 && body->block.len < body->wanted;

	return (!is_last_block(body) && !is_short) ||
	       file_has_same_bytes(body->file);
}

/* Sends the head and the current block; returns whether the body is over. */
static bool go_on(struct body *body)
{
	do {
		int sent;

		if (body->direct > 0 && !is_still_true(body))
			return finish(body, BODY_CHANGED);
		sent = sender_send(body);
		if (sent < 0)
			return finish(body, BODY_GONE);
		if (sent == 0) {
			if (stretch_is_missed(&body->stretch))
				return finish(body, BODY_SLOW);
			wait_for_room(body);
			return false;
		}
		if (body->left > 0) {
			stride_took(&body->stride, body->sent);
			if (!take_at_hand(body))
				return read_on(body);
			/* It has had its share of this turn: one block. */
			wait_for_room(body);
			return false;
		}
	} while (next_piece(body));
	return finish(body, BODY_SENT);
}

/* Returns whether the body is over. A request for a part may start a fill. */
static bool begin_to_read(struct body *body)
{
	bool is_part = body->at != 0 ||
		       body->left != (uint64_t)body->file->found.version.size;
	bool over = body->left == 0 || take_direct(body) ? go_on(body)
							 : read_on(body);

	if (is_part)
		fill_want(body->file);
	return over;
}

/* Returns whether the body is over. */
static bool begin(struct body *body)
{
	if (!body->file)
		return go_on(body);
	if (body->file->copy) {
		(void)take_from_copy(body);
		return go_on(body);
	}
	/* A write may still be running. */
	if (file_is_young(body->file, loop_date())) {
		take_breath(body);
		return false;
	}
	return begin_to_read(body);
}

bool body_send(struct body *body, struct slice head, struct cont next)
{
	body->head = head;
	body->next = next;
	stretch_begin(&body->stretch, body->stretch.time);
	return begin(body);
}

/* If it was sent as a whole, body->head may be a text of a piece already. */
void body_move_head(struct body *body, struct slice head)
{
	if (body->sent < head.len)
		body->head = slice_from(head, (size_t)body->sent);
}

static void on_breath_over(int fd, short revents, void *state)
{
	struct body *body = state;
	bool over;

	(void)fd;
	if (revents != 0)
		over = finish(body, BODY_GONE);
	else if (!file_has_same_bytes(body->file))
		over = finish(body, BODY_CHANGED);
	else
		over = body->has_read ? read_on(body) : begin(body);
	if (over)
		resume_user(body);
}

/* Starts reading the next block while this one is sent. */
static void read_ahead(struct body *body)
{
	uint64_t left = body->left - body->block.len;
	uint64_t at = body->at + body->block.len;
	size_t len = next_block(body, at, left);

	if (len == 0 || !body->stride.is_fast ||
		direct_room(body->file, at, left) > 0)
		return;
	body->ahead = len;
	fileread_ahead(body->stream, (off_t)at, len);
}

/* Takes the block that was read; returns whether the body is over. A short
 * block is allowed; an empty one means that the file has become shorter. */
static bool take_block(struct body *body)
{
	int error;

	if (fileread_is_late(body->stream))
		return finish(body, BODY_LATE);
	/* The time of the read does not count against the client. */
	stretch_excuse(&body->stretch, body->asked);
	body->block = fileread_block(body->stream, &error);
	if (error)
		return finish(body, BODY_FAILED);
	if (body->block.len == 0 || !is_still_true(body))
		return finish(body, BODY_CHANGED);
	file_grow_copy(body->file, body->at, body->block);
	direct_note(body->file, body->at, body->block.len);
	read_ahead(body);
	return go_on(body);
}

static void on_block_read(int fd, short revents, void *state)
{
	struct body *body = state;

	(void)fd;
	(void)revents;
	if (take_block(body))
		resume_user(body);
}

/* There is room; or WITHIN_BLOCK is over, and the block is given back; or
 * WITHIN_SEND is over. In the last case sending is tried: the kernel reports
 * room only when there is much, so the client may have taken its share. */
static void on_writable(int fd, short revents, void *state)
{
	struct body *body = state;
	bool over = false;

	(void)fd;
	stride_go_on(&body->stride);
	if (body->stream && revents == 0) {
		give_block_back(body);
		await_room(body);
		return;
	}
	if (revents & (POLLERR | POLLNVAL))
		over = finish(body, BODY_GONE);
	/* The block was given back. */
	else if (body->block.len == 0 && body->left > 0 && !take_at_hand(body))
		over = read_on(body);
	else
		over = go_on(body);
	if (over)
		resume_user(body);
}

static void on_client_gone(int fd, short revents, void *state)
{
	struct body *body = state;

	(void)fd;
	(void)revents;
	body->outcome = BODY_GONE;
	resume_user(body);
}
