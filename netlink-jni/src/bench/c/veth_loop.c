// SPDX-License-Identifier: Apache-2.0
/*
 * What the kernel alone takes for a veth pair: made, enslaved and up by one RTM_NEWLINK, deleted by
 * one RTM_DELLINK, on one open socket. The measure that everything above it is compared with. Run
 * in a network namespace of its own; it makes a bridge and leaves nothing.
 *
 * veth_loop ROUNDS [BATCH [KEPT [FILE]]]: BATCH pairs are made and then deleted at once in each
 * round; KEPT pairs are there all the while. With FILE, a round is an endpoint's life as the daemon
 * commits it: two synced writes, the pair, one more; the pair deleted, two more.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "nl_sock.h"
#include "rt_dump.h"

#define NAME_SIZE 16
#define MAX 10000
#define RECORD 512
#define UP_WRITES 3
#define DOWN_WRITES 2

static const uint8_t mac[6] = {2, 0x77, 0, 0, 0, 1};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ask(int fd, const struct nl_buf *b)
{
	int result = 0;
	struct nl_exchange x = {.first_seq = 1, .count = 1, .results = &result};
	int ret = nl_talk(fd, b, &x);

	return ret ? ret : result;
}

static int create(int fd, uint32_t bridge, const char *host, const char *container)
{
	struct ifinfomsg up = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct ifinfomsg down = {.ifi_family = AF_UNSPEC};
	unsigned char room[512];
	struct nl_buf b;
	size_t info;
	size_t data;
	size_t peer;

	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, 1, &up, sizeof(up));
	nl_put_str(&b, IFLA_IFNAME, host);
	nl_put_u32(&b, IFLA_MASTER, bridge);
	info = nl_nest(&b, IFLA_LINKINFO, NULL, 0);
	nl_put_str(&b, IFLA_INFO_KIND, "veth");
	data = nl_nest(&b, IFLA_INFO_DATA, NULL, 0);
	peer = nl_nest(&b, VETH_INFO_PEER, &down, sizeof(down));
	nl_put_str(&b, IFLA_IFNAME, container);
	nl_nest_end(&b, peer);
	nl_nest_end(&b, data);
	nl_nest_end(&b, info);
	return ask(fd, &b);
}

static int delete (int fd, const char *host)
{
	struct ifinfomsg any = {.ifi_family = AF_UNSPEC};
	unsigned char room[128];
	struct nl_buf b;

	nl_begin(&b, room, sizeof(room));
	nl_start(&b, RTM_DELLINK, NLM_F_ACK, 1, &any, sizeof(any));
	nl_put_str(&b, IFLA_IFNAME, host);
	return ask(fd, &b);
}

static void must(int ret, const char *what)
{
	if (!ret)
		return;
	fprintf(stderr, "veth_loop: %s: %s\n", what, strerror(-ret));
	exit(1);
}

/* A file whose space is written already, as a commit log's is. */
static int lay_out(const char *path, int rounds)
{
	static const char page[4096];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	long left = (long)rounds * (UP_WRITES + DOWN_WRITES) * RECORD;

	if (fd < 0)
		must(-errno, path);
	for (; left > 0; left -= (long)sizeof(page)) {
		if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page))
			must(errno ? -errno : -EIO, path);
	}
	if (fsync(fd) || lseek(fd, 0, SEEK_SET) < 0)
		must(-errno, path);
	return fd;
}

