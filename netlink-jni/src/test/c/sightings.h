/* SPDX-License-Identifier: Apache-2.0 */
/* Stations of tests, and what is expected to be heard of them. */
#ifndef PATCHBAY_SIGHTINGS_H
#define PATCHBAY_SIGHTINGS_H

#include <string.h>

#include "sighting.h"

static const uint8_t holder[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x05};
static const uint8_t other[6] = {0x02, 0x42, 0x0a, 0x4d, 0x00, 0x06};
static const uint8_t v4[4] = {10, 77, 0, 5};
static const uint8_t v6[16] = {0xfd, 0x77, [15] = 5};
static const uint8_t server[4] = {10, 77, 0, 1};
static const uint8_t nobody[16];

static inline bool is_station(const struct sighting *s, const uint8_t *address, uint8_t len,
			      const uint8_t *mac)
{
	return s->kind == SIGHTING_STATION && s->len == len &&
	       memcmp(s->address, address, len) == 0 && memcmp(s->mac, mac, 6) == 0 &&
	       memcmp(s->server, nobody, 4) == 0;
}

static inline bool is_offer(const struct sighting *s, const uint8_t *mac)
{
	return s->kind == SIGHTING_OFFER && s->len == 4 && memcmp(s->address, v4, 4) == 0 &&
	       memcmp(s->mac, mac, 6) == 0 && memcmp(s->server, server, 4) == 0;
}

#endif
