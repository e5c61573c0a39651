/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads Ethernet frames in a caller's buffer; no system call. */
#ifndef PATCHBAY_FRAME_H
#define PATCHBAY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARP_FRAME_SIZE 42
#define NA_FRAME_SIZE 86
#define NS_FRAME_SIZE 78

/* A gratuitous ARP request (RFC 5227, 3): sender and target are the address. */
void arp_frame(uint8_t frame[ARP_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[4]);
/* An ARP probe (RFC 5227, 2.1.1): the sender has no address, so it enters no cache. */
void arp_probe_frame(uint8_t frame[ARP_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[4]);
/* An unsolicited neighbour advertisement with the override flag (RFC 4861, 7.2.6). */
void na_frame(uint8_t frame[NA_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[16]);
/* A solicitation as duplicate address detection sends it (RFC 4862, 5.4.2): from no address. */
void ns_probe_frame(uint8_t frame[NS_FRAME_SIZE], const uint8_t mac[6], const uint8_t address[16]);

/* The address that a frame says its sender has, which is what an answer to a probe says. */
struct said {
	uint8_t len; /* 4 or 16 */
	uint8_t address[16];
	uint8_t mac[6];
};
/* False when it is no ARP message and no neighbour advertisement, or a broken one. */
bool frame_says(const uint8_t *frame, size_t len, struct said *said);

#endif
