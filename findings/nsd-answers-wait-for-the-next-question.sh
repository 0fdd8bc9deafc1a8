#!/usr/bin/env bash
# NSD 4.6: of two questions on a TCP connection the second is answered when a third one is asked.
#
# NSD leaves Nagle's algorithm on for TCP: an answer is smaller than a segment and is held back until the one before has
# been acknowledged. A client acknowledges with its next question, or 40 ms later where none comes. So a resolver that
# sends its questions over one connection as they come, as RFC 7766 recommends, sees answers that take as long as until
# its next question: on an idle server, on the same host. One question at a time is answered at once, which is how most
# measuring tools ask, and acknowledging at once (TCP_QUICKACK, for each answer anew) ends it too. Asked more often, such
# a server seems to answer faster.
#
# Needs root (a network namespace), apt-get, ip and python3. NSD is fetched into a temporary folder, nothing is
# installed. Everything is on loopback, some seconds.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

nsd=4.6.1-1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "nsd=$nsd" libevent-2.1-7=2.1.12-stable-8 libfstrm0=0.6.1-1 \
  libprotobuf-c1=1.4.1-1+b1 >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$work/root" -type d -path '*/lib/*-linux-gnu' | paste -sd :)

cat >conf <<C
server:
  ip-address: 127.0.0.1@5302
  username: ""
  chroot: ""
  zonesdir: "$work"
  pidfile: "$work/pid"
  xfrdfile: ""
  zonelistfile: "$work/zones"
  logfile: "$work/log"
  database: ""
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: zone
C
cat >zone <<'Z'
$ORIGIN example.com.
$TTL 300
@ SOA ns admin 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.1
www A 192.0.2.2
Z
cat >ask.py <<'P'
import select, socket, statistics, struct, time

QUESTION = b"\0\1\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"
MESSAGE = struct.pack(">H", len(QUESTION)) + QUESTION

for attempt in range(50):
    try:
        s = socket.create_connection(("127.0.0.1", 5302), timeout=5)
        break
    except OSError:
        time.sleep(0.1)
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

def read(quick):
    size = struct.unpack(">H", s.recv(2, socket.MSG_WAITALL))[0]
    s.recv(size, socket.MSG_WAITALL)
    if quick:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    return time.monotonic()

def ask():
    s.sendall(MESSAGE)
    return time.monotonic()

def single():
    asked = ask()
    return read(False) - asked

def second(third_after, quick=False):
    """How long the second of two takes that are asked together, where another question follows so much later."""
    ask()
    asked = ask()
    read(quick)
    answered = select.select([s], [], [], third_after)[0]  # ends with the answer, or with the time
    took = time.monotonic() - asked
    ask()
    if not answered:
        took = read(quick) - asked
    else:
        read(quick)
    read(quick)
    return took

def median(how, times=20):
    took = []
    for _ in range(times):
        single()  # as in a conversation: question, answer, question
        took.append(how() * 1e3)
    return statistics.median(took)

for _ in range(40):
    single()  # the first answers on a connection are acknowledged at once
alone, soon, late = median(single), median(lambda: second(0.005)), median(lambda: second(0.02))
quick = median(lambda: second(0.02, True))
print(f"one at a time {alone:.1f} ms; the second of two, with a third after 5 ms {soon:.1f} ms, after 20 ms {late:.1f} ms;"
      f" acknowledged at once {quick:.1f} ms")
assert alone < 4 and 5 <= soon < 15 and 20 <= late < 35 and quick < 4, (alone, soon, late, quick)
P
cat >inside <<S
ip link set lo up
LD_LIBRARY_PATH=$libraries "$work/root/usr/sbin/nsd" -d -c "$work/conf" & server=\$!
trap 'kill \$server; wait \$server || true' EXIT
python3 "$work/ask.py"
S
echo "NSD $nsd"
unshare -n bash -e inside
