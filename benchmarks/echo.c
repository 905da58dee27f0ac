/* The floor for an OSC bridge: /in/N in, /out/N out, and nothing else.
 *
 *   echo IN OUT
 *
 * Hears IN and sends to OUT, both on loopback, until it is ended.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		return fprintf(stderr, "usage: echo IN OUT\n"), 2;
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))}, out = in;
	in.sin_addr.s_addr = out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	out.sin_port = htons(atoi(argv[2]));
	int rx = socket(AF_INET, SOCK_DGRAM, 0), tx = socket(AF_INET, SOCK_DGRAM, 0), size = 4 << 20;
	setsockopt(rx, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (bind(rx, (struct sockaddr *)&in, sizeof in) || connect(tx, (struct sockaddr *)&out, sizeof out))
		return perror("echo"), 2;
	for (;;) {
		char data[512], said[512];
		ssize_t n = recv(rx, data, sizeof data, 0);
		if (n < 12 || strncmp(data, "/in/", 4))
			continue;
		memset(said, 0, 32);
		int head = sprintf(said, "/out/%.20s", data + 4) + 1;
		head = (head + 3) & ~3;
		memcpy(said + head, data + n - 8, 8);
		send(tx, said, head + 8, 0);
	}
}
