/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps what is heard again and again from being told each time. No system call, no allocation. */
#ifndef PATCHBAY_SEEN_H
#define PATCHBAY_SEEN_H

#include "sighting.h"

#define SEEN_SETS 256
#define SEEN_WAYS 8

/* The same is told once in this time, */
#define SEEN_FOR_MS 5000
/* and different ones as often as this in a second. */
#define SEEN_PER_SECOND 256

/* All zero to begin with. */
struct seen {
	int64_t second_ends;
	int64_t left;
	struct seen_entry {
		int64_t until;
		struct sighting what;
	} sets[SEEN_SETS][SEEN_WAYS];
};

/* Whether it is to be told at that time, which is noted then. What is not told because of the limit
 * is told when it is heard again. */
bool seen_new(struct seen *seen, const struct sighting *what, int64_t now);

#endif
