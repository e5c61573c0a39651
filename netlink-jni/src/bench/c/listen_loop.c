// SPDX-License-Identifier: Apache-2.0
/*
 * What it takes to listen on a busy LAN. Two ways:
 *
 * listen_loop RATE SECONDS: in a network namespace of its own, a bridge with a station behind it
 * that sends so many ARP messages a second; the processor time of who sends, which is where the
 * kernel does its part, without a listener and with one, and the listener's own.
 *
 * listen_loop RATE SECONDS LINK: only sends, out of that link.
 *
 * The messages are of 200 stations that talk of addresses of theirs, over and over.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "announce.h"
#include "clock.h"
#include "listen.h"

#define STATIONS 200
#define BURST_MS 10

static void die(const char *what)
{
	fprintf(stderr, "listen_loop: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double processor_seconds(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_THREAD, &used))
		die("getrusage");
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Sends in bursts of a hundredth of a second; how much processor time that took. */
static double flood(const char *link, long rate, long seconds)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(link)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	uint8_t frame[ARP_FRAME_SIZE];
	uint8_t mac[6] = {0x02, 0xaa};
	uint8_t address[4] = {10, 99, 0, 0};
	double before = processor_seconds();
	int64_t next = now_ms();
	long sent;

	if (fd < 0 || !at.sll_ifindex || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die(link);
	for (sent = 0; sent < rate * seconds; sent++) {
		mac[5] = address[3] = (uint8_t)(sent % STATIONS + 1);
		arp_frame(frame, mac, address);
		if (send(fd, frame, sizeof(frame), 0) < 0 && errno != ENOBUFS)
			die("send");
		if (sent % (rate * BURST_MS / 1000) == 0) {
			int64_t left = next - now_ms();

			if (left > 0)
				usleep((useconds_t)left * 1000);
			next += BURST_MS;
		}
	}
	close(fd);
	return processor_seconds() - before;
}

static struct listening l;

struct heard {
	double processor;
	long told;
	long calls;
};

static void *listening(void *context)
{
	static struct sighting out[LISTEN_ROOM];
	struct heard *h = context;
	int n;

	for (n = listen_next(&l, out); n >= 0; n = listen_next(&l, out)) {
		h->told += n;
		h->calls++;
	}
	if (n != -ECANCELED)
		die("listen_next");
	h->processor = processor_seconds();
	return NULL;
}

static int32_t make_lan(void)
{
	static const uint8_t mac[6] = {2, 0x77, 0, 0, 0, 1};
	struct rt_bridge bridge = {.name = "pb-lan", .alias = "", .mac = mac, .mtu = RT_NO_MTU};
	struct rt_veth veth = {
		.host = "pb-h1",
		.container = "pb-c1",
		.alias = "x",
		.host_mac = (const uint8_t[6]){0xfe, 0, 0, 0, 0, 1},
		.container_mac = (const uint8_t[6]){2, 0, 0, 0, 0, 1},
		.host_mtu = 1500,
		.container_mtu = 1500,
	};
	struct rt_link made;

	if (rt_create_bridge(&bridge, &made, NULL))
		die("bridge");
	veth.bridge = (uint32_t)made.index;
	if (rt_create_veth(&veth, &made, NULL) ||
	    rt_adjust((int32_t)if_nametoindex("pb-c1"), 0, 0, NULL))
		die("veth");
	sleep(1); /* its port forwards */
	return (int32_t)veth.bridge;
}

int main(int argc, char **argv)
{
	struct heard heard = {.told = 0};
	long rate = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	long seconds = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	double without;
	double with;
	pthread_t thread;
	int32_t bridge;

	if (rate < 1000 / BURST_MS || seconds < 1) {
		fprintf(stderr, "usage: listen_loop RATE SECONDS [LINK]; RATE is at least 100\n");
		return 2;
	}
	if (argc > 3) {
		flood(argv[3], rate, seconds);
		return 0;
	}
	bridge = make_lan();
	without = flood("pb-c1", rate, seconds);
	if (listen_open(&l, bridge) || pthread_create(&thread, NULL, listening, &heard))
		die("listen");
	with = flood("pb-c1", rate, seconds);
	listen_wake(&l);
	pthread_join(thread, NULL);
	listen_close(&l);
	printf("%ld frames/s: a minute takes who sends %.2f s of a processor, %.2f s with a "
	       "listener, "
	       "and that %.2f s; %ld calls, %ld sightings\n",
	       rate, without * 60 / (double)seconds, with * 60 / (double)seconds,
	       heard.processor * 60 / (double)seconds, heard.calls, heard.told);
	return 0;
}
