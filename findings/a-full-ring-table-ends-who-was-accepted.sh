#!/usr/bin/env bash
# Linux 6.18: a server whose io_uring file table is full does not leave the next client waiting, it ends it.
#
# accept() at the limit of open files fails with EMFILE before it takes anybody: the client stays in the accept queue,
# and is served once a descriptor is free. An accept into an io_uring's own file table (a direct descriptor) takes the
# client first and looks for a place then. With none free the server reads ENFILE, and the client, whose connect has
# succeeded, reads the end of its connection at once. Who counts connections at such a server sees as many successful
# connects as were tried, and ends without a reason; who waits for the server to have room again waits in vain.
#
# Needs gcc, apt-get and a kernel that allows io_uring. liburing is fetched into a temporary folder, nothing is
# installed. Everything is on loopback, some seconds.
set -euo pipefail

liburing=2.3-3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "liburing-dev=$liburing" >/dev/null
dpkg-deb -x liburing-dev_*.deb lib

cat >probe.c <<'C'
#include <arpa/inet.h>
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PLACES = 2 };

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static int listener(struct sockaddr_in *at)
{
    socklen_t length = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (void *)at, length) < 0 || listen(fd, 16) < 0 || getsockname(fd, (void *)at, &length) < 0)
        fail("listen");
    return fd;
}

static int client(const struct sockaddr_in *at)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (const void *)at, sizeof *at) < 0)
        fail("connect");
    return fd;
}

/* Whether the client reads the end of its connection within a second. */
static const char *fate(int fd)
{
    char byte;
    struct pollfd one = {.fd = fd, .events = POLLIN};
    if (poll(&one, 1, 1000) == 0)
        return "waits";
    return read(fd, &byte, 1) <= 0 ? "ended" : "served";
}

/* An accept into the ring's table for each of three clients, two of which have a place. */
static void ring_table(void)
{
    struct sockaddr_in at;
    struct io_uring ring;
    struct io_uring_cqe *cqe;
    int from = listener(&at), last = -1;
    if (io_uring_queue_init(8, &ring, 0) < 0 || io_uring_register_files_sparse(&ring, PLACES) < 0)
        fail("ring");
    io_uring_prep_multishot_accept_direct(io_uring_get_sqe(&ring), from, NULL, NULL, 0);
    for (int i = 0; i <= PLACES; i++) {
        last = client(&at);
        if (io_uring_submit_and_wait(&ring, 1) < 0 || io_uring_peek_cqe(&ring, &cqe) < 0)
            fail("accept");
        if (i < PLACES && cqe->res < 0)
            fail("accept with a free place");
        if (i == PLACES)
            printf("ring table full: accept %s, client %s\n",
                cqe->res < 0 ? strerrorname_np(-cqe->res) : "OK", fate(last));
        io_uring_cqe_seen(&ring, cqe);
    }
}

/* The same with ordinary descriptors: the limit is put where the next one would be beyond it. */
static void descriptors(void)
{
    struct sockaddr_in at;
    int from = listener(&at), last = client(&at);
    struct rlimit limit = {.rlim_cur = last + 1, .rlim_max = last + 1};
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        fail("setrlimit");
    int got = accept(from, NULL, NULL);
    printf("descriptors spent: accept %s, client %s\n", got < 0 ? strerrorname_np(errno) : "OK", fate(last));
}

int main(void)
{
    ring_table();
    fflush(stdout);
    descriptors();
    return 0;
}
C
gcc -O2 -Wall -D_GNU_SOURCE -Ilib/usr/include -o probe probe.c "$(find lib -name liburing.a)"

echo "Linux $(uname -r), liburing $liburing"
./probe | tee seen
grep -qx 'ring table full: accept ENFILE, client ended' seen
grep -qx 'descriptors spent: accept EMFILE, client waits' seen
echo "as described"
