// SPDX-License-Identifier: Apache-2.0
/*
 * With jni_copy.h all that knows Java. It copies arguments in and results out and calls one verb:
 * no exception, no call back, no reference kept. The prototypes come from javac -h.
 */
#include "io_patchbay_netlink_Native.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "announce.h"
#include "dhcp_ask.h"
#include "hang_up.h"
#include "jni_copy.h"
#include "listen.h"
#include "probe.h"
#include "rt_dump.h"
#include "rt_filter.h"
#include "rt_watch.h"

#define ADDRESS_LIMIT 64

static jint with_names(JNIEnv *env, jbyteArray names, struct rt_sink *sink, struct rt_words *words)
{
	jsize len = (*env)->GetArrayLength(env, names);
	jbyte *text = (*env)->GetByteArrayElements(env, names, NULL);
	struct rt_names list = {.text = (const char *)text, .len = (size_t)len};
	jint ret;

	if (!text)
		return -ENOMEM;
	ret = sink ? rt_find(&list, sink, words) : rt_delete(&list, words);
	(*env)->ReleaseByteArrayElements(env, names, text, JNI_ABORT);
	return ret;
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_find(JNIEnv *env, jclass type,
							    jbyteArray names, jbyteArray out,
							    jbyteArray words)
{
	struct rt_words said = {.text = ""};
	struct java_sink s = sink_of(env, out);
	struct rt_sink sink = rt_sink_of(&s);
	jint ret = with_names(env, names, &sink, &said);

	(void)type;
	return answer(env, ret ? ret : s.used, &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_delete(JNIEnv *env, jclass type,
							      jbyteArray names, jbyteArray words)
{
	struct rt_words said = {.text = ""};

	(void)type;
	return answer(env, with_names(env, names, NULL, &said), &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_dump(JNIEnv *env, jclass type, jint what,
							    jint netns, jbyteArray out,
							    jbyteArray words)
{
	struct rt_words said = {.text = ""};
	struct java_sink s = sink_of(env, out);
	struct rt_sink sink = rt_sink_of(&s);
	jint ret = rt_dump(what, netns, &sink, &said);

	(void)type;
	return answer(env, ret ? ret : s.used, &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_createVeth(JNIEnv *env, jclass type,
								  jbyteArray strings,
								  jbyteArray macs, jint bridge,
								  jint hostMtu, jint containerMtu,
								  jbyteArray out, jbyteArray words)
{
	struct rt_words said = {.text = ""};
	struct rt_link made = {.size = 0};
	char room[STRINGS_SIZE];
	const char *each[3];
	uint8_t both[12];
	struct rt_veth veth;
	jint ret;

	(void)type;
	if (!strings_in(env, strings, room, each, 3) || !copy_in(env, macs, both, 12, 12))
		return -EINVAL;
	veth = (struct rt_veth){
		.host = each[0],
		.container = each[1],
		.alias = each[2],
		.host_mac = both,
		.container_mac = both + 6,
		.bridge = (uint32_t)bridge,
		.host_mtu = (uint32_t)hostMtu,
		.container_mtu = (uint32_t)containerMtu,
	};
	ret = link_answer(env, rt_create_veth(&veth, &made, &said), &made, out);
	return answer(env, ret, &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_createBridge(JNIEnv *env, jclass type,
								    jbyteArray strings,
								    jbyteArray mac, jint mtu,
								    jbyteArray out,
								    jbyteArray words)
{
	struct rt_words said = {.text = ""};
	struct rt_link made = {.size = 0};
	char room[STRINGS_SIZE];
	const char *each[2];
	uint8_t bytes[6];
	struct rt_bridge bridge;
	jint ret;

	(void)type;
	if (!strings_in(env, strings, room, each, 2) || !copy_in(env, mac, bytes, 6, 6))
		return -EINVAL;
	bridge = (struct rt_bridge){
		.name = each[0], .alias = each[1], .mac = bytes, .mtu = (uint32_t)mtu};
	ret = link_answer(env, rt_create_bridge(&bridge, &made, &said), &made, out);
	return answer(env, ret, &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_adjust(JNIEnv *env, jclass type, jint index,
							      jint master, jint mtu,
							      jbyteArray words)
{
	struct rt_words said = {.text = ""};

	(void)type;
	return answer(env, rt_adjust(index, (uint32_t)master, (uint32_t)mtu, &said), &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_setMtu(JNIEnv *env, jclass type, jint index,
							      jint mtu, jbyteArray words)
{
	struct rt_words said = {.text = ""};

	(void)type;
	return answer(env, rt_set_mtu(index, (uint32_t)mtu, &said), &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_dropRa(JNIEnv *env, jclass type, jint index,
							      jbyteArray words)
{
	struct rt_words said = {.text = ""};

	(void)type;
	return answer(env, rt_drop_ra(index, &said), &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_announceOpen(JNIEnv *env, jclass type)
{
	(void)env;
	(void)type;
	return announce_open();
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_announce(JNIEnv *env, jclass type, jint fd,
								jint bridge, jint port,
								jboolean byVlan, jbyteArray mac,
								jbyteArray addresses,
								jbyteArray words)
{
	struct rt_words said = {.text = ""};
	struct announced list[ADDRESS_LIMIT];
	uint8_t bytes[6];
	jsize len = (*env)->GetArrayLength(env, addresses);
	jint ret;

	(void)type;
	/* Each is one byte of length and 16 of room. */
	_Static_assert(sizeof(struct announced) == 17, "Announcements.java writes 17 bytes each");
	if (!copy_in(env, mac, bytes, 6, 6) || len % (jsize)sizeof(list[0]) ||
	    !copy_in(env, addresses, list, 0, sizeof(list)))
		return -EINVAL;
	ret = fdb_point(bridge, port, byVlan, bytes, &said);
	if (!ret)
		ret = announce_send(fd, bridge, bytes, list, (size_t)len / sizeof(list[0]));
	return answer(env, ret, &said, words);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_probe(JNIEnv *env, jclass type, jint bridge,
							     jbyteArray mac, jbyteArray addresses,
							     jint millis, jbyteArray out,
							     jintArray sockets)
{
	struct announced list[PROBE_LIMIT];
	struct probed answers[PROBE_LIMIT];
	uint8_t bytes[6];
	jsize len = (*env)->GetArrayLength(env, addresses);
	size_t count = (size_t)len / sizeof(list[0]);
	int fds[PROBE_SOCKETS];
	jint ret;

	(void)type;
	_Static_assert(sizeof(fds) == PROBE_SOCKETS * sizeof(jint), "ints go out as they are");
	_Static_assert(sizeof(struct probed) == 7, "Prober.java reads 7 bytes each");
	if (!copy_in(env, mac, bytes, 6, 6) || len % (jsize)sizeof(list[0]) ||
	    !copy_in(env, addresses, list, 0, sizeof(list)) ||
	    (*env)->GetArrayLength(env, sockets) != PROBE_SOCKETS)
		return -EINVAL;
	ret = probe_run(bridge, bytes, list, count, millis, answers, fds);
	(*env)->SetIntArrayRegion(env, sockets, 0, PROBE_SOCKETS, fds);
	return ret ? ret : bytes_answer(env, answers, count * sizeof(answers[0]), out);
}

JNIEXPORT void JNICALL Java_io_patchbay_netlink_Native_probeClose(JNIEnv *env, jclass type,
								  jint arp, jint na)
{
	const int fds[PROBE_SOCKETS] = {arp, na};

	(void)env, (void)type;
	probe_close(fds);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_discover(JNIEnv *env, jclass type,
								jint bridge, jbyteArray mac,
								jint millis, jbyteArray out)
{
	struct dhcp_offer offers[OFFER_LIMIT];
	uint8_t bytes[6];
	jint count;

	(void)type;
	_Static_assert(sizeof(struct dhcp_offer) == 8, "NetlinkLinks.java reads 8 bytes each");
	if (!copy_in(env, mac, bytes, 6, 6))
		return -EINVAL;
	count = dhcp_ask(bridge, bytes, millis, offers);
	return count < 0 ? count : bytes_answer(env, offers, (size_t)count * 8, out);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_watchOpen(JNIEnv *env, jclass type,
								 jintArray fds)
{
	struct rt_watch watch;
	jint both[2];
	jint ret;

	(void)type;
	if ((*env)->GetArrayLength(env, fds) != 2)
		return -EINVAL;
	ret = rt_watch_open(&watch);
	if (ret)
		return ret;
	both[0] = watch.events;
	both[1] = watch.wake;
	(*env)->SetIntArrayRegion(env, fds, 0, 2, both);
	return 0;
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_watchNext(JNIEnv *env, jclass type,
								 jint events, jint wake,
								 jbyteArray out)
{
	struct rt_watch watch = {.events = events, .wake = wake};
	struct java_sink s = sink_of(env, out);
	struct rt_sink sink = rt_sink_of(&s);
	jint ret = rt_watch_next(&watch, &sink);

	(void)type;
	return ret ? ret : s.used;
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_watchWake(JNIEnv *env, jclass type,
								 jint wake)
{
	struct rt_watch watch = {.events = -1, .wake = wake};

	(void)env, (void)type;
	return rt_watch_wake(&watch);
}

JNIEXPORT void JNICALL Java_io_patchbay_netlink_Native_watchClose(JNIEnv *env, jclass type,
								  jint events, jint wake)
{
	struct rt_watch watch = {.events = events, .wake = wake};

	(void)env, (void)type;
	rt_watch_close(&watch);
}

/* What stands in a direct buffer of Java's, which keeps it between calls. */
static struct listening *listening_in(JNIEnv *env, jobject room)
{
	_Static_assert(sizeof(struct listening) <= 96 << 10, "AddressListener.java's room");
	return (*env)->GetDirectBufferAddress(env, room);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_listenOpen(JNIEnv *env, jclass type,
								  jobject room, jint bridge)
{
	(void)type;
	return listen_open(listening_in(env, room), bridge);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_listenNext(JNIEnv *env, jclass type,
								  jobject room, jbyteArray out)
{
	struct sighting told[LISTEN_ROOM];
	jint ret = listen_next(listening_in(env, room), told);

	(void)type;
	return ret <= 0 ? ret : bytes_answer(env, told, (size_t)ret * sizeof(told[0]), out);
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_listenWake(JNIEnv *env, jclass type,
								  jobject room)
{
	(void)type;
	return listen_wake(listening_in(env, room));
}

JNIEXPORT void JNICALL Java_io_patchbay_netlink_Native_listenClose(JNIEnv *env, jclass type,
								   jobject room)
{
	(void)type;
	listen_close(listening_in(env, room));
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_hearHangUp(JNIEnv *env, jclass type)
{
	(void)env;
	(void)type;
	return hang_up_hearable();
}

JNIEXPORT jint JNICALL Java_io_patchbay_netlink_Native_buildId(JNIEnv *env, jclass type,
							       jbyteArray out)
{
	static const char id[] = PATCHBAY_BUILD_ID;

	(void)type;
	return bytes_answer(env, id, sizeof(id) - 1, out);
}
