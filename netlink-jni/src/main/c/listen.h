/* SPDX-License-Identifier: Apache-2.0 */
/* Hears who speaks for which address on the LAN behind a bridge, and says nothing. */
#ifndef PATCHBAY_LISTEN_H
#define PATCHBAY_LISTEN_H

#include "seen.h"

/* What one call of listen_next() has room for at least. */
#define LISTEN_ROOM 512

struct listening {
	int32_t frames; /* packet socket bound to the bridge */
	int32_t wake;   /* eventfd */
	int64_t rest_until;
	struct seen seen;
};

/* 0 or -errno; -ENETDOWN: the bridge is down. */
int listen_open(struct listening *l, int32_t bridge);

/*
 * Waits for frames and tells what is new in them, which may be nothing; how many, or -errno.
 * -ECANCELED: somebody called listen_wake(); other: broken, as when the bridge goes or goes down.
 */
int listen_next(struct listening *l, struct sighting out[LISTEN_ROOM]);
int listen_wake(const struct listening *l);
void listen_close(const struct listening *l);

#endif
