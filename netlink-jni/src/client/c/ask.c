// SPDX-License-Identifier: Apache-2.0
/*
 * patchbay-ask HOME LAUNCHER [WORD...]: has the running daemon do a command that only reads, for a
 * JVM of its own takes half a second to start. HOME is the distribution's folder, LAUNCHER its
 * bin/patchbay. Whatever is not as usual is left to a JVM, which also tells what is wrong: the
 * launcher is run again with PATCHBAY_ALONE set, as long as nothing has been printed.
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "places.h"
#include "talk.h"

#define BODY_MAX 16384
#define PIECE 16384
#define ACCEPTED_MS 2000
#define PRINTED_MS 12000
#define FAILED 1

extern char **environ;

/* Those that are no settings; they say how a JVM is run, and how wide tables are. */
static const char *const other_variables[] = {"COLUMNS=", "CACHE=", "JAVA_OPTS=", "HOME="};

static bool is_usual_variable(const char *text)
{
	if (strncmp(text, "PATCHBAY_", 9) != 0)
		return true;
	for (size_t i = 0; i < sizeof(other_variables) / sizeof(*other_variables); i++)
		if (strncmp(text + 9, other_variables[i], strlen(other_variables[i])) == 0)
			return true;
	return false;
}

static bool is_usual_word(const char *word)
{
	if (strncmp(word, "--control-socket", 16) == 0 || strncmp(word, "--config", 8) == 0)
		return false;
	/* what else a letter means depends on the locale */
	for (const unsigned char *c = (const unsigned char *)word; *c; c++)
		if (*c > 0x7e)
			return false;
	return true;
}

/* The words, each with a zero behind it; their length, or -1 if they are not as usual. */
static int put_words(char *body, char **words)
{
	size_t length = 0;

	for (char **v = environ; *v; v++)
		if (!is_usual_variable(*v))
			return -1;
	for (; *words; words++) {
		size_t size = strlen(*words) + 1;

		if (!is_usual_word(*words) || size > BODY_MAX - length)
			return -1;
		memcpy(body + length, *words, size);
		length += size;
	}
	return (int)length;
}

/* How wide tables may be; 0 is no limit. */
static unsigned int columns(void)
{
	const char *given = getenv("PATCHBAY_COLUMNS");
	struct winsize size = {0};

	if (given && *given) {
		size_t digits = strspn(given, "0123456789");

		return digits > 5 || given[digits] ? 0 : (unsigned int)strtoul(given, NULL, 10);
	}
	return isatty(1) && ioctl(1, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int request(int fd, const struct places *at, char **words)
{
	char body[BODY_MAX];
	char head[512];
	int length = put_words(body, words);
	int size;
	int ret;

	if (length < 0)
		return -EINVAL;
	size = snprintf(
		head, sizeof(head),
		"POST /v1/command HTTP/1.0\r\nHost: localhost\r\n"
		"Content-Type: application/octet-stream\r\nContent-Length: %d\r\n"
		"Patchbay-Build: %s\r\nPatchbay-Columns: %u\r\nPatchbay-Terminal: %s\r\n\r\n",
		length, at->build, columns(), isatty(2) ? "yes" : "no");
	if (size < 0 || (size_t)size >= sizeof(head))
		return -EINVAL;
	ret = talk_send(fd, head, (size_t)size);
	return ret ? ret : talk_send(fd, body, (size_t)length);
}

/* Who does not read any more, or a full disk, ends no command, as with a JVM. */
static void print(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t done = write(fd, text, length);

		if (done < 0 && errno == EAGAIN) {
			struct pollfd room = {.fd = fd, .events = POLLOUT};

			(void)poll(&room, 1, -1);
		} else if (done < 0 && errno != EINTR) {
			return;
		} else if (done > 0) {
			text += done;
			length -= (size_t)done;
		}
	}
}

/* Prints what comes; the exit code, or -errno. */
static int relay(int fd, bool *told)
{
	struct frame frame;
	char piece[PIECE];
	int ret;

	for (;;) {
		ret = talk_frame(fd, PRINTED_MS, &frame);
		if (ret || frame.kind == FRAME_END)
			return ret ? ret : (int)(frame.value & 0xff);
		if (frame.value > 0) {
			*told = true;
			(void)signal(SIGPIPE, SIG_IGN);
		}
		while (frame.value > 0) {
			size_t part = frame.value < PIECE ? frame.value : PIECE;

			ret = talk_read(fd, PRINTED_MS, piece, part);
			if (ret)
				return ret;
			print(frame.kind, piece, part);
			frame.value -= (uint32_t)part;
		}
	}
}

static int ask(const char *home, char **words, bool *told)
{
	struct places at;
	int ret = places_read(home, &at);
	int fd;

	if (ret)
		return ret;
	fd = talk_connect(at.socket, ACCEPTED_MS);
	if (fd < 0)
		return fd;
	ret = request(fd, &at, words);
	if (!ret)
		ret = talk_head(fd, ACCEPTED_MS);
	if (!ret)
		ret = relay(fd, told);
	close(fd);
	return ret;
}

int main(int argc, char **argv)
{
	bool told = false;
	int code;

	if (argc < 3)
		return FAILED;
	code = ask(argv[1], argv + 3, &told);
	if (code >= 0)
		return code;
	if (told) {
		(void)fprintf(stderr,
			      "patchbay: the daemon ended before its answer was complete\n");
		return FAILED;
	}
	if (setenv("PATCHBAY_ALONE", "yes", 1) == 0)
		execv(argv[2], argv + 2);
	(void)fprintf(stderr, "patchbay: cannot run %s: %s\n", argv[2], strerror(errno));
	return FAILED;
}
