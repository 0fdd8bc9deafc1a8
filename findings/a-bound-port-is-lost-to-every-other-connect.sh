#!/usr/bin/env bash
# Linux 6.18: a source port that one program has bound is given to no other program's connect, whoever the target is.
#
# Ten connections that leave the choice of the port to the kernel take ten ports towards one target, and another target
# can be reached from the same ten ports at once: the kernel compares whole address pairs. Ten connections from the same
# ports that were bound first, with SO_REUSEADDR as a client does that wants to choose its ports, take them from
# everybody: a connect of another program to another target ends with EADDRNOTAVAIL, and goes on to when they are
# closed, as long as their TIME_WAIT lasts. SO_REUSEADDR on the second socket changes nothing, since only a bind looks
# at it. A load generator, proxy or NAT that binds its source ports over the whole ephemeral range leaves the host
# without outgoing connects for a minute after it has ended; every second port is enough to leave it some.
#
# Needs root (a network namespace), ip and python3. Nothing is installed; everything is on loopback, two seconds.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ports.py" <<'P'
import errno, socket

FIRST, COUNT = 40000, 10
FULL, OTHER = ("127.0.0.1", 7000), ("127.0.0.1", 7001)
listeners = [socket.create_server(at, backlog=64) for at in (FULL, OTHER)]

def connected(port=0):
    """A connection to the target that is to be full; from a port of its own choice, or of the kernel's."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if port:
        s.bind(("127.0.0.1", port))
    s.connect(FULL)
    return s, listeners[0].accept()[0]

def elsewhere():
    """How a plain connect to the other target ends."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.connect(OTHER)
        except OSError as e:
            return errno.errorcode[e.errno]
        peer = listeners[1].accept()[0]
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # leaves no TIME_WAIT of its own
    peer.close()
    return "connected"

def close(pairs, first):
    for pair in pairs:
        pair[first].close()
        pair[1 - first].close()

seen = []
chosen = [connected() for _ in range(COUNT)]
seen.append(elsewhere())
close(chosen, 1)  # the server first: TIME_WAIT is there, and these ports are free again
bound = [connected(FIRST + i) for i in range(COUNT)]
seen.append(elsewhere())
close(bound, 0)
seen.append(elsewhere())
print("ten ports chosen by the kernel, another target:", seen[0])
print("ten ports bound, another target:", seen[1])
print("the same in TIME_WAIT:", seen[2])
assert seen == ["connected", "EADDRNOTAVAIL", "EADDRNOTAVAIL"], seen
P
uname -sr
unshare -n bash -c "ip link set lo up && sysctl -q -w net.ipv4.ip_local_port_range='40000 40009' net.ipv4.tcp_tw_reuse=0 \
  && python3 '$work/ports.py'"
