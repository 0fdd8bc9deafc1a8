#!/usr/bin/env bash
# Linux 6.18: a connect that a firewall of the same host rejects succeeds in io_uring, and may do so after a refusal.
#
# nft's `reject` (iptables' REJECT, what kube-proxy writes for a service without endpoints) answers a SYN of this host
# with an ICMP message while connect() still holds the socket. TCP leaves such a message aside (LockDroppedIcmps) and
# goes on: the state is SYN-SENT and the SYN will be sent again. But the error has been noted. So each interface says
# something else of one and the same connect:
#   - io_uring completes IORING_OP_CONNECT with 0, success, at once; the socket is in SYN-SENT.
#   - poll() says POLLERR at once, SO_ERROR says ECONNREFUSED. The state is SYN-SENT still: a program that keeps the
#     descriptor finds it connected a second later, if the rule went away meanwhile.
#   - a connect() that blocks says ECONNREFUSED as well, after a second, when the SYN was sent again.
# A program on io_uring that counts completions counts services that are down as up. SO_ERROR after the completion, or
# TCP_INFO, tells the truth.
#
# Needs root (namespaces), gcc, nft and apt-get, and a kernel that allows io_uring. liburing is fetched into a temporary
# folder, nothing is installed. Everything is on loopback in a namespace of this script's own, some seconds.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

liburing=2.3-3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "liburing-dev=$liburing" >/dev/null
dpkg-deb -x liburing-dev_*.deb lib

cat >probe.c <<'C'
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in at = { .sin_family = AF_INET };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static const char *state(int s)
{
    struct tcp_info info;
    socklen_t length = sizeof info;
    getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &length);
    return info.tcpi_state == TCP_ESTABLISHED ? "ESTABLISHED" : info.tcpi_state == TCP_SYN_SENT ? "SYN-SENT" : "CLOSE";
}

static int error(int s)
{
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

static int by_uring(void)
{
    struct io_uring ring;
    struct io_uring_cqe *cqe;
    if (io_uring_queue_init(4, &ring, 0) < 0) {
        perror("io_uring");
        exit(2);
    }
    int s = socket(AF_INET, SOCK_STREAM, 0);
    double began = now();
    io_uring_prep_connect(io_uring_get_sqe(&ring), s, (void *)&at, sizeof at);
    io_uring_submit(&ring);
    io_uring_wait_cqe(&ring, &cqe);
    int result = cqe->res;
    double took = now() - began;
    const char *is = state(s);
    int after = error(s);
    printf("io_uring:  result %d after %.1f s, state %s; SO_ERROR then: %s\n", result, took, is, strerror(after));
    close(s);
    return result == 0 && !strcmp(is, "SYN-SENT") && after == ECONNREFUSED;
}

static int by_blocking(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    double began = now();
    int failed = connect(s, (void *)&at, sizeof at) ? errno : 0;
    double took = now() - began;
    printf("connect(): %s after %.1f s\n", strerror(failed), took);
    close(s);
    return failed == ECONNREFUSED && took > 0.5;
}

static int by_poll(void)
{
    int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    double began = now();
    connect(s, (void *)&at, sizeof at);
    struct pollfd p = { .fd = s, .events = POLLOUT };
    poll(&p, 1, 5000);
    short first = p.revents;
    double took = now() - began;
    const char *is = state(s);
    int after = error(s);
    printf("poll():    %s after %.1f s, state %s; SO_ERROR: %s\n", first & POLLERR ? "POLLERR" : "POLLOUT", took, is,
           strerror(after));
    if (system("nft delete table ip t"))
        exit(2);
    while (now() - began < 8 && strcmp(state(s), "ESTABLISHED"))
        usleep(20000);
    printf("           the rule is taken away: state %s at %.1f s, SO_ERROR: %s\n", state(s), now() - began,
           strerror(error(s)));
    return first & POLLERR && took < 0.5 && after == ECONNREFUSED && !strcmp(is, "SYN-SENT")
        && !strcmp(state(s), "ESTABLISHED");
}

int main(void)
{
    at.sin_port = htons(7000);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 16)) {
        perror("listen");
        return 2;
    }
    int uring = by_uring(), blocking = by_blocking(), polled = by_poll();
    return uring && blocking && polled ? 0 : 1;
}
C
gcc -O2 -Wno-unused-result -Ilib/usr/include -o probe probe.c "$(find lib -name liburing.a)"

printf 'Linux %s, liburing %s; nft: output, tcp dport 7000 reject\n' "$(uname -r)" "$liburing"
cat >rules <<'N'
table ip t {
  chain o {
    type filter hook output priority 0
    tcp dport 7000 reject
  }
}
N
if unshare --net sh -c 'ip link set lo up && nft -f rules && timeout 30 ./probe'; then
  echo "seen: three interfaces tell three things of one refused connect"
else
  echo "not seen any more"
  exit 1
fi
