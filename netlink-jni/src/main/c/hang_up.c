// SPDX-License-Identifier: Apache-2.0
#include "hang_up.h"

#include <errno.h>
#include <signal.h>

static void do_nothing(int number)
{
	(void)number;
}

int hang_up_hearable(void)
{
	struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};

	return sigaction(SIGHUP, &action, NULL) ? -errno : 0;
}
