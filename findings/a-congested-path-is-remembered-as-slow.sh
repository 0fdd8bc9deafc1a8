#!/usr/bin/env bash
# Linux 6.18: after one transfer through a full queue later connections to that address wait 1.5 s to send again.
#
# The kernel keeps the round-trip time of a closed connection per destination address (ip tcp_metrics). A new connection
# that measures 0.05 ms in its own handshake does not use that for its retransmission timeout: it takes three times the
# remembered time, until its first data has been acknowledged. The queue can be gone and the path idle: a request that
# is lost on it is sent once more as a tail loss probe, and then rests for seconds where it used to be tried five times.
# It forgets slowly: each connection that closes takes off an eighth, and seven later the timeout is still three times
# what it should be. Who measures fail-over or loss after a load test through the same address measures what the load
# test left behind; `ip tcp_metrics flush` between the two helps.
#
# Needs root (namespaces), ip, tc, nft and python3. Nothing is installed; everything is in two namespaces of this
# script's own, half a minute.
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
ip -n "$far" addr add 10.9.0.2/24 dev there
ip -n "$near" link set here up
ip -n "$far" link set there up

cat >"$work/server.py" <<'P'
import socket, threading

def serve(peer):
    try:
        while peer.recv(65536):
            pass
    except OSError:
        pass
    peer.close()

with socket.create_server(("10.9.0.2", 7000), backlog=64) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
P
cat >"$work/client.py" <<'P'
import socket, struct, subprocess, sys, time

def info(s):
    """Retransmission timeout and round trip in ms, segments not acknowledged, segments sent again in all."""
    b = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return (*(struct.unpack_from("=I", b, at)[0] / d for at, d in ((8, 1e3), (68, 1e3))),
            *(struct.unpack_from("=I", b, at)[0] for at in (24, 100)))

def close(s):
    s.shutdown(socket.SHUT_WR)
    s.recv(1)
    s.close()

what, far = sys.argv[1:]
s = socket.create_connection(("10.9.0.2", 7000))
timeout, trip, _, _ = info(s)
if what == "send":
    s.sendall(bytes(60000))
    while info(s)[2]:
        time.sleep(0.05)
    close(s)
elif what == "look":
    close(s)
    print(f"{timeout:.0f} {trip:.3f}")
else:
    # From here on the other end hears nothing: when is what was sent sent again?
    nft = ["ip", "netns", "exec", far, "nft"]
    subprocess.run([*nft, "add table ip t; add chain ip t i { type filter hook input priority 0; }; "
                    "add rule ip t i tcp dport 7000 drop"], check=True)
    began, known, times = time.monotonic(), 0, []
    s.sendall(b"a request")
    while time.monotonic() < began + 6:
        if (again := info(s)[3]) != known:
            times.append(f"{time.monotonic() - began:.1f}")
            known = again
        time.sleep(0.002)
    subprocess.run([*nft, "delete table ip t"], check=True)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
    print(*times)
P
client() { ip netns exec "$near" python3 "$work/client.py" "$1" "$far"; }

ip netns exec "$far" python3 "$work/server.py" &
server=$!
sleep 0.5
client look >/dev/null
read -r before trip_before < <(client look)
read -ra lost_before < <(client lose)
ip netns exec "$near" tc qdisc add dev here root tbf rate 400kbit burst 2000 limit 500000
client send
ip netns exec "$near" tc qdisc del dev here root
read -r after trip_after < <(client look)
read -ra lost_after < <(client lose)
for _ in 1 2 3 4 5 6; do client look >/dev/null; done
read -r later _ < <(client look)
ip -n "$near" tcp_metrics flush
read -r flushed _ < <(client look)

printf 'Linux %s, new connections over an idle veth\n' "$(uname -r)"
printf 'at first:                    timeout %5s ms, round trip %s ms\n' "$before" "$trip_before"
printf '  a lost request is sent again after %s s\n' "${lost_before[*]}"
printf 'after 60 KB at 400 kbit/s:   timeout %5s ms, round trip %s ms\n' "$after" "$trip_after"
printf '  a lost request is sent again after %s s\n' "${lost_after[*]}"
printf 'seven connections later:     timeout %5s ms\n' "$later"
printf 'after ip tcp_metrics flush:  timeout %5s ms\n' "$flushed"
if [[ $before -lt 300 && $after -gt 900 && $later -gt 300 && ${#lost_after[@]} -lt ${#lost_before[@]} ]]; then
  echo "seen: the timeout of a new connection is that of a queue which is gone"
else
  echo "not seen any more"
  exit 1
fi
