/* SPDX-License-Identifier: Apache-2.0 */
/* What goes over the control socket. Each function answers 0, or -errno, and waits at most MS. */
#ifndef PATCHBAY_TALK_H
#define PATCHBAY_TALK_H

#include <stddef.h>
#include <stdint.h>

/* Of a frame: the exit code, or what is to be written to the descriptor of that number. */
enum { FRAME_END = 0, FRAME_OUT = 1, FRAME_ERR = 2 };

/* KIND, and the exit code or how many bytes follow. */
struct frame {
	int kind;
	uint32_t value;
};

/* The socket, or -errno. */
int talk_connect(const char *path, int ms);

int talk_send(int fd, const char *text, size_t length);

/* Reads the head of an answer; one that is not 200 is -EPROTO. */
int talk_head(int fd, int ms);

/* Reads so many bytes; an end before is -EPIPE. */
int talk_read(int fd, int ms, char *to, size_t length);

int talk_frame(int fd, int ms, struct frame *frame);

#endif
