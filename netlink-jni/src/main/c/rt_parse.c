// SPDX-License-Identifier: Apache-2.0
#include "rt_parse.h"

#include <arpa/inet.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

_Static_assert(offsetof(struct rt_link, mac) == 44, "LinkReader.java reads the MAC at 44");
_Static_assert(offsetof(struct rt_link, default_pvid) == 50, "LinkReader.java reads it at 50");
_Static_assert(offsetof(struct rt_link, alias) == 100, "LinkReader.java reads the alias at 100");
_Static_assert(sizeof(struct rt_addr) == 32, "AddressReader.java reads 32 bytes");
_Static_assert(sizeof(struct rt_route) == 52, "AddressReader.java reads 52 bytes");
_Static_assert(sizeof(struct rt_vlan) == 20, "AddressReader.java reads 20 bytes");
_Static_assert(sizeof(struct rt_fdb) == 16, "AddressReader.java reads 16 bytes");

/* Reads the fixed header; false if the message is of another type or cut off. */
static bool read_head(const struct nl_msg *msg, uint16_t type, void *head, size_t size)
{
	if (msg->type != type || msg->len < size)
		return false;
	memcpy(head, msg->data, size);
	return true;
}

/* The first attribute of that type behind a fixed header. */
static bool find_attr(const struct nl_msg *msg, size_t head, uint16_t type, struct nl_attr *attr)
{
	struct nl_walk w = nl_attrs(msg, head);

	while (nl_next_attr(&w, attr)) {
		if (attr->type == type)
			return true;
	}
	return false;
}

static void mark_if_set(struct rt_link *link, const struct nl_attr *attr, uint32_t mark)
{
	uint32_t wide = 0;
	uint8_t narrow = 0;

	if ((nl_get_u32(attr, &wide) && wide) ||
	    (attr->len == 1 && nl_get_u8(attr, &narrow) && narrow))
		link->marks |= mark;
}

static void read_bridge(struct rt_link *link, const struct nl_attr *data)
{
	struct nl_walk w = nl_nested(data);
	struct nl_attr attr;

	link->marks |= RT_BRIDGE;
	while (nl_next_attr(&w, &attr)) {
		switch (attr.type) {
		case IFLA_BR_FORWARD_DELAY:
			nl_get_u32(&attr, &link->forward_delay);
			break;
		case IFLA_BR_STP_STATE:
			mark_if_set(link, &attr, RT_STP);
			break;
		case IFLA_BR_VLAN_FILTERING:
			mark_if_set(link, &attr, RT_VLAN_FILTERING);
			break;
		case IFLA_BR_VLAN_DEFAULT_PVID:
			nl_get_u16(&attr, &link->default_pvid);
			break;
		case IFLA_BR_NF_CALL_IPTABLES:
			mark_if_set(link, &attr, RT_NF_IPTABLES);
			break;
		default:
			break;
		}
	}
}

static void read_port(struct rt_link *link, const struct nl_attr *data)
{
	struct nl_walk w = nl_nested(data);
	struct nl_attr attr;
	uint8_t state;

	while (nl_next_attr(&w, &attr)) {
		if (attr.type == IFLA_BRPORT_STATE && nl_get_u8(&attr, &state)) {
			link->marks |= RT_PORT;
			link->port_state = state;
		}
	}
}

static void read_linkinfo(struct rt_link *link, const struct nl_attr *info)
{
	struct nl_walk w = nl_nested(info);
	struct nl_attr attr;
	struct nl_attr data = {.len = 0};
	struct nl_attr port = {.len = 0};
	char master_kind[32] = "";

	while (nl_next_attr(&w, &attr)) {
		if (attr.type == IFLA_INFO_KIND)
			nl_get_str(&attr, link->kind, sizeof(link->kind));
		else if (attr.type == IFLA_INFO_DATA)
			data = attr;
		else if (attr.type == IFLA_INFO_SLAVE_KIND)
			nl_get_str(&attr, master_kind, sizeof(master_kind));
		else if (attr.type == IFLA_INFO_SLAVE_DATA)
			port = attr;
	}
	if (data.data && strcmp(link->kind, "bridge") == 0)
		read_bridge(link, &data);
	if (port.data && strcmp(master_kind, "bridge") == 0)
		read_port(link, &port);
}

