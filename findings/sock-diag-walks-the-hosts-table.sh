#!/usr/bin/env bash
# Linux 6.18: asking for the TCP sockets of an empty network namespace walks the hash table of the whole host.
#
# NETLINK_SOCK_DIAG (what ss uses) answers for one namespace, and its cost is that of the host: all namespaces share one
# table of established sockets, sized by the machine's memory, and a dump looks into every bucket of it. With a table of
# 262,144 entries a look at no socket at all takes some 150 us of CPU, before anybody on the host has opened one. A
# namespace made by a parent with net.ipv4.tcp_child_ehash_entries set has a small table of its own: 6 us.
#
# Needs root (namespaces), unshare, ip and python3. Nothing is installed; the setting is written in a namespace of this
# script's own.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/dump.py" <<'P'
import socket, struct, time

def dump(netlink):
    """All TCP sockets of IPv4 here but those that listen: how many, by one SOCK_DIAG_BY_FAMILY dump."""
    states = 0xFFF & ~(1 << 10)
    request = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, states) + bytes(48)
    netlink.send(struct.pack("=IHHII", 16 + len(request), 20, 0x301, 1, 0) + request)
    found = 0
    while True:
        data = netlink.recv(65536)
        while data:
            length, kind = struct.unpack_from("=IH", data)
            if kind == 3:
                return found
            if kind == 2:
                raise OSError("the kernel refuses the dump")
            found += 1
            data = data[(length + 3) & ~3:]

with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as netlink:
    netlink.bind((0, 0))
    times = []
    for _ in range(50):
        began = time.thread_time()
        found = dump(netlink)
        times.append(time.thread_time() - began)
    print(f"{sorted(times)[25] * 1e6:.0f} {found}")
P
read -r shared found_shared < <(unshare -n python3 "$work/dump.py")
read -r own found_own < <(unshare -n sh -c "sysctl -qw net.ipv4.tcp_child_ehash_entries=1024 && unshare -n python3 $work/dump.py")

printf 'Linux %s, CPU time of one dump in an empty namespace, median of 50\n' "$(uname -r)"
printf 'table shared with the host (net.ipv4.tcp_ehash_entries %s): %6s us, %s sockets\n' \
  "$(cat /proc/sys/net/ipv4/tcp_ehash_entries)" "$shared" "$found_shared"
printf 'table of its own (1,024 entries):                      %6s us, %s sockets\n' "$own" "$found_own"
if [[ $found_shared -eq 0 && $found_own -eq 0 && $shared -gt $((10 * own)) ]]; then
  echo "seen: the dump of nothing costs what the host's table costs"
else
  echo "not seen any more"
  exit 1
fi
