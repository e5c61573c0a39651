/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_RT_NAMES_H
#define PATCHBAY_RT_NAMES_H

#include <string.h>

#include "rt_link.h"

/* The next name and its zero, or NULL at the end and where the closing zero is missing. */
static inline const char *rt_next_name(struct rt_names *names)
{
	const char *name = names->text;
	size_t len = strnlen(name, names->len);

	if (names->len == 0 || len == names->len)
		return NULL;
	names->text += len + 1;
	names->len -= len + 1;
	return name;
}

#endif
