// Connections a second the plainest way: epoll, one listener and one loop a thread.
//   churn_epoll serve PORT COUNT THREADS
//   churn_epoll connect PORT COUNT THREADS fin|rst SECONDS IN_FLIGHT
// The client keeps IN_FLIGHT connects under way on each thread and closes each as soon as it is open; the server
// closes when the peer has. Prints connections_per_s=N.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, THREADS_MAX = 64 };

static int first_port, ports, in_flight, is_rst;
static double seconds;
static uint64_t done[THREADS_MAX][8];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static struct sockaddr_in at_port(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void watch(int poll, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void *serve(void *argument) {
    (void)argument;
    int poll = epoll_create1(0), is_on = 1;
    int *listeners = calloc(65536, sizeof *listeners);
    for (int i = 0; i < ports; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &is_on, sizeof is_on);
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &is_on, sizeof is_on);
        struct sockaddr_in address = at_port(first_port + i);
        if (bind(fd, (void *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) fail("listen");
        listeners[fd] = 1;
        watch(poll, fd, EPOLLIN);
    }

    struct epoll_event events[EVENTS];
    while (1) {
        int count = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (!listeners[fd]) {
                close(fd);
                continue;
            }

            int accepted;
            while ((accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                watch(poll, accepted, EPOLLIN | EPOLLRDHUP);
            }
        }
    }

    return NULL;
}

static void begin(int poll, int *next) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0) fail("socket");
    struct sockaddr_in address = at_port(first_port + (*next)++ % ports);
    if (connect(fd, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) fail("connect");
    watch(poll, fd, EPOLLOUT);
}

static void *churn(void *argument) {
    uint64_t *count = argument;
    struct linger reset = {1, 0};
    struct epoll_event events[EVENTS];
    int poll = epoll_create1(0), next = 0;
    double end = now() + seconds;
    for (int i = 0; i < in_flight; i++) begin(poll, &next);
    while (now() < end) {
        int ready = epoll_wait(poll, events, EVENTS, 100);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (events[i].events & (EPOLLERR | EPOLLHUP)) fail("a connect");
            if (is_rst) setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            close(fd);
            (*count)++;
            begin(poll, &next);
        }
    }

    return NULL;
}

int main(int count, char **words) {
    int is_server = count == 5 && strcmp(words[1], "serve") == 0;
    if (!is_server && count != 8) return fprintf(stderr, "see the head of churn_epoll.c\n"), 2;
    first_port = atoi(words[2]);
    ports = atoi(words[3]);
    int threads = atoi(words[4]);
    if (!is_server) {
        is_rst = strcmp(words[5], "rst") == 0;
        seconds = atof(words[6]);
        in_flight = atoi(words[7]);
    }

    pthread_t running[THREADS_MAX];
    for (int i = 0; i < threads; i++) pthread_create(&running[i], NULL, is_server ? serve : churn, done[i]);
    uint64_t total = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(running[i], NULL);
        total += done[i][0];
    }

    printf("connections_per_s=%.0f\n", total / seconds);
    return 0;
}
