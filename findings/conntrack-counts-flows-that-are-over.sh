#!/usr/bin/env bash
# Linux 6.18: conntrack's count keeps flows that timed out, for half a minute and more, until somebody lists the table.
#
# An entry that has timed out is dead: no packet finds it, and a listing leaves it out. It is still in
# net.netfilter.nf_conntrack_count, which `conntrack -C` and exporters of metrics read, until a worker of the kernel
# comes round. With a timeout of a second 100 datagrams are counted as 100 flows 5 s later, while the list is empty. The
# list takes them out of the table as it passes them: after `conntrack -L` the count is 0. So is the number of events:
# the "destroyed" ones, from which flow logs take the end of a flow, come all at once when somebody lists. Who reads the
# count to see how full a table is gets another figure from a host whose table is listed now and then, and the act of
# looking why it is so high mends it.
#
# Needs root (namespaces), apt-get, unshare, ip and python3. nft and conntrack are fetched into a temporary folder,
# nothing is installed. All is on loopback in a namespace of this script's own, at most a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

nftables=1.0.6-2+deb12u2
conntrack=1:1.4.7-1+b2
if [[ ${1:-} != inside ]]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && apt-get -o APT::Sandbox::User=root download -qq "nftables=$nftables" "libnftables1=$nftables" \
    libnftnl11=1.2.4-2 libmnl0=1.0.4-3 libxtables12=1.8.9-2 libjansson4=2.14-2 "conntrack=$conntrack" \
    libnetfilter-conntrack3=1.0.9-3 libnfnetlink0=1.0.2-2 >/dev/null
  for package in *.deb; do dpkg-deb -x "$package" root; done)
  for _ in 1 2 3 4 5; do
    unshare --net "$0" inside "$work" && exit
  done
  echo "not seen any more, five times over"
  exit 1
fi

work=$2
libraries=$(find "$work/root" -type d -path '*/lib/*-linux-gnu' | paste -sd :)
packaged() { LD_LIBRARY_PATH=$libraries PATH=$work/root/usr/sbin:$PATH command "$@"; }
count() { packaged conntrack -C; }
listed() { packaged conntrack -L 2>/dev/null | wc -l; }
ended() { wc -l <"$work/events"; }

ip link set lo up
packaged nft 'add table ip t; add chain ip t o { type filter hook output priority 0; };
  add rule ip t o ct state new counter'
sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1
LD_LIBRARY_PATH=$libraries "$work/root/usr/sbin/conntrack" -b 4194304 -E -e DESTROY -p udp >"$work/events" 2>/dev/null &
listener=$!
trap 'kill "$listener"' EXIT
sleep 0.5
python3 - <<'P'
import socket

for port in range(20000, 20100):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", port))
        s.sendto(b"one datagram", ("127.0.0.1", 53))
P
sleep 5
count_before=$(count) ended_before=$(ended)
listed=$(listed)
sleep 0.5
count_after=$(count) ended_after=$(ended)

printf 'Linux %s, conntrack %s; 100 flows with a timeout of 1 s, 5 s after their only packet\n' \
  "$(uname -r)" "$conntrack"
printf 'counted %3s, reported as destroyed %3s\n' "$count_before" "$ended_before"
printf 'listed  %3s\n' "$listed"
printf 'counted %3s, reported as destroyed %3s\n' "$count_after" "$ended_after"
if [[ "$count_before $ended_before $listed $count_after $ended_after" == "100 0 0 0 100" ]]; then
  echo "seen: flows that are over are counted until the table is listed"
else
  echo "not seen; the kernel's worker may have come round in between"
  exit 1
fi
