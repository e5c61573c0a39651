/* SPDX-License-Identifier: Apache-2.0 */
/* Where the daemon is, as a command without flags finds it. */
#ifndef PATCHBAY_PLACES_H
#define PATCHBAY_PLACES_H

#include <limits.h>
#include <stddef.h>

struct places {
	char build[65];
	char socket[PATH_MAX];
	char settings[PATH_MAX];
};

/*
 * Reads HOME/lib/build-id and HOME/lib/places, and the socket's path from the settings file if that
 * has one. 0 or -errno; -EINVAL for a file that is not as simple as that.
 */
int places_read(const char *home, struct places *at);

/*
 * The socket in settings of that text, in place of what SOCKET has. -EINVAL for what takes the
 * whole grammar of such a file: a line with a backslash, a socket that is named twice.
 */
int places_of_settings(char *text, char *socket, size_t size);

#endif
