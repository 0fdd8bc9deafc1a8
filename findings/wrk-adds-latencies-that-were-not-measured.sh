#!/usr/bin/env bash
# wrk 4.1: the latencies of `--latency` are not those of the requests; for each slow one it adds others it makes up.
#
# With one request in 1,000 slow by half a second and all others below a millisecond, wrk says that a quarter of them
# took more than 200 ms. It has timed each request; before it prints it adds to every latency of twice the mean time
# between two requests of a connection or more that latency less the mean, less twice the mean, and so on: what clients
# that keep to a schedule might have seen. But wrk has no schedule. A connection sends when it has its answer, so nobody
# waited for the answers that are added. No option turns it off, neither help nor manual nor output tells of it (the
# list of changes has a line about a "correction of coordinated omission"), and the number of requests beside is without
# them. Mean, deviation, every percentile and done()'s `latency` in Lua are of the mixture; the maximum alone was
# measured. A percentile of wrk is not to be compared with one of a tool that prints what it measured, nor with the
# server's own log.
#
# Needs root (a network namespace), apt-get, unshare, ip and python3. wrk is fetched into a temporary folder, nothing is
# installed. Everything is on loopback, a quarter of a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

wrk=4.1.0-3+b2
luajit=2.1.0~beta3+git20220320+dfsg-4.1+deb12u1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "wrk=$wrk" "libluajit-5.1-2=$luajit" >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done

cat >measure.py <<'P'
"""A server that sleeps in every thousandth request and times each, and wrk against it: both percentiles in ms."""
import os, re, socket, subprocess, sys, threading, time

took = []

def serve(peer):
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while peer.recv(4096):
        began = time.monotonic()
        if len(took) % 1000 == 999:
            time.sleep(0.5)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        took.append((time.monotonic() - began) * 1e3)

def accept(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]

with socket.create_server(("127.0.0.1", 8000)) as listener:
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
    said = subprocess.run([sys.argv[1], "-t1", "-c1", "-d6s", "--latency", "http://127.0.0.1:8000/"],
                          env={**os.environ, "LD_LIBRARY_PATH": sys.argv[2]},
                          capture_output=True, text=True, timeout=30, check=True).stdout
took.sort()
print(re.search(r"(\d+) requests in", said)[1], sum(t > 100 for t in took))
for percent in 50, 75, 90:
    printed = milliseconds(re.search(rf"{percent}%\s+(\S+)", said)[1])
    print(percent, f"{printed:.3f}", f"{took[len(took) * percent // 100]:.3f}")
P
libraries=$(find root -type d -path '*/lib/*-linux-gnu' | paste -sd :)
unshare --net sh -c "ip link set lo up && python3 measure.py root/usr/bin/wrk $libraries" >said

printf 'Linux %s, wrk %s, one connection\n' "$(uname -r)" "$wrk"
{ read -r requests slow; read -r _ wrk50 own50; read -r _ wrk75 own75; read -r _ wrk90 own90; } <said
printf '%s requests, %s of them slow\n' "$requests" "$slow"
printf '      wrk          the server\n'
printf 'p50   %8s ms  %8s ms\np75   %8s ms  %8s ms\np90   %8s ms  %8s ms\n' \
  "$wrk50" "$own50" "$wrk75" "$own75" "$wrk90" "$own90"
if [[ $slow -gt 0 && $((slow * 100)) -lt $requests && ${wrk90%.*} -gt 100 && ${own90%.*} -lt 20 ]]; then
  echo "seen: a percentile of wrk is of more answers than there were"
else
  echo "not seen any more"
  exit 1
fi
