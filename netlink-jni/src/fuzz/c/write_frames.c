// SPDX-License-Identifier: Apache-2.0
/* Writes frames that say something into a folder, as seeds for the fuzzer. Run by `make corpus`. */
#include <stdio.h>
#include <stdlib.h>

#include "dhcp_frame.h"
#include "frame.h"

static void save(const char *folder, const char *name, const uint8_t *frame, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	if (!f || fwrite(frame, 1, len, f) != len || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static const uint8_t mac[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05};
	static const uint8_t v4[4] = {10, 77, 0, 5};
	static const uint8_t v6[16] = {0xfd, 0x77, [15] = 5};
	static const uint8_t server[4] = {10, 77, 0, 1};
	struct dhcp m = {.from = mac, .source = server, .address = v4, .server = server};
	static const char *const types[] = {[2] = "offer", [3] = "request", [5] = "ack"};
	uint8_t frame[DHCP_FRAME_SIZE];

	if (argc != 2)
		return 1;
	arp_frame(frame, mac, v4);
	save(argv[1], "arp", frame, ARP_FRAME_SIZE);
	arp_probe_frame(frame, mac, v4);
	save(argv[1], "arp-probe", frame, ARP_FRAME_SIZE);
	na_frame(frame, mac, v6);
	save(argv[1], "advertisement", frame, NA_FRAME_SIZE);
	ns_probe_frame(frame, mac, v6);
	save(argv[1], "solicitation-probe", frame, NS_FRAME_SIZE);
	memcpy(frame + 22, v6, sizeof(v6));
	save(argv[1], "solicitation", frame, NS_FRAME_SIZE);
	for (m.type = 2; m.type <= 5; m.type++) {
		if (types[m.type])
			save(argv[1], types[m.type], frame, dhcp_frame(frame, &m));
	}
	return 0;
}
