#!/usr/bin/env bash
# Linux 6.18: TCP_DEFER_ACCEPT keeps back a backlog of silent clients, and then none, or else nobody gets in.
#
# With the option a listener is said to wake up when data has come. A client that connects and says nothing stays half
# open, and half-open connections count against the backlog of listen(). With the backlog full and SYN cookies on (the
# default) the next clients are answered by a cookie, which knows nothing of the option: they are accepted at once,
# without a byte, so that a server that reads after accept() waits for them after all. With cookies off the SYN of the
# next client is dropped, also of one that would have talked, for as long as the silent ones are kept back.
# And whom it keeps back it does not send away: at the end of the time, which was rounded up (5 s is read back, and
# lasts, as 7), the silent client is accepted like any other. One that connects and closes is accepted at once: a health
# check that only opens and closes wakes the server.
#
# Needs root (namespaces), unshare, ip and python3. Nothing is installed; everything is on loopback in namespaces of
# this script's own, half a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/defer.py" <<'P'
import socket, subprocess, sys, time

BACKLOG = 8

def listener(backlog, seconds):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, seconds)
    s.bind(("127.0.0.1", 7000))
    s.listen(backlog)
    s.settimeout(12)
    return s

def client():
    s = socket.socket()
    s.settimeout(0.8)
    try:
        s.connect(("127.0.0.1", 7000))
    except TimeoutError:
        return None
    return s

def accept_within(s, seconds):
    s.settimeout(seconds)
    try:
        return s.accept()[0]
    except TimeoutError:
        return None

def silent(cookies):
    """Silent clients connected and accepted out of 14 with a backlog of 8, and whether one that talks gets in."""
    with open("/proc/sys/net/ipv4/tcp_syncookies", "w") as setting:
        setting.write(cookies)
    s = listener(BACKLOG, 20)
    clients = []
    while len(clients) < 14 and (c := client()):
        clients.append(c)
    accepted = []
    while a := accept_within(s, 0.2):
        accepted.append(a)
    talks = client()
    if talks:
        talks.sendall(b"a request")
        a = accept_within(s, 1)
        talks = a is not None and a.recv(16) == b"a request"
    return len(clients), len(accepted), bool(talks)

def alone():
    """What 5 s are read back as, after how long a silent client is accepted, and one that closes at once."""
    s = listener(64, 5)
    kept, began = client(), time.monotonic()
    s.accept()
    waited = time.monotonic() - began
    client().close()
    began = time.monotonic()
    s.accept()
    return s.getsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT), waited, time.monotonic() - began

if sys.argv[1] == "alone":
    print("%d %.0f %.1f" % alone())
else:
    print("%d %d %s" % silent(sys.argv[1]))
P
probe() { unshare --net sh -c "ip link set lo up && python3 $work/defer.py $1"; }
read -r with_cookies accepted_with talks_with < <(probe 1)
read -r without_cookies accepted_without talks_without < <(probe 0)
read -r read_back waited closed < <(probe alone)

printf 'Linux %s, a listener with TCP_DEFER_ACCEPT of 20 s and a backlog of 8, 14 silent clients\n' "$(uname -r)"
printf 'tcp_syncookies=1: %2s connected, %s accepted without data; a client that talks is served: %s\n' \
  "$with_cookies" "$accepted_with" "$talks_with"
printf 'tcp_syncookies=0: %2s connected, %s accepted without data; a client that talks is served: %s\n' \
  "$without_cookies" "$accepted_without" "$talks_without"
printf '5 s are read back as %s; a silent client is accepted after %s s, one that closes after %s s\n' \
  "$read_back" "$waited" "$closed"
if [[ "$with_cookies $accepted_with $talks_with" == "14 5 True" &&
  "$without_cookies $accepted_without $talks_without" == "9 0 False" &&
  $read_back -eq 7 && $waited -ge 7 && ${closed%.*} -eq 0 ]]; then
  echo "seen: silent clients are kept back up to the backlog, and no further"
else
  echo "not seen any more"
  exit 1
fi
