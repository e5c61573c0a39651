/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets for whole frames on a link (packet(7)). */
#ifndef PATCHBAY_PACKET_H
#define PATCHBAY_PACKET_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* Hears the frames of a protocol that the filter lets through, without waiting; or -errno. */
int packet_open(int32_t link, uint16_t protocol, const struct sock_fprog *filter);

/* Sends to whom the frame says; 0 or -errno. The socket need not be bound to the link. */
int packet_send(int fd, int32_t link, const uint8_t *frame, size_t len);

#endif
