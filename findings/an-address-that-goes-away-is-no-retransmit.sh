#!/usr/bin/env bash
# Linux 6.18: when a connection's own address is taken off the host, nothing it then sends counts as a retransmit.
#
# A fail-over moves an address to another host. A program of the old one that goes on to write on its connection is told
# that all is well: send() takes the bytes, SO_ERROR is 0, the state is ESTABLISHED. Nobody sees a loss either: the
# segment finds no route, so it has never been sent, and what is tried from then on are probes of a window, not
# retransmissions. tcpi_retransmits, tcpi_total_retrans and TcpRetransSegs stay 0, tcpi_unacked too; what moves is
# tcpi_probes and IpOutNoRoutes. Who watches retransmits to notice an outage sees a healthy host. The same bytes on a
# connection whose path is cut elsewhere are retransmits within a quarter of a second.
#
# Needs root (namespaces), ip, nft and python3. Nothing is installed; everything is in two namespaces of this script's
# own, ten seconds.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
near="near-$$" far="far-$$"
server=""
end() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  ip netns del "$near" 2>/dev/null || true
  ip netns del "$far" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
ip netns add "$near"
ip netns add "$far"
ip -n "$near" link add here type veth peer name there netns "$far"
ip -n "$near" addr add 10.9.0.1/24 dev here
ip -n "$near" addr add 10.9.0.5/24 dev here
ip -n "$far" addr add 10.9.0.2/24 dev there
ip -n "$near" link set here up
ip -n "$far" link set there up

cat >"$work/server.py" <<'P'
import socket, threading, time

with socket.create_server(("10.9.0.2", 7000)) as listener:
    while True:
        peer = listener.accept()[0]
        threading.Thread(target=lambda: (peer.recv(16), time.sleep(60)), daemon=True).start()
P
cat >"$work/client.py" <<'P'
"""What a sender knows 3 s after its path has gone: by its address, or by a filter at the other end."""
import socket, struct, subprocess, sys, time

how, near, far = sys.argv[1:]
source = "10.9.0.5" if how == "address" else "10.9.0.1"
s = socket.create_connection(("10.9.0.2", 7000), source_address=(source, 0))
time.sleep(0.2)
if how == "address":
    subprocess.run(["ip", "-n", near, "addr", "del", "10.9.0.5/24", "dev", "here"], check=True)
else:
    subprocess.run(["ip", "netns", "exec", far, "nft", "add table ip t; add chain ip t i { type filter hook input "
                    "priority 0; }; add rule ip t i tcp dport 7000 drop"], check=True)
taken = s.send(b"x" * 100)
time.sleep(3)
info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
state, _, retransmits, probes = info[:4]
total = struct.unpack_from("=I", info, 100)[0]
print(how, taken, state, s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), total, probes)
P
ip netns exec "$far" python3 "$work/server.py" &
server=$!
sleep 0.5
for how in address filter; do
  ip netns exec "$near" python3 "$work/client.py" "$how" "$near" "$far"
done >"$work/said"

printf 'Linux %s, 3 s after the path has gone, 100 bytes written\n' "$(uname -r)"
ok=1
while read -r how taken state error total probes; do
  printf '%s: send() took %s, state %s, SO_ERROR %s, retransmits %s, probes %s\n' \
    "$([[ $how == address ]] && echo "own address removed" || echo "dropped at the peer")" \
    "$taken" "$state" "$error" "$total" "$probes"
  if [[ $how == address ]]; then
    [[ $taken == 100 && $state == 1 && $error == 0 && $total == 0 && $probes -gt 0 ]] || ok=0
  else
    [[ $total -gt 0 && $probes == 0 ]] || ok=0
  fi
done <"$work/said"
if [[ $ok == 1 ]]; then
  echo "seen: a connection without its address retransmits nothing, it probes"
else
  echo "not seen any more"
  exit 1
fi