static void read_link_attr(struct rt_link *link, const struct nl_attr *attr)
{
	uint32_t value;

	switch (attr->type) {
	case IFLA_IFNAME:
		nl_get_str(attr, link->name, sizeof(link->name));
		break;
	case IFLA_IFALIAS:
		nl_get_str(attr, link->alias, sizeof(link->alias));
		break;
	case IFLA_ADDRESS:
		/* Tunnels have 4 or 16 bytes here, InfiniBand 20: those have no MAC for us. */
		if (attr->len == 6)
			memcpy(link->mac, attr->data, 6);
		break;
	case IFLA_MTU:
		nl_get_u32(attr, &link->mtu);
		break;
	case IFLA_MASTER:
		if (nl_get_u32(attr, &link->master))
			link->marks |= RT_HAS_MASTER;
		break;
	case IFLA_LINK:
		if (nl_get_u32(attr, &link->peer))
			link->marks |= RT_HAS_PEER;
		break;
	case IFLA_LINK_NETNSID:
		link->marks |= RT_ELSEWHERE;
		link->peer_netns = nl_get_u32(attr, &value) ? (int32_t)value : -1;
		break;
	case IFLA_LINKINFO:
		read_linkinfo(link, attr);
		break;
	default:
		break;
	}
}

static void close_record(struct rt_link *link)
{
	link->size = (uint32_t)((offsetof(struct rt_link, alias) + strlen(link->alias) + 1 + 3) &
				~(size_t)3);
}

bool rt_parse_link(const struct nl_msg *msg, struct rt_link *link)
{
	struct ifinfomsg info;
	struct nl_walk w;
	struct nl_attr attr;

	if (!read_head(msg, RTM_NEWLINK, &info, sizeof(info)) &&
	    !read_head(msg, RTM_DELLINK, &info, sizeof(info)))
		return false;
	/*
	 * The bridge tells about its ports in messages of the same type and family AF_BRIDGE, and
	 * its RTM_DELLINK says only that the link is a port no more.
	 */
	if (info.ifi_family != AF_UNSPEC)
		return false;
	memset(link, 0, sizeof(*link));
	link->event = msg->type == RTM_DELLINK ? RT_GONE : RT_PRESENT;
	link->index = info.ifi_index;
	link->flags = info.ifi_flags;
	w = nl_attrs(msg, sizeof(info));
	while (nl_next_attr(&w, &attr))
		read_link_attr(link, &attr);
	close_record(link);
	return link->name[0] != 0;
}

bool rt_parse_port(const struct nl_msg *msg, struct rt_link *link)
{
	struct ifinfomsg info;
	struct nl_attr attr;

	if (!read_head(msg, RTM_NEWLINK, &info, sizeof(info)) || info.ifi_family != AF_BRIDGE)
		return false;
	memset(link, 0, sizeof(*link));
	link->event = RT_PORT_CHANGED;
	link->index = info.ifi_index;
	if (find_attr(msg, sizeof(info), IFLA_IFNAME, &attr))
		nl_get_str(&attr, link->name, sizeof(link->name));
	if (find_attr(msg, sizeof(info), IFLA_PROTINFO, &attr))
		read_port(link, &attr);
	close_record(link);
	return link->name[0] != 0 && (link->marks & RT_PORT);
}

static uint32_t address_len(uint8_t family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

bool rt_parse_addr(const struct nl_msg *msg, struct rt_addr *addr)
{
	struct ifaddrmsg info;
	struct nl_walk w;
	struct nl_attr attr;
	bool local = false;
	bool any = false;

	if (!read_head(msg, RTM_NEWADDR, &info, sizeof(info)))
		return false;
	*addr = (struct rt_addr){
		.size = sizeof(*addr),
		.index = (int32_t)info.ifa_index,
		.len = address_len(info.ifa_family),
		.prefix = info.ifa_prefixlen,
	};
	if (!addr->len || addr->prefix > addr->len * 8)
		return false;
	w = nl_attrs(msg, sizeof(info));
	while (nl_next_attr(&w, &attr)) {
		/* On a point-to-point link IFA_ADDRESS is the other side's. */
		bool wanted = attr.type == IFA_LOCAL || (attr.type == IFA_ADDRESS && !local);

		if (!wanted || attr.len != addr->len)
			continue;
		memcpy(addr->bytes, attr.data, attr.len);
		local = local || attr.type == IFA_LOCAL;
		any = true;
	}
	return any;
}

/* RTA_VIA is a gateway of another family, which stands before it (struct rtvia). */
static void read_hop(struct rt_route *route, const struct nl_attr *attr)
{
	size_t skipped = attr->type == RTA_VIA ? sizeof(uint16_t) : 0;
	size_t len;

	if ((attr->type != RTA_GATEWAY && attr->type != RTA_VIA) || attr->len < skipped)
		return;
	len = attr->len - skipped;
	if (len != 4 && len != 16)
		return;
	route->hop_len = (uint32_t)len;
	memcpy(route->hop, attr->data + skipped, len);
}

/* The first of several next hops stands for all. */
static void read_multipath(struct rt_route *route, const struct nl_attr *attr)
{
	struct rtnexthop hop;
	struct nl_attr inner;
	struct nl_walk w;

	if (attr->len < sizeof(hop))
		return;
	memcpy(&hop, attr->data, sizeof(hop));
	if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > attr->len)
		return;
	route->index = hop.rtnh_ifindex;
	w = (struct nl_walk){.at = attr->data + sizeof(hop), .left = hop.rtnh_len - sizeof(hop)};
	while (nl_next_attr(&w, &inner))
		read_hop(route, &inner);
}

