// SPDX-License-Identifier: Apache-2.0
#include "talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define HEAD_MAX 4096

int talk_connect(const char *path, int ms)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L};
	size_t length = strlen(path);
	int fd;
	int ret;

	if (length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, length + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* holds for connect too */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

int talk_send(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t done = send(fd, text, length, MSG_NOSIGNAL);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			text += done;
			length -= (size_t)done;
		}
	}
	return 0;
}

/* Some bytes, at least one; how many, or -errno. */
static ssize_t receive(int fd, int ms, char *to, size_t length)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	ssize_t got;
	int ret;

	do {
		ret = poll(&ready, 1, ms);
	} while (ret < 0 && errno == EINTR);
	if (ret <= 0)
		return ret < 0 ? -errno : -ETIMEDOUT;
	do {
		got = recv(fd, to, length, 0);
	} while (got < 0 && errno == EINTR);
	if (got == 0)
		return -EPIPE;
	return got < 0 ? -errno : got;
}

int talk_read(int fd, int ms, char *to, size_t length)
{
	while (length > 0) {
		ssize_t got = receive(fd, ms, to, length);

		if (got < 0)
			return (int)got;
		to += got;
		length -= (size_t)got;
	}
	return 0;
}

int talk_head(int fd, int ms)
{
	char head[HEAD_MAX];
	size_t length = 0;
	ssize_t got;

	/* one by one: what is behind the head is left where it is */
	do {
		if (length == sizeof(head))
			return -EPROTO;
		got = receive(fd, ms, head + length, 1);
		if (got < 0)
			return (int)got;
		length++;
	} while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0);
	if (length < 13 || memcmp(head, "HTTP/1.", 7) != 0 || memcmp(head + 8, " 200 ", 5) != 0)
		return -EPROTO;
	return 0;
}

int talk_frame(int fd, int ms, struct frame *frame)
{
	char bytes[5] = {0};
	uint32_t value;
	int ret = talk_read(fd, ms, bytes, sizeof(bytes));

	if (ret)
		return ret;
	memcpy(&value, bytes + 1, sizeof(value));
	frame->kind = (unsigned char)bytes[0];
	frame->value = ntohl(value);
	return frame->kind > FRAME_ERR ? -EPROTO : 0;
}
