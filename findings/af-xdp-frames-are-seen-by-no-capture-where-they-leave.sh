#!/usr/bin/env bash
# Linux 6.18: a capture on the interface shows nothing of what a program sends from it through AF_XDP in copy mode.
#
# Whoever doubts a generator looks with tcpdump at the interface it sends from. kxdpgun says that it has sent 100 queries,
# the interface counts them as transmitted, the other end of the cable sees every one of them, and tcpdump beside the
# generator sees none: a frame of an AF_XDP socket is given to the driver directly, past the place where packet sockets
# get their copy. What comes back is missing too where an XDP program takes it. An empty capture there says nothing about
# whether anything was sent; only one at the other end of the cable does. A frame that the stack sends from the same
# interface in between is in both captures.
#
# Needs root (namespaces), apt-get, ip and python3. kxdpgun and tcpdump are fetched into a temporary folder, nothing is
# installed. Everything is in two namespaces of this script's own, eight seconds.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

knot=3.2.6-1
tcpdump=4.99.3-1
work=$(mktemp -d)
near="near-$$" far="far-$$"
captures=()
end() {
  [[ ${#captures[@]} -eq 0 ]] || kill "${captures[@]}" 2>/dev/null || true
  ip netns del "$near" 2>/dev/null || true
  ip netns del "$far" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "knot-dnsutils=$knot" "libknot13=$knot" "libdnssec9=$knot" \
  "libzscanner4=$knot" libxdp1=1.3.1-1 libbpf1=1:1.1.2-0+deb12u1 "tcpdump=$tcpdump" libpcap0.8=1.10.3-1 >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

ip netns add "$near"
ip netns add "$far"
ip -n "$near" link add here type veth peer name there netns "$far"
ip -n "$near" addr add 10.9.0.1/24 dev here
ip -n "$far" addr add 10.9.0.2/24 dev there
ip -n "$near" link set here up
ip -n "$far" link set there up
capture() { ip netns exec "$1" root/usr/bin/tcpdump -ni "$2" -w "$2.pcap" udp port 53 2>/dev/null & captures+=($!); }
capture "$near" here
capture "$far" there
sleep 1

# One datagram by the stack, which also makes the neighbour known.
ip netns exec "$near" python3 -c 'import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("10.9.0.2", 53))'
sleep 0.5
transmitted() { ip -n "$near" -s -j link show here | python3 -c \
  'import json, sys; print(json.load(sys.stdin)[0]["stats64"]["tx"]["packets"])'; }
before=$(transmitted)
echo "example.com. A" >queries
sent=$(ip netns exec "$near" root/usr/sbin/kxdpgun -t 1 -Q 100 -i queries -I here 10.9.0.2 2>&1 |
  sed -n 's/^total queries: *\([0-9]*\).*/\1/p')
after=$(transmitted)
sleep 0.5
kill -INT "${captures[@]}"
wait "${captures[@]}" 2>/dev/null || true
captures=()
count() { root/usr/bin/tcpdump -nr "$1.pcap" 2>/dev/null | grep -c '> 10.9.0.2.53' || true; }
seen_near=$(count here) seen_far=$(count there)
echo "kxdpgun $knot on Linux $(uname -r): $sent sent, $((after - before)) more transmitted by the interface;" \
  "tcpdump $tcpdump saw $seen_near where they left and $seen_far at the other end, the stack's one included"
if [[ $sent -ge 100 && $((after - before)) -ge $sent && $seen_near -eq 1 && $seen_far -eq $((sent + 1)) ]]; then
  echo "a capture on the sending interface has none of the frames of AF_XDP"
else
  echo "not as it was"
  exit 1
fi