static void write_synced(int fd, int count)
{
	static const char record[RECORD] = {1};

	for (; fd >= 0 && count; count--) {
		if (write(fd, record, sizeof(record)) != (ssize_t)sizeof(record) || fdatasync(fd))
			must(errno ? -errno : -EIO, "synced write");
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void print(const char *what, double *us, int n)
{
	qsort(us, (size_t)n, sizeof(*us), by_size);
	printf("\"%s\":{\"n\":%d,\"min\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}",
	       what, n, us[0], us[n / 2], us[n * 9 / 10], us[n * 99 / 100], us[n - 1]);
}

static size_t create_some(int fd, uint32_t bridge, char letter, int count, char *names, double *us)
{
	size_t len = 0;
	int i;

	for (i = 0; i < count; i++) {
		char container[NAME_SIZE];
		char *host = names + len;
		double from;

		len += (size_t)snprintf(host, NAME_SIZE, "pb-%ch%d", letter, i) + 1;
		snprintf(container, sizeof(container), "pb-%cc%d", letter, i);
		from = now_us();
		must(create(fd, bridge, host, container), "create");
		if (us)
			us[i] = now_us() - from;
	}
	return len;
}

static int count_record(void *context, const void *record, size_t size)
{
	(void)record;
	(void)size;
	++*(int *)context;
	return 0;
}

static void count_anew(void *context)
{
	*(int *)context = 0;
}

static double time_list(void)
{
	int links = 0;
	struct rt_sink sink = {.put = count_record, .reset = count_anew, .context = &links};
	double from = now_us();

	must(rt_dump(RT_LINKS, -1, &sink, NULL), "list");
	return now_us() - from;
}

static int number(int argc, char **argv, int at, int otherwise)
{
	long value = argc > at ? strtol(argv[at], NULL, 10) : otherwise;

	if (value < 0 || value > MAX) {
		fprintf(stderr, "usage: veth_loop ROUNDS [BATCH [KEPT [FILE]]], each at most %d\n",
			MAX);
		exit(2);
	}
	return (int)value;
}

/* What was measured, in microseconds: for each round, made for each pair of it. */
struct figures {
	double *made, *gone, *listed, *up, *down;
};

/* What a round works on. file is -1 where nothing is to be written. */
struct setting {
	int fd, file, batch;
	uint32_t bridge;
};

static struct figures figures(int rounds, int batch)
{
	struct figures f = {
		.made = calloc((size_t)rounds * (size_t)batch + 1, sizeof(double)),
		.gone = calloc((size_t)rounds + 1, sizeof(double)),
		.listed = calloc((size_t)rounds + 1, sizeof(double)),
		.up = calloc((size_t)rounds + 1, sizeof(double)),
		.down = calloc((size_t)rounds + 1, sizeof(double)),
	};

	if (!f.made || !f.gone || !f.listed || !f.up || !f.down || !rounds || !batch)
		must(-EINVAL, "start");
	return f;
}

static void one_round(const struct setting *s, const struct figures *f, int i)
{
	static char names[MAX * NAME_SIZE];
	double begun = now_us();
	double from;
	size_t len;

	write_synced(s->file, UP_WRITES - 1);
	len = create_some(s->fd, s->bridge, 'b', s->batch, names,
			  f->made + (size_t)i * (size_t)s->batch);
	write_synced(s->file, 1);
	f->up[i] = now_us() - begun;
	if (s->file < 0)
		f->listed[i] = time_list();
	from = now_us();
	must(s->batch == 1 ? delete (s->fd, names)
			   : rt_delete(&(struct rt_names){.text = names, .len = len}, NULL),
	     "delete");
	f->gone[i] = now_us() - from;
	write_synced(s->file, DOWN_WRITES);
	f->down[i] = now_us() - from;
}

static void print_all(const struct figures *f, int rounds, int batch, int kept)
{
	printf("{\"batch\":%d,\"kept\":%d,", batch, kept);
	print("create_us", f->made, rounds * batch);
	putchar(',');
	print("delete_us", f->gone, rounds);
	putchar(',');
	print("list_us", f->listed, rounds);
	putchar(',');
	print("up_us", f->up, rounds);
	putchar(',');
	print("down_us", f->down, rounds);
	printf("}\n");
}

static void release(struct figures *f)
{
	free(f->made);
	free(f->gone);
	free(f->listed);
	free(f->up);
	free(f->down);
}

int main(int argc, char **argv)
{
	static char kept_names[MAX * NAME_SIZE];
	int rounds = number(argc, argv, 1, 200);
	int batch = number(argc, argv, 2, 1);
	int kept = number(argc, argv, 3, 0);
	struct rt_bridge spec = {.name = "pb-bench", .alias = "", .mac = mac, .mtu = RT_NO_MTU};
	struct rt_names list = {.text = kept_names};
	struct figures measured = figures(rounds, batch);
	struct setting setting = {.fd = nl_open(0), .batch = batch};
	struct rt_link br;
	int i;

	must(setting.fd < 0 ? setting.fd : 0, "start");
	setting.file = argc > 4 ? lay_out(argv[4], rounds) : -1;
	must(rt_create_bridge(&spec, &br, NULL), "create bridge");
	setting.bridge = (uint32_t)br.index;
	list.len = create_some(setting.fd, setting.bridge, 'k', kept, kept_names, NULL);
	for (i = 0; i < rounds; i++)
		one_round(&setting, &measured, i);
	must(rt_delete(&list, NULL), "delete kept");
	must(delete (setting.fd, "pb-bench"), "delete bridge");
	print_all(&measured, rounds, batch, kept);
	release(&measured);
	close(setting.fd);
	return 0;
}
