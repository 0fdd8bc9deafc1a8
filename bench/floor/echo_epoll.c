/*
 * The plainest epoll echo server: level-triggered, one recv and one send a message, nothing per connection but its
 * descriptor. It is what "a plain C epoll echo" means in bench/results, so it is kept free of every trick.
 *
 *   echo_epoll PORT [-t THREADS]      listens on 127.0.0.1; ends by a signal
 *
 * Threads share the port by SO_REUSEPORT. Each is called "worker N", as Throng's are, so one reader of /proc does.
 * A peer that does not read loses its connection: back-pressure is not what is measured here.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, BUFFER_BYTES = 16 * 1024, BACKLOG = 4096, THREADS_MAX = 256 };

static int port;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_here(void)
{
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((unsigned short)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("bind");
	if (listen(fd, BACKLOG) < 0)
		die("listen");
	return fd;
}

static void watch(int epoll_fd, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll_ctl");
}

static void accept_all(int epoll_fd, int listener)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);

		if (fd < 0)
			return; /* none left, or none to be had now */
		watch(epoll_fd, fd);
	}
}

static void echo(int fd)
{
	static __thread char buffer[BUFFER_BYTES];
	ssize_t bytes = recv(fd, buffer, sizeof(buffer), 0);

	if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (bytes <= 0 || send(fd, buffer, (size_t)bytes, MSG_NOSIGNAL) != bytes)
		close(fd);
}

static void *serve(void *number)
{
	struct epoll_event events[EVENTS];
	char name[16];
	int epoll_fd = epoll_create1(0);
	int listener = listen_here();

	snprintf(name, sizeof(name), "worker %d", (int)(long)number);
	prctl(PR_SET_NAME, name);
	if (epoll_fd < 0)
		die("epoll_create1");
	watch(epoll_fd, listener);
	for (;;) {
		int count = epoll_wait(epoll_fd, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == listener)
				accept_all(epoll_fd, listener);
			else
				echo(events[i].data.fd);
		}
	}
	return NULL;
}

int main(int count, char **arguments)
{
	int threads = count == 4 && !strcmp(arguments[2], "-t") ? atoi(arguments[3]) : 1;
	struct rlimit files;
	pthread_t thread;

	if ((count != 2 && count != 4) || threads < 1 || threads > THREADS_MAX) {
		fprintf(stderr, "usage: echo_epoll PORT [-t THREADS]\n");
		return 2;
	}
	port = atoi(arguments[1]);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	for (int i = 1; i < threads; i++)
		if (pthread_create(&thread, NULL, serve, (void *)(long)i))
			die("pthread_create");
	serve((void *)0L);
	return 0;
}
