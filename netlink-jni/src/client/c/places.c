// SPDX-License-Identifier: Apache-2.0
#include "places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SETTINGS_MAX 65536
#define KEY "control-socket"
#define BLANK " \t\f\r"

/* The whole file with a zero behind it; its length, or -errno. */
static int read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text + length, size - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	} while (got > 0 && length < size - 1);
	if (got < 0)
		got = -errno;
	close(fd);
	text[length] = 0;
	if (got < 0)
		return (int)got;
	return got > 0 || strlen(text) != length ? -EINVAL : (int)length;
}

static int copy(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length == 0 || length >= size)
		return -EINVAL;
	memcpy(to, from, length + 1);
	return 0;
}

/* What stands behind the key and its divider, without blanks around it. */
static char *value_of(char *line)
{
	char *end;

	line += strspn(line, BLANK);
	if (*line == '=' || *line == ':')
		line++;
	line += strspn(line, BLANK);
	end = line + strlen(line);
	while (end > line && strchr(BLANK, end[-1]))
		end--;
	*end = 0;
	return line;
}

int places_of_settings(char *text, char *socket, size_t size)
{
	char *rest = NULL;
	int found = 0;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, BLANK);
		if (*line == '#' || *line == '!')
			continue;
		/* a carriage return alone ends a line, too */
		if (strchr(line, '\\') || (strchr(line, '\r') && strchr(line, '\r')[1]))
			return -EINVAL;
		if (strcspn(line, BLANK "=:") != strlen(KEY) ||
		    strncmp(line, KEY, strlen(KEY)) != 0)
			continue;
		if (found++ || copy(socket, size, value_of(line + strlen(KEY))))
			return -EINVAL;
	}
	return 0;
}

int places_read(const char *home, struct places *at)
{
	static char text[SETTINGS_MAX];
	char path[PATH_MAX];
	int ret;

	if (snprintf(path, sizeof(path), "%s/lib/build-id", home) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	ret = read_file(path, text, sizeof(text));
	if (ret < 0)
		return ret;
	text[strcspn(text, "\r\n")] = 0;
	ret = copy(at->build, sizeof(at->build), text);
	if (ret)
		return ret;
	if (snprintf(path, sizeof(path), "%s/lib/places", home) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	ret = read_file(path, text, sizeof(text));
	if (ret < 0)
		return ret;
	ret = copy(at->socket, sizeof(at->socket), strtok(text, "\n") ?: "");
	if (!ret)
		ret = copy(at->settings, sizeof(at->settings), strtok(NULL, "\n") ?: "");
	if (ret)
		return ret;
	ret = read_file(at->settings, text, sizeof(text));
	if (ret < 0)
		return ret == -ENOENT ? 0 : ret;
	return places_of_settings(text, at->socket, sizeof(at->socket));
}
