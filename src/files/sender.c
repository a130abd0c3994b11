/*
 * sender.c - sends head and block, or by sendfile().
 */
#include "sender.h"

#include <errno.h>

#include "files/body.h"
#include "files/direct.h"
#include "sys/sys.h"

/* So many bytes have left, and so many of them are the file's. */
static void count_sent(struct body *body, size_t sent, size_t of_file)
{
	body->sent += sent;
	body->stretch.sent += sent;
	body->at += of_file;
	body->left -= of_file;
}

/* Takes what the kernel took off head and block. */
static void take_sent(struct body *body, size_t sent)
{
	size_t of_head = sent < body->head.len ? sent : body->head.len;

	body->head = slice_from(body->head, of_head);
	body->block = slice_from(body->block, sent - of_head);
	count_sent(body, sent, sent - of_head);
}

static int send_failed(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
}

/* Sends by sendfile(). If it sends fewer bytes there is no more room; if none,
 * they must be read. Returns as sender_send. */
static int send_direct(struct body *body)
{
	size_t len = body->direct;
	ssize_t sent = direct_send(body->file, body->socket, body->at, len);

	body->direct = 0;
	if (sent < 0)
		return send_failed();
	count_sent(body, (size_t)sent, (size_t)sent);
	return sent == 0 || (size_t)sent == len;
}

int sender_send(struct body *body)
{
	while (body->head.len > 0 || body->block.len > 0) {
		struct iovec pieces[2] = {
			{(char *)body->head.at, body->head.len},
			{(char *)body->block.at, body->block.len}};
		ssize_t sent = sys_send(body->socket, pieces, 2);

		if (sent < 0)
			return send_failed();
		take_sent(body, (size_t)sent);
	}
	return body->direct > 0 ? send_direct(body) : 1;
}
