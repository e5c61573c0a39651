// SPDX-License-Identifier: Apache-2.0
#include "seen.h"

#include <string.h>

/* FNV-1a. Who makes many of one set has them told more often, up to the limit. */
static size_t set_of(const struct sighting *what)
{
	const uint8_t *bytes = (const uint8_t *)what;
	uint32_t hash = 2166136261U;
	size_t i;

	_Static_assert(sizeof(*what) == 28, "a sighting has no bytes between its members");
	for (i = 0; i < sizeof(*what); i++)
		hash = (hash ^ bytes[i]) * 16777619U;
	return (hash ^ (hash >> 16)) % SEEN_SETS;
}

static bool is_within_limit(struct seen *seen, int64_t now)
{
	if (now >= seen->second_ends) {
		seen->second_ends = now + 1000;
		seen->left = SEEN_PER_SECOND;
	}
	if (!seen->left)
		return false;
	seen->left--;
	return true;
}

bool seen_new(struct seen *seen, const struct sighting *what, int64_t now)
{
	struct seen_entry *set = seen->sets[set_of(what)];
	struct seen_entry *oldest = set;
	size_t i;

	for (i = 0; i < SEEN_WAYS; i++) {
		if (set[i].until > now && memcmp(&set[i].what, what, sizeof(*what)) == 0)
			return false;
		if (set[i].until < oldest->until)
			oldest = &set[i];
	}
	if (!is_within_limit(seen, now))
		return false;
	oldest->until = now + SEEN_FOR_MS;
	oldest->what = *what;
	return true;
}
