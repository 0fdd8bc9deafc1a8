#!/usr/bin/env bash
# PowerDNS Recursor 4.8: idle TCP clients are closed after 2 s when there is traffic, and half a minute later when not.
#
# client-tcp-timeout is 2 s. What looks for clients that are over it runs when packets come: on a server that is asked a
# lot it is kept to within seconds, on a quiet one an idle connection lives many times as long. A test that looks for the
# idle timeout with one connection on a quiet server measures how often the server wakes up, and a pool of connections
# that worked in the laboratory is cut every two seconds in production.
#
# Needs root (a network namespace), apt-get, unshare, ip and python3. The recursor is fetched into a temporary folder,
# nothing is installed. Everything is on loopback, under a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

recursor=4.8.8-1+deb12u1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "pdns-recursor=$recursor" libboost-context1.74.0=1.74.0+ds1-21 >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done

cat >measure.py <<'P'
"""Seconds after its question until a client is closed: on a server that is asked nothing else, and on one that is."""
import os, select, socket, struct, subprocess, sys, threading, time

PATIENCE = 20
QUESTION = (b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
            b"\x09localhost\x00\x00\x01\x00\x01")

def client():
    s = socket.create_connection(("127.0.0.1", 5300))
    s.sendall(struct.pack("!H", len(QUESTION)) + QUESTION)
    s.recv(500)
    began = time.monotonic()
    ended = select.select([s], [], [], PATIENCE)[0]
    return f"{time.monotonic() - began:.1f}" if ended else "-"

def ask(stop):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        while not stop.is_set():
            s.sendto(QUESTION, ("127.0.0.1", 5300))
            time.sleep(0.01)

server = subprocess.Popen(
    [sys.argv[1], "--local-address=127.0.0.1", "--local-port=5300", "--socket-dir=" + os.getcwd(), "--daemon=no",
     "--config-dir=" + os.getcwd(), "--export-etc-hosts=no", "--threads=1", "--quiet=yes", "--loglevel=0",
     "--client-tcp-timeout=2", "--security-poll-suffix="],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    time.sleep(3)
    print("quiet", client())
    stop = threading.Event()
    threading.Thread(target=ask, args=(stop,), daemon=True).start()
    print("busy", client())
    stop.set()
finally:
    server.terminate()
    server.wait()
P
libraries=$(find root -type d -path '*/lib/*-linux-gnu' | paste -sd :)
unshare --net sh -c "ip link set lo up && LD_LIBRARY_PATH=$libraries python3 measure.py root/usr/sbin/pdns_recursor" >said

printf 'Linux %s, PowerDNS Recursor %s, client-tcp-timeout 2\n' "$(uname -r)" "$recursor"
{ read -r _ quiet; read -r _ busy; } <said
say() { [[ $1 == - ]] && echo "not within 20 s" || echo "after $1 s"; }
echo "an idle client of a quiet server is closed $(say "$quiet"), beside 100 questions a second over UDP $(say "$busy")"
if [[ ( $quiet == - || ${quiet%.*} -ge 8 ) && $busy != - && ${busy%.*} -lt 8 ]]; then
  echo "seen: the timeout waits for somebody else's packets"
else
  echo "not seen any more"
  exit 1
fi
