// SPDX-License-Identifier: Apache-2.0
#include "nl_msg.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

static size_t aligned(size_t len)
{
	return (len + 3U) & ~(size_t)3U;
}

/* Takes len bytes and their padding, zeroed; NULL if they do not fit. */
static unsigned char *reserve(struct nl_buf *b, size_t len)
{
	unsigned char *at;

	if (b->err)
		return NULL;
	if (len > UINT16_MAX || aligned(len) > b->size - b->used) {
		b->err = -EMSGSIZE;
		return NULL;
	}
	at = b->data + b->used;
	memset(at, 0, aligned(len));
	b->used += aligned(len);
	return at;
}

/* The kernel reads the length of a message from its header: it grows with every put. */
static void grow(struct nl_buf *b)
{
	uint32_t len = (uint32_t)(b->used - b->start);

	memcpy(b->data + b->start + offsetof(struct nlmsghdr, nlmsg_len), &len, sizeof(len));
}

void nl_begin(struct nl_buf *b, void *data, size_t size)
{
	*b = (struct nl_buf){.data = data, .size = size};
}

void nl_start(struct nl_buf *b, uint16_t type, uint16_t flags, uint32_t seq, const void *header,
	      size_t len)
{
	struct nlmsghdr h = {
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
		.nlmsg_seq = seq,
	};
	size_t start = b->used;
	unsigned char *at = reserve(b, sizeof(h) + len);

	if (!at)
		return;
	b->start = start;
	memcpy(at, &h, sizeof(h));
	memcpy(at + sizeof(h), header, len);
	grow(b);
}

void nl_put(struct nl_buf *b, uint16_t type, const void *data, size_t len)
{
	struct nlattr h = {.nla_type = type};
	unsigned char *at = reserve(b, sizeof(h) + len);

	if (!at)
		return;
	h.nla_len = (uint16_t)(sizeof(h) + len);
	memcpy(at, &h, sizeof(h));
	if (len)
		memcpy(at + sizeof(h), data, len);
	grow(b);
}

void nl_put_u32(struct nl_buf *b, uint16_t type, uint32_t value)
{
	nl_put(b, type, &value, sizeof(value));
}

void nl_put_u16(struct nl_buf *b, uint16_t type, uint16_t value)
{
	nl_put(b, type, &value, sizeof(value));
}

void nl_put_str(struct nl_buf *b, uint16_t type, const char *text)
{
	nl_put(b, type, text, strlen(text) + 1);
}

size_t nl_nest(struct nl_buf *b, uint16_t type, const void *header, size_t len)
{
	size_t nest = b->used;

	nl_put(b, type, header, len);
	return nest;
}

void nl_nest_end(struct nl_buf *b, size_t nest)
{
	size_t len = b->used - nest;
	uint16_t nla_len = (uint16_t)len;

	if (b->err)
		return;
	if (len > UINT16_MAX) {
		b->err = -EMSGSIZE;
		return;
	}
	memcpy(b->data + nest + offsetof(struct nlattr, nla_len), &nla_len, sizeof(nla_len));
}

static void skip(struct nl_walk *w, size_t len)
{
	/* The last one need not be padded. */
	if (len > w->left)
		len = w->left;
	w->at += len;
	w->left -= len;
}

bool nl_next_msg(struct nl_walk *w, struct nl_msg *msg)
{
	struct nlmsghdr h;

	if (w->left < sizeof(h))
		return false;
	memcpy(&h, w->at, sizeof(h));
	if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > w->left)
		return false;
	*msg = (struct nl_msg){
		.type = h.nlmsg_type,
		.flags = h.nlmsg_flags,
		.seq = h.nlmsg_seq,
		.data = w->at + sizeof(h),
		.len = h.nlmsg_len - sizeof(h),
	};
	skip(w, aligned(h.nlmsg_len));
	return true;
}

bool nl_next_attr(struct nl_walk *w, struct nl_attr *attr)
{
	struct nlattr h;

	if (w->left < sizeof(h))
		return false;
	memcpy(&h, w->at, sizeof(h));
	if (h.nla_len < sizeof(h) || h.nla_len > w->left)
		return false;
	*attr = (struct nl_attr){
		.type = (uint16_t)(h.nla_type & (unsigned int)NLA_TYPE_MASK),
		.data = w->at + sizeof(h),
		.len = h.nla_len - sizeof(h),
	};
	skip(w, aligned(h.nla_len));
	return true;
}

struct nl_walk nl_attrs(const struct nl_msg *msg, size_t header_len)
{
	struct nl_walk w = {.at = msg->data, .left = msg->len};

	skip(&w, aligned(header_len));
	return w;
}

struct nl_walk nl_nested(const struct nl_attr *attr)
{
	return (struct nl_walk){.at = attr->data, .left = attr->len};
}

bool nl_get_u32(const struct nl_attr *attr, uint32_t *value)
{
	if (attr->len < sizeof(*value))
		return false;
	memcpy(value, attr->data, sizeof(*value));
	return true;
}

bool nl_get_u16(const struct nl_attr *attr, uint16_t *value)
{
	if (attr->len < sizeof(*value))
		return false;
	memcpy(value, attr->data, sizeof(*value));
	return true;
}

bool nl_get_u8(const struct nl_attr *attr, uint8_t *value)
{
	if (attr->len < sizeof(*value))
		return false;
	*value = attr->data[0];
	return true;
}

void nl_get_str(const struct nl_attr *attr, char *text, size_t size)
{
	size_t len = strnlen((const char *)attr->data, attr->len);

	if (len >= size)
		len = size - 1;
	memcpy(text, attr->data, len);
	text[len] = 0;
}

int nl_error(const struct nl_msg *msg, char *words, size_t size)
{
	struct nlmsgerr e;
	struct nl_walk w;
	struct nl_attr attr;
	size_t echoed;

	if (words)
		words[0] = 0;
	if (msg->len < sizeof(e))
		return -EBADMSG;
	memcpy(&e, msg->data, sizeof(e));
	if (e.error > 0)
		return -EBADMSG;
	if (!words || !(msg->flags & NLM_F_ACK_TLVS))
		return e.error;
	/* Unless capped, the request stands between the error and the attributes. */
	echoed = sizeof(e);
	if (!(msg->flags & NLM_F_CAPPED) && e.msg.nlmsg_len > sizeof(e.msg))
		echoed += e.msg.nlmsg_len - sizeof(e.msg);
	w = nl_attrs(msg, echoed);
	while (nl_next_attr(&w, &attr)) {
		if (attr.type == NLMSGERR_ATTR_MSG)
			nl_get_str(&attr, words, size);
	}
	return e.error;
}
