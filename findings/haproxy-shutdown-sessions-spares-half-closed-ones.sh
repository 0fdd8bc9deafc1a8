#!/usr/bin/env bash
# HAProxy 2.6: `on-marked-down shutdown-sessions` ends the sessions of a server that went down, except those whose
# client has half-closed; these stay until a timeout.
#
# Two clients send a request through HAProxy to a server that has accepted both into its queue and answers neither. One
# keeps its connection open, the other has shut down its writing side, as clients do that send a request and read to the
# end. The server's health check fails and the server is marked down: within a moment the first client is closed. The
# second is there long after: it waits for `timeout server`, an hour in many configurations. The manual says of the
# option that all connections to the server are immediately terminated. So a test of a fail-over sees another balancer
# with a client that half-closes than with one that does not: the one waits, the other is told at once.
#
# Needs root (a network namespace), apt-get, unshare, ip and python3. HAProxy is fetched into a temporary folder,
# nothing is installed. Everything is on loopback, a quarter of a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

haproxy=2.6.12-1+deb12u4
packages=("haproxy=$haproxy" liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "${packages[@]}" >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done

cat >measure.py <<'P'
"""An open and a half-closed client of one server that goes down: seconds until HAProxy ends each; 8 for never."""
import select, socket, subprocess, sys, threading, time

PATIENCE = 8
server = socket.create_server(("127.0.0.1", 9000))   # connections wait in its queue, nobody answers
check = socket.create_server(("127.0.0.1", 9001))
check.settimeout(0.1)
down = threading.Event()

def healthy():
    while not down.is_set():
        try:
            check.accept()[0].close()
        except TimeoutError:
            pass
    check.close()

threading.Thread(target=healthy, daemon=True).start()
with open("haproxy.cfg", "w") as config:
    config.write("""defaults
 mode tcp
 timeout connect 5s
 timeout client 60s
 timeout server 60s
frontend in
 bind 127.0.0.1:8000
 default_backend all
backend all
 server one 127.0.0.1:9000 check port 9001 inter 100ms fall 2 on-marked-down shutdown-sessions
""")
balancer = subprocess.Popen([sys.argv[1], "-db", "-q", "-f", "haproxy.cfg"], stderr=subprocess.DEVNULL)
try:
    time.sleep(1)
    clients = {kind: socket.create_connection(("127.0.0.1", 8000)) for kind in ("open", "half-closed")}
    for client in clients.values():
        client.sendall(b"request")
    clients["half-closed"].shutdown(socket.SHUT_WR)
    time.sleep(0.5)
    down.set()
    began = time.monotonic()
    for kind, client in clients.items():
        left = max(0, began + PATIENCE - time.monotonic())
        ended = select.select([client], [], [], left)[0] and client.recv(1) == b""
        print(kind, f"{time.monotonic() - began:.1f}" if ended else PATIENCE)
finally:
    balancer.terminate()
    balancer.wait()
P
libraries=$(find root -type d -path '*/lib/*-linux-gnu' | paste -sd :)
unshare --net sh -c "ip link set lo up && LD_LIBRARY_PATH=$libraries python3 measure.py root/usr/sbin/haproxy" >said

printf 'Linux %s, HAProxy %s, on-marked-down shutdown-sessions\n' "$(uname -r)" "$haproxy"
{ read -r _ open; read -r _ half; } <said
printf 'the server is marked down: the open client is closed after %s s, the half-closed one %s\n' \
  "$open" "$([[ $half == 8 ]] && echo "not within 8 s" || echo "after $half s")"
if [[ ${open%.*} -lt 4 && $half == 8 ]]; then
  echo "seen: a half-closed session outlives the server it is for"
else
  echo "not seen any more"
  exit 1
fi
