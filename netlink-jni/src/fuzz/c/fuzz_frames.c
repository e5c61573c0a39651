// SPDX-License-Identifier: Apache-2.0
/* What reads frames of the LAN, which anybody may send, on arbitrary bytes. */
#include <stdlib.h>
#include <string.h>

#include "seen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct seen table;
static int64_t now;

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check(const struct sighting *s)
{
	static const uint8_t zero[16];

	must(s->kind >= SIGHTING_STATION && s->kind <= SIGHTING_ANSWER);
	must(s->len == 4 || (s->len == 16 && s->kind != SIGHTING_OFFER));
	must(memcmp(s->address, zero, s->len) != 0);
	must(s->len == 16 || memcmp(s->address + 4, zero, 12) == 0);
	if (s->kind != SIGHTING_OFFER)
		must(!(s->mac[0] & 1) && memcmp(s->mac, zero, 6) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sighting s;
	struct said said;

	if (frame_says(data, size, &said))
		must(said.len == 4 || said.len == 16);
	if (frame_sights(data, size, &s)) {
		check(&s);
		now += 100;
		(void)seen_new(&table, &s, now);
		must(!seen_new(&table, &s, now));
	}
	return 0;
}
