#!/usr/bin/env bash
# Unbound 1.17: six TCP clients at once, once, and every later client is closed after 0.3 s for being idle, not 30 s.
#
# Unbound takes ten TCP clients at once and lets each be idle for 30 s. When more than half of the ten places are taken
# it shortens that, to 0.3 s and less, so that places become free; its manual says so. It does not say that the place
# keeps the shortened time. The next client gets the place that was used last, so a lone client of a server that has
# nothing else to do is closed after 0.3 s, a minute after the burst as well; a second burst makes it 0.2 s, which is
# the least. Five clients at once do no harm, and a restart or reload gives the 30 s back. What a test sees depends on
# what ran before: idle times measured after a load are not the server's, and a resolver that was busy in the morning
# makes its clients open a connection for every question in the afternoon.
#
# Needs root (a network namespace), apt-get, unshare, ip and python3. Unbound is fetched into a temporary folder,
# nothing is installed. Everything is on loopback, half a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

unbound=1.17.1-2+deb12u4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "unbound=$unbound" libevent-2.1-7=2.1.12-stable-8 \
  libprotobuf-c1=1.4.1-1+b1 libpython3.11=3.11.2-6+deb12u9 libnghttp2-14=1.52.0-1+deb12u3 >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$work/root" -type d -path '*/lib/*-linux-gnu' | paste -sd :)

cat >conf <<C
server:
  interface: 127.0.0.1@5301
  username: ""
  chroot: ""
  directory: "$work"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  local-data: "www.example.com. 300 IN A 192.0.2.1"
C
cat >clients.py <<'P'
import socket, struct, sys, time

QUESTION = b"\0\1\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"

def asked():
    """A connection that has had an answer."""
    s = socket.create_connection(("127.0.0.1", 5301), timeout=5)
    s.sendall(struct.pack(">H", len(QUESTION)) + QUESTION)
    if not s.recv(512):
        raise OSError("no answer")
    return s

def idle():
    """After how many seconds a lone client with nothing to ask is closed; 4 when it is open for longer."""
    with asked() as s:
        s.settimeout(4)
        began = time.monotonic()
        try:
            s.recv(1)
        except TimeoutError:
            return 4.0
        return time.monotonic() - began

def together(count):
    clients = [asked() for _ in range(count)]
    time.sleep(0.1)
    for s in clients:
        s.close()
    time.sleep(1)

for _ in range(50):
    try:
        asked().close()
        break
    except OSError:
        time.sleep(0.1)
time.sleep(0.5)
seen = [idle()]
together(5)
seen.append(idle())
together(6)
seen.append(idle())
time.sleep(12)
seen.append(idle())
for what, time_idle in zip(("at first", "after 5 at once", "after 6 at once", "12 s later"), seen):
    print(f"{what + ':':17} a lone client may be idle for", f"{time_idle:.1f} s" if time_idle < 4 else "more than 4 s")
sys.exit(0 if [t < 1 for t in seen] == [False, False, True, True] else 1)
P
cat >both.sh <<'B'
ip link set lo up
LD_LIBRARY_PATH=$1 root/usr/sbin/unbound -d -c conf 2>log &
server=$!
status=0
timeout 50 python3 clients.py || status=$?
kill "$server"
wait "$server" || true
exit "$status"
B
printf 'Linux %s, unbound %s\n' "$(uname -r)" "$unbound"
if unshare --net bash both.sh "$libraries"; then
  echo "seen: the idle time of a burst stays"
else
  echo "not seen any more"
  exit 1
fi
