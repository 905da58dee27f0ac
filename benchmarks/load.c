/* A black-box load for bridges to OSC: events in on one UDP port of this machine,
 * out on another.  Prints one line of figures.
 *
 *   load MODE IN OUT CONTROLS AMOUNT [FROM [rtp]]
 *
 *   latency   AMOUNT paced events one at a time: p50 p99 lost (microseconds)
 *   burst     AMOUNT bursts of one event for each control: last out p50 p99 lost
 *   rate      at AMOUNT events a second for one second: sent received finals
 *
 * Sends /in/N ,f from port FROM (any when left out) to IN; expects /out/N ,f at
 * OUT.  With rtp it invites to a network MIDI session at IN instead (AppleMIDI:
 * control there, data one port on), touches the faders of a Mackie Control and
 * sends pitch bends, one a packet.  Loopback only; stops by itself.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096

static int tx, rx;
static unsigned char packet[MOST][64];
static size_t length[MOST];

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static struct sockaddr_in local(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static int opened(int port)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20, one = 1;
	struct sockaddr_in a = local(port);
	setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a)) {
		perror("bind");
		exit(2);
	}
	return s;
}

static int is_rtp, control_socket;
static uint16_t sequence;

/* One command of AppleMIDI: what, token, our source. */
static void say(int s, const char *what, size_t extra)
{
	unsigned char data[32] = {0xff, 0xff, what[0], what[1], 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
	memcpy(data + 16, "load", extra);
	send(s, data, 16 + extra, 0);
}

static void invite(int s)
{
	unsigned char data[256];
	struct pollfd p = {s, POLLIN, 0};
	for (int try = 0; try < 100; try++) {
		say(s, "IN", 5);
		if (poll(&p, 1, 100) > 0 && recv(s, data, sizeof data, 0) >= 16 && !memcmp(data + 2, "OK", 2))
			return;
		/* A refusal comes at once. */
		poll(NULL, 0, 50);
	}
	fprintf(stderr, "load: nobody takes the invitation\n");
	exit(3);
}

static void midi(unsigned char a, unsigned char b, unsigned char c)
{
	unsigned char data[16] = {0x80, 0x61, sequence >> 8, sequence, 0, 0, 0, 0, 5, 6, 7, 8, 3, a, b, c};
	sequence++;
	while (send(tx, data, sizeof data, 0) < 0 && errno == ENOBUFS)
		;
}

static void join(int controls)
{
	unsigned char sync[36] = {0xff, 0xff, 'C', 'K', 5, 6, 7, 8}, data[256];
	struct pollfd p = {tx, POLLIN, 0};
	invite(control_socket);
	invite(tx);
	send(tx, sync, sizeof sync, 0);
	if (poll(&p, 1, 1000) > 0 && recv(tx, data, sizeof data, 0) >= 36) {
		data[8] = 2;
		memcpy(data + 4, sync + 4, 4);
		send(tx, data, 36, 0);
	}
	for (int c = 0; c < controls; c++)
		midi(0x90, 0x68 + c, 0x7f);
}

static void leave(void)
{
	if (is_rtp)
		say(control_socket, "BY", 0);
}

static void put(int control, float value)
{
	if (is_rtp) {
		int place = value * 16383 + 0.5f;
		midi(0xe0 | control, place & 0x7f, place >> 7);
		return;
	}
	uint32_t bits;
	memcpy(&bits, &value, 4);
	bits = htonl(bits);
	memcpy(packet[control] + length[control] - 4, &bits, 4);
	while (send(tx, packet[control], length[control], 0) < 0 && errno == ENOBUFS)
		;
}

/* The control (from 0) and value of the next event out; -1 when none came in time. */
static int take(double patience, float *value)
{
	unsigned char data[256];
	struct pollfd p = {rx, POLLIN, 0};
	if (poll(&p, 1, patience * 1000) <= 0)
		return -1;
	ssize_t n = recv(rx, data, sizeof data, 0);
	if (n < 16)
		return -1;
	uint32_t bits;
	memcpy(&bits, data + n - 4, 4);
	bits = ntohl(bits);
	memcpy(value, &bits, 4);
	return atoi((char *)data + 5) - 1;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void rest(double seconds)
{
	struct timespec t = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
	nanosleep(&t, NULL);
}

/* Away from zero and never the same twice running, nor what the run before this one said, so
 * that nobody may leave one out. */
static float value_of(long step)
{
	static long base;
	if (!base)
		base = 1 + (long)(now() * 1e3) % 1000;
	return (float)(((base + step) * 7) % 1000 + 12) / 1023.0f;
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return fprintf(stderr, "usage: load MODE IN OUT CONTROLS AMOUNT [FROM]\n"), 2;
	const char *mode = argv[1];
	int in = atoi(argv[2]), out = atoi(argv[3]), controls = atoi(argv[4]);
	long amount = atol(argv[5]);
	if (controls < 1 || controls > MOST || amount < 1)
		return fprintf(stderr, "load: CONTROLS is 1 to %d, AMOUNT at least 1\n", MOST), 2;
	tx = opened(argc > 6 ? atoi(argv[6]) : 0);
	rx = opened(out);
	is_rtp = argc > 7 && !strcmp(argv[7], "rtp");
	struct sockaddr_in to = local(in + is_rtp);
	connect(tx, (struct sockaddr *)&to, sizeof to);
	if (is_rtp) {
		/* A peer's data port is one above its control port. */
		struct sockaddr_in here = {0};
		socklen_t size = sizeof here;
		getsockname(tx, (struct sockaddr *)&here, &size);
		control_socket = opened(ntohs(here.sin_port) - 1);
		to = local(in);
		connect(control_socket, (struct sockaddr *)&to, sizeof to);
		join(controls);
		atexit(leave);
	}
	for (int c = 0; c < controls; c++) {
		int n = sprintf((char *)packet[c], "/in/%d", c + 1) + 1;
		n = (n + 3) & ~3;
		memcpy(packet[c] + n, ",f\0\0", 4);
		length[c] = n + 8;
	}
	float value;
	double *took = calloc(amount, sizeof *took);
	long good = 0, lost = 0;
	if (!strcmp(mode, "latency")) {
		for (long k = 0; k < amount; k++) {
			double start = now();
			put(k % controls, value_of(k));
			if (take(0.5, &value) < 0)
				lost++;
			else
				took[good++] = now() - start;
			rest(0.0005 + (k % 7) * 0.0001);
		}
	} else if (!strcmp(mode, "burst")) {
		for (long k = 0; k < amount; k++) {
			double start = now();
			int missing = controls;
			for (int c = 0; c < controls; c++)
				put(c, value_of(k + c));
			while (missing > 0 && take(0.5, &value) >= 0)
				missing--;
			if (missing)
				lost += missing;
			else
				took[good++] = now() - start;
			rest(0.005);
		}
	} else if (!strcmp(mode, "rate")) {
		double begun = now(), step = 1.0 / amount;
		long sent = 0, total = amount;
		float last[MOST], heard[MOST];
		memset(heard, 0, sizeof heard);
		while (sent < total) {
			long due = (now() - begun) / step;
			for (; sent < due && sent < total; sent++)
				put(sent % controls, last[sent % controls] = value_of(sent));
			int c;
			while ((c = take(0, &value)) >= 0) {
				good++;
				if (c < controls)
					heard[c] = value;
			}
		}
		double took_all = now() - begun;
		for (int c; (c = take(0.3, &value)) >= 0;) {
			good++;
			if (c < controls)
				heard[c] = value;
		}
		int finals = 0;
		for (int c = 0; c < controls; c++)
			finals += heard[c] > 0 && heard[c] - last[c] < 0.002f && last[c] - heard[c] < 0.002f;
		printf("%.0f %ld %ld %d\n", sent / took_all, sent, good, finals);
		return 0;
	} else
		return fprintf(stderr, "load: MODE is latency, burst or rate\n"), 2;
	qsort(took, good, sizeof *took, ascending);
	if (!good)
		printf("0 0 %ld\n", lost);
	else
		printf("%.1f %.1f %ld\n", 1e6 * took[good / 2], 1e6 * took[(long)(good * 0.99)], lost);
	return 0;
}
