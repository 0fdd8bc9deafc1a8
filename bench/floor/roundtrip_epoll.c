/*
 * The plainest closed-loop client: level-triggered epoll, one thread, N connections with one message under way on
 * each. It does what a closed loop has to and no more: sends, checks the echo byte by byte, reads the clock
 * once a message, counts it in a histogram.
 *
 *   roundtrip_epoll PORT CONNECTIONS [BYTES [WARM_UP_S [PLATEAU_S]]]      to 127.0.0.1
 *
 * Prints "plateau" and "end" when the counting starts and stops, so that whoever started it can read /proc at these
 * moments, and then one line of figures: echoes/s, p50 and p99, and the CPU time of this thread by getrusage.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, BYTES_MAX = 16 * 1024, SUB_BITS = 5, BUCKETS = 64 << SUB_BITS };

struct connection {
	int fd;
	int replied;
	uint64_t sent_ns;
};

static char message[BYTES_MAX];
static uint64_t histogram[BUCKETS];
static int message_bytes = 64;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Steps of 1/32 of an octave: within 3 % of the value. */
static int bucket_of(uint64_t ns)
{
	int octave = ns < (1u << SUB_BITS) ? 0 : 63 - __builtin_clzll(ns) - SUB_BITS + 1;
	uint64_t sub = octave ? (ns >> (octave - 1)) - (1u << SUB_BITS) : ns;

	return (octave << SUB_BITS) + (int)sub;
}

static double bucket_us(int bucket)
{
	int octave = bucket >> SUB_BITS;
	uint64_t sub = (uint64_t)bucket & ((1u << SUB_BITS) - 1);
	uint64_t ns = octave ? (sub + (1u << SUB_BITS)) << (octave - 1) : sub;

	return (double)ns / 1000;
}

static double percentile_us(uint64_t count, double share)
{
	uint64_t left = (uint64_t)((double)count * share);

	for (int i = 0; i < BUCKETS; i++) {
		if (histogram[i] > left)
			return bucket_us(i);
		left -= histogram[i];
	}
	return 0;
}

static void send_next(struct connection *one)
{
	one->replied = 0;
	one->sent_ns = now_ns();
	if (send(one->fd, message, (size_t)message_bytes, MSG_NOSIGNAL) != message_bytes)
		die("send");
}

static void connect_one(int epoll_fd, struct connection *one, int port)
{
	int yes = 1;
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = one };
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((unsigned short)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	one->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (one->fd < 0)
		die("socket");
	setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (connect(one->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("connect");
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, one->fd, &event) < 0)
		die("epoll_ctl");
}

/* Reads what came; 1 when the echo is complete. */
static int receive(struct connection *one)
{
	char buffer[BYTES_MAX];
	ssize_t bytes = recv(one->fd, buffer, sizeof(buffer), MSG_DONTWAIT);

	if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (bytes <= 0)
		die("recv");
	if (bytes > message_bytes - one->replied || memcmp(buffer, message + one->replied, (size_t)bytes)) {
		fprintf(stderr, "not an echo\n");
		exit(1);
	}
	one->replied += (int)bytes;
	return one->replied == message_bytes;
}

/* Keeps every connection in its circle until a time; the messages answered. */
static uint64_t go_round(int epoll_fd, uint64_t until_ns, int is_counting)
{
	struct epoll_event events[EVENTS];
	uint64_t answered = 0;

	for (uint64_t now = 0; now < until_ns;) {
		int count = epoll_wait(epoll_fd, events, EVENTS, 100);

		now = now_ns();
		for (int i = 0; i < count; i++) {
			struct connection *one = events[i].data.ptr;

			if (!receive(one))
				continue;
			answered++;
			if (is_counting)
				histogram[bucket_of(now - one->sent_ns)]++;
			send_next(one);
		}
	}
	return answered;
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

int main(int count, char **arguments)
{
	int port = count > 1 ? atoi(arguments[1]) : 0;
	int connections = count > 2 ? atoi(arguments[2]) : 0;
	double warm_up_s = count > 4 ? atof(arguments[4]) : 1;
	double plateau_s = count > 5 ? atof(arguments[5]) : 4;
	int epoll_fd = epoll_create1(0);
	struct connection *all = calloc((size_t)connections + 1, sizeof(*all));
	struct rusage before, after;

	message_bytes = count > 3 ? atoi(arguments[3]) : message_bytes;
	if (port < 1 || connections < 1 || message_bytes < 1 || message_bytes > BYTES_MAX) {
		fprintf(stderr, "usage: roundtrip_epoll PORT CONNECTIONS [BYTES [WARM_UP_S [PLATEAU_S]]]\n");
		return 2;
	}
	prctl(PR_SET_NAME, "worker 0");
	for (int i = 0; i < message_bytes; i++)
		message[i] = (char)(i * 31);
	for (int i = 0; i < connections; i++)
		connect_one(epoll_fd, &all[i], port);
	for (int i = 0; i < connections; i++)
		send_next(&all[i]);
	go_round(epoll_fd, now_ns() + (uint64_t)(warm_up_s * 1e9), 0);

	say("plateau");
	getrusage(RUSAGE_THREAD, &before);
	uint64_t start_ns = now_ns();
	uint64_t answered = go_round(epoll_fd, start_ns + (uint64_t)(plateau_s * 1e9), 1);
	double took_s = (double)(now_ns() - start_ns) / 1e9;
	getrusage(RUSAGE_THREAD, &after);
	say("end");
	usleep(200 * 1000); /* there is still somebody to read /proc of */

	printf("echoes_per_s=%.0f p50_us=%.1f p99_us=%.1f user_s=%.3f system_s=%.3f invalid=0\n",
	       (double)answered / took_s, percentile_us(answered, 0.5), percentile_us(answered, 0.99),
	       seconds(after.ru_utime) - seconds(before.ru_utime), seconds(after.ru_stime) - seconds(before.ru_stime));
	return 0;
}
