/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_HANG_UP_H
#define PATCHBAY_HANG_UP_H

/*
 * SIGHUP is ignored no more, and ends nothing: it does nothing until another handler is installed.
 * 0 or -errno.
 */
int hang_up_hearable(void);

#endif