static void read_route_attr(struct rt_route *route, const struct nl_attr *attr, uint32_t *table)
{
	uint32_t value;

	switch (attr->type) {
	case RTA_TABLE:
		nl_get_u32(attr, table);
		break;
	case RTA_DST:
		if (attr->len == route->len)
			memcpy(route->bytes, attr->data, attr->len);
		break;
	case RTA_OIF:
		if (nl_get_u32(attr, &value))
			route->index = (int32_t)value;
		break;
	case RTA_GATEWAY:
	case RTA_VIA:
		read_hop(route, attr);
		break;
	case RTA_MULTIPATH:
		read_multipath(route, attr);
		break;
	default:
		break;
	}
}

bool rt_parse_route(const struct nl_msg *msg, struct rt_route *route)
{
	struct rtmsg info;
	struct nl_walk w;
	struct nl_attr attr;
	uint32_t table;

	if (!read_head(msg, RTM_NEWROUTE, &info, sizeof(info)))
		return false;
	*route = (struct rt_route){
		.size = sizeof(*route),
		.len = address_len(info.rtm_family),
		.prefix = info.rtm_dst_len,
	};
	if (!route->len || route->prefix > route->len * 8 || (info.rtm_flags & RTM_F_CLONED))
		return false;
	table = info.rtm_table;
	w = nl_attrs(msg, sizeof(info));
	while (nl_next_attr(&w, &attr))
		read_route_attr(route, &attr, &table);
	return table == RT_TABLE_MAIN;
}

bool rt_parse_vlans(const struct nl_msg *msg, struct rt_vlan_walk *walk)
{
	struct ifinfomsg info;
	struct nl_attr attr;

	if (!read_head(msg, RTM_NEWLINK, &info, sizeof(info)) || info.ifi_family != AF_BRIDGE)
		return false;
	if (!find_attr(msg, sizeof(info), IFLA_AF_SPEC, &attr))
		return false;
	*walk = (struct rt_vlan_walk){.infos = nl_nested(&attr), .index = info.ifi_index};
	return true;
}

bool rt_next_vlan(struct rt_vlan_walk *walk, struct rt_vlan *vlan)
{
	struct bridge_vlan_info info;
	struct nl_attr attr;

	while (nl_next_attr(&walk->infos, &attr)) {
		if (attr.type != IFLA_BRIDGE_VLAN_INFO || attr.len < sizeof(info))
			continue;
		memcpy(&info, attr.data, sizeof(info));
		if (info.flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
			walk->begun = info.vid;
			continue;
		}
		*vlan = (struct rt_vlan){
			.size = sizeof(*vlan),
			.index = walk->index,
			.first = info.vid,
			.last = info.vid,
			.pvid = !!(info.flags & BRIDGE_VLAN_INFO_PVID),
		};
		if ((info.flags & BRIDGE_VLAN_INFO_RANGE_END) && walk->begun &&
		    walk->begun <= info.vid)
			vlan->first = walk->begun;
		walk->begun = 0;
		return true;
	}
	return false;
}

bool rt_parse_fdb(const struct nl_msg *msg, struct rt_fdb *entry)
{
	struct ndmsg info;
	struct nl_attr attr;

	if (!read_head(msg, RTM_NEWNEIGH, &info, sizeof(info)) || info.ndm_family != AF_BRIDGE)
		return false;
	*entry = (struct rt_fdb){
		.size = sizeof(*entry),
		.port = info.ndm_ifindex,
		.state = info.ndm_state,
	};
	if (!find_attr(msg, sizeof(info), NDA_LLADDR, &attr) || attr.len != sizeof(entry->mac))
		return false;
	memcpy(entry->mac, attr.data, sizeof(entry->mac));
	return true;
}
