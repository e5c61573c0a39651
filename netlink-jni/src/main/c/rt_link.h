/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs. Each opens a socket, does its work and closes it: calls are rare, and there is no
 * state to lock. All return 0 or -errno; words, if not NULL, gets the kernel's text of the error.
 */
#ifndef PATCHBAY_RT_LINK_H
#define PATCHBAY_RT_LINK_H

#include "rt_parse.h"

#define RT_OUR_PREFIX "pb-"
#define RT_NO_MTU 0

/* Where the kernel's words go. */
struct rt_words {
	char text[256];
};

struct rt_veth {
	const char *host;
	const char *container;
	const char *alias; /* of the host end */
	const uint8_t *host_mac;
	const uint8_t *container_mac;
	uint32_t bridge; /* index */
	uint32_t host_mtu;
	uint32_t container_mtu;
};

struct rt_bridge {
	const char *name;
	const char *alias; /* "": none */
	const uint8_t *mac;
	uint32_t mtu; /* RT_NO_MTU: the kernel's */
};

/* Names one after the other, each closed by a zero. */
struct rt_names {
	const char *text;
	size_t len;
};

/* Takes records one by one. */
struct rt_sink {
	int (*put)(void *context, const void *record, size_t size);
	void (*reset)(void *context); /* the dump begins anew */
	void *context;
};

/* Makes the pair, host end enslaved and up, in one system call; on failure nothing is left. */
int rt_create_veth(const struct rt_veth *veth, struct rt_link *host, struct rt_words *words);
int rt_create_bridge(const struct rt_bridge *bridge, struct rt_link *made, struct rt_words *words);
/* Up, and if not 0, bridge and MTU. */
int rt_adjust(int32_t index, uint32_t master, uint32_t mtu, struct rt_words *words);
/* The MTU alone. */
int rt_set_mtu(int32_t index, uint32_t mtu, struct rt_words *words);

/* Those of the names that exist, in the order given. */
int rt_find(const struct rt_names *names, struct rt_sink *sink, struct rt_words *words);

/*
 * Deletes links whose name begins with RT_OUR_PREFIX; -EPERM and no link touched if one does not.
 * Absence is no error.
 */
int rt_delete(const struct rt_names *names, struct rt_words *words);

#endif
