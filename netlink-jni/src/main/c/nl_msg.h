/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Netlink messages in a caller's buffer: put and walk. No system call, no allocation.
 * Offsets are kept, not pointers into structures, because nothing promises that what the
 * kernel or a fuzzer hands over is aligned.
 */
#ifndef PATCHBAY_NL_MSG_H
#define PATCHBAY_NL_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One or more requests that are being written, one after the other. */
struct nl_buf {
	unsigned char *data;
	size_t size;
	size_t used;
	size_t start; /* of the message that is being written */
	int err;      /* -EMSGSIZE as soon as something did not fit; later puts do nothing */
};

/* A part of an answer that is still to be read. */
struct nl_walk {
	const unsigned char *at;
	size_t left;
};

struct nl_msg {
	uint16_t type;
	uint16_t flags;
	uint32_t seq;
	const unsigned char *data; /* behind struct nlmsghdr */
	size_t len;
};

struct nl_attr {
	uint16_t type; /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */
	const unsigned char *data;
	size_t len;
};

void nl_begin(struct nl_buf *b, void *data, size_t size);
/* Starts a message; header is what stands behind nlmsghdr, e.g. struct ifinfomsg. */
void nl_start(struct nl_buf *b, uint16_t type, uint16_t flags, uint32_t seq, const void *header,
	      size_t len);
void nl_put(struct nl_buf *b, uint16_t type, const void *data, size_t len);
void nl_put_u32(struct nl_buf *b, uint16_t type, uint32_t value);
void nl_put_u16(struct nl_buf *b, uint16_t type, uint16_t value);
/* With the closing zero. */
void nl_put_str(struct nl_buf *b, uint16_t type, const char *text);
/* Opens a nest; header may be empty. The result goes to nl_nest_end(). */
size_t nl_nest(struct nl_buf *b, uint16_t type, const void *header, size_t len);
void nl_nest_end(struct nl_buf *b, size_t nest);

/* The next one, or false at the end and at anything malformed. */
bool nl_next_msg(struct nl_walk *w, struct nl_msg *msg);
bool nl_next_attr(struct nl_walk *w, struct nl_attr *attr);

/* The attributes behind a fixed header of that length; empty if the message is shorter. */
struct nl_walk nl_attrs(const struct nl_msg *msg, size_t header_len);
struct nl_walk nl_nested(const struct nl_attr *attr);

/* False, and the value untouched, if the attribute is too short. */
bool nl_get_u32(const struct nl_attr *attr, uint32_t *value);
bool nl_get_u16(const struct nl_attr *attr, uint16_t *value);
bool nl_get_u8(const struct nl_attr *attr, uint8_t *value);
/* Copies text up to its zero or the attribute's end, cut to size, always closed by a zero. */
void nl_get_str(const struct nl_attr *attr, char *text, size_t size);

/*
 * Reads NLMSG_ERROR: 0 or the kernel's -errno; -EBADMSG if it is malformed. The extended
 * acknowledgement's text goes to words, which may be NULL; empty if the kernel gave none.
 */
int nl_error(const struct nl_msg *msg, char *words, size_t size);

#endif
