/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rtnetlink answers, read into records of fixed layout, which is also how they reach Java
 * (LinkReader.java and AddressReader.java know the offsets). No system call; the fuzzed part.
 */
#ifndef PATCHBAY_RT_PARSE_H
#define PATCHBAY_RT_PARSE_H

#include "nl_msg.h"

enum rt_event {
	RT_PRESENT = 0,
	RT_GONE = 1,
	RT_PORT_CHANGED = 2, /* index, name and port_state alone are known */
};

enum rt_mark {
	RT_HAS_MASTER = 1 << 0,
	RT_HAS_PEER = 1 << 1,  /* IFLA_LINK */
	RT_ELSEWHERE = 1 << 2, /* IFLA_LINK_NETNSID: the peer is in another namespace */
	RT_BRIDGE = 1 << 3,    /* the four below are known */
	RT_STP = 1 << 4,
	RT_VLAN_FILTERING = 1 << 5,
	RT_NF_IPTABLES = 1 << 6,
	RT_PORT = 1 << 7, /* port_state is known */
};

struct rt_link {
	uint32_t size; /* of this record as it is handed on, alias cut behind its zero */
	uint32_t event;
	int32_t index;
	uint32_t flags; /* IFF_* */
	uint32_t mtu;
	uint32_t master;
	uint32_t peer;
	uint32_t marks;
	uint32_t forward_delay; /* hundredths of a second */
	uint32_t port_state;
	int32_t peer_netns; /* its number here, if the peer is elsewhere; negative: it has none */
	uint8_t mac[6];
	uint16_t default_pvid; /* of a bridge: the VLAN of a port that nobody speaks of */
	char name[16];
	char kind[32];
	char alias[256];
};

struct rt_addr {
	uint32_t size;
	int32_t index;
	uint32_t len; /* of the address: 4 or 16 */
	uint32_t prefix;
	uint8_t bytes[16];
};

struct rt_route {
	uint32_t size;
	int32_t index; /* of the outgoing link, 0: none, e.g. a black hole */
	uint32_t len;
	uint32_t prefix;
	uint8_t bytes[16];
	uint32_t hop_len; /* of the gateway's address, which may be of the other family; 0: none */
	uint8_t hop[16];
};

/* VLANs that a port of a bridge is in, or the bridge itself. */
struct rt_vlan {
	uint32_t size;
	int32_t index;
	uint32_t first;
	uint32_t last;
	uint32_t pvid; /* 1: untagged frames belong to it */
};

/* What a port says of its VLANs is many records in one message: where the reading is. */
struct rt_vlan_walk {
	struct nl_walk infos;
	int32_t index;
	uint32_t begun; /* the first of a range whose last is to come, 0: none */
};

/* An entry of a bridge's forwarding table. */
struct rt_fdb {
	uint32_t size;
	int32_t port;   /* index; of the bridge itself for its own addresses */
	uint16_t state; /* NUD_* */
	uint8_t mac[6];
};

/* False: the message is not about what is asked for, or malformed. */
bool rt_parse_link(const struct nl_msg *msg, struct rt_link *link);
/* What a bridge says of its port's state; the event is RT_PORT_CHANGED. */
bool rt_parse_port(const struct nl_msg *msg, struct rt_link *link);
bool rt_parse_addr(const struct nl_msg *msg, struct rt_addr *addr);
/* Main table only. */
bool rt_parse_route(const struct nl_msg *msg, struct rt_route *route);
/* False if the message is not about a port's VLANs; rt_next_vlan() tells one after the other. */
bool rt_parse_vlans(const struct nl_msg *msg, struct rt_vlan_walk *walk);
bool rt_next_vlan(struct rt_vlan_walk *walk, struct rt_vlan *vlan);
bool rt_parse_fdb(const struct nl_msg *msg, struct rt_fdb *entry);

#endif
