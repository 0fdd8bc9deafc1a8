#!/usr/bin/env bash
# Linux 6.18: sockets of an io_uring outlive the process that is killed, the longer the more rings others take down.
#
# kill -9 and wait: the process is gone. Its sockets are not, when they live in an io_uring's own file table (direct
# descriptors): the kernel takes rings down later, in a thread of its own, those of the whole host. The peer of a small
# server reads the end of its connection some 25 ms after the server was waited for, and hundreds of milliseconds after
# it (9.5 s were seen) when a big program with io_uring, which the server has nothing to do with, was killed before it.
# The same server with an ordinary descriptor ends its connection before wait() returns. Who measures fail-over by
# killing a server measures the kernel's housekeeping, and the neighbour's.
#
# Needs gcc, apt-get and a kernel that allows io_uring. liburing is fetched into a temporary folder, nothing is
# installed. Everything is on loopback, a minute at most.
set -euo pipefail

liburing=2.3-3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "liburing-dev=$liburing" >/dev/null
dpkg-deb -x liburing-dev_*.deb lib

cat >probe.c <<'C'
#include <arpa/inet.h>
#include <liburing.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RINGS = 12, SLOTS = 8000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

/* Rings full of sockets that nobody connected, each watched by a poll; says that it is ready and waits. */
static void neighbour(int ready)
{
    for (int r = 0; r < RINGS; r++) {
        struct io_uring *ring = malloc(sizeof *ring);
        if (io_uring_queue_init(256, ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN) < 0)
            fail("ring");
        if (io_uring_register_files_sparse(ring, SLOTS) < 0)
            fail("file table");
        for (int i = 0; i < SLOTS; i++) {
            struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
            io_uring_prep_socket_direct(sqe, AF_INET, SOCK_STREAM, 0, i, 0);
            sqe->flags |= IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
            sqe = io_uring_get_sqe(ring);
            io_uring_prep_poll_multishot(sqe, i, POLLIN);
            sqe->flags |= IOSQE_FIXED_FILE;
            if (i % 100 == 99) {
                io_uring_submit_and_get_events(ring);
                io_uring_cq_advance(ring, io_uring_cq_ready(ring));
            }
        }
    }
    write(ready, "r", 1);
    pause();
}

/* Accepts one connection, as a direct descriptor or an ordinary one, says so and waits. */
static void server(int listener, int direct, int ready)
{
    struct io_uring ring;
    struct io_uring_cqe *cqe;
    if (io_uring_queue_init(8, &ring, 0) < 0 || io_uring_register_files_sparse(&ring, 4) < 0)
        fail("ring");
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    if (direct)
        io_uring_prep_accept_direct(sqe, listener, NULL, NULL, 0, 0);
    else
        io_uring_prep_accept(sqe, listener, NULL, NULL, 0);
    io_uring_submit(&ring);
    if (io_uring_wait_cqe(&ring, &cqe) < 0 || cqe->res < 0)
        fail("accept");
    write(ready, "r", 1);
    pause();
}

/* Milliseconds from the server's death, as wait() tells it, to the end of its connection as the peer reads it. */
static double lives_on(int direct, int with_neighbour)
{
    int pipes[2];
    char byte;
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 8) || pipe(pipes))
        fail("listen");
    getsockname(listener, (void *)&at, &length);
    pid_t big = 0;
    if (with_neighbour && !(big = fork()))
        neighbour(pipes[1]);
    if (big)
        read(pipes[0], &byte, 1);
    pid_t small = fork();
    if (!small)
        server(listener, direct, pipes[1]);
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(peer, (void *)&at, sizeof at))
        fail("connect");
    read(pipes[0], &byte, 1);
    if (big)
        kill(big, SIGKILL);
    usleep(20000);
    kill(small, SIGKILL);
    waitpid(small, NULL, 0);
    double dead = now();
    read(peer, &byte, 1);
    double took = now() - dead;
    if (big)
        waitpid(big, NULL, 0);
    close(peer);
    close(listener);
    sleep(1);
    return took;
}

static double shortest(int direct, int with_neighbour)
{
    double shortest = 1e9;
    for (int i = 0; i < 3; i++) {
        double took = lives_on(direct, with_neighbour);
        shortest = took < shortest ? took : shortest;
    }
    return shortest;
}

int main(void)
{
    double ordinary = shortest(0, 0), direct = shortest(1, 0), beside = lives_on(1, 1);
    printf("ordinary descriptor:                 %7.2f ms after the server's death, the shortest of 3\n", ordinary);
    printf("direct descriptor:                   %7.2f ms, the shortest of 3\n", direct);
    printf("direct descriptor, beside big rings: %7.2f ms, once\n", beside);
    return ordinary < 2 && direct > 4 ? 0 : 1;
}
C
gcc -O2 -Wno-unused-result -Ilib/usr/include -o probe probe.c "$(find lib -name liburing.a)"

printf 'Linux %s, liburing %s\n' "$(uname -r)" "$liburing"
if timeout 60 ./probe; then
  echo "seen: the sockets of an io_uring outlive their process"
else
  echo "not seen any more"
  exit 1
fi
