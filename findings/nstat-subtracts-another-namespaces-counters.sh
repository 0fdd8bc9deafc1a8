#!/usr/bin/env bash
# iproute2 6.1 nstat: what it prints in a network namespace is the difference to the namespace it was last run in.
#
# nstat says what each counter grew by since it was last used, and keeps the counters of that time in one file per user,
# /tmp/.nstat.u0. The counters are the namespace's, the file is not: `ip netns exec` changes the network and not /tmp.
# So nstat in a second namespace subtracts the first one's counters from its own. Where they are larger, what happened
# is left out, as if nothing had; where they are smaller, a difference is printed that happened nowhere. Nothing warns:
# no note says that the history is another's. A test that runs nstat at both ends of a veth, in turns, gets figures that
# are plausible and wrong. NSTAT_HISTORY with a file for each namespace, or -a for the counters themselves, is right.
#
# Needs root (namespaces), apt-get, unshare, ip and python3. nstat is fetched into a temporary folder, nothing is
# installed. Everything is on loopback in namespaces of this script's own; /tmp is another one there, so that nobody's
# history is touched.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

iproute=6.1.0-3
if [[ ${1:-} != inside ]]; then
  work=$(mktemp -d -p /var/tmp)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && apt-get -o APT::Sandbox::User=root download -qq "iproute2=$iproute" libbsd0=0.11.7-2 libmd0=1.0.4-2 \
    libmnl0=1.0.4-3 libcap2=1:2.66-4+deb12u3+b1 >/dev/null
  for package in *.deb; do dpkg-deb -x "$package" root; done)
  unshare --mount --net "$0" inside "$work"
  exit
fi

work=$2
cd "$work"
mount -t tmpfs none /tmp
libraries=$(find "$work/root" -type d -path '*/lib/*-linux-gnu' | paste -sd :)
nstat=$(find "$work/root" -name nstat -path '*bin*' | head -n 1)

cat >/tmp/use.py <<'P'
"""Sends datagrams in two network namespaces in turns, and asks nstat in each how many there were."""
import ctypes, os, re, socket, subprocess, sys

nstat, libraries = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000

class Namespace:
    def __init__(self):
        if libc.unshare(CLONE_NEWNET):
            raise OSError("unshare")
        self.handle = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def send(self, count):
        enter(self.handle)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for _ in range(count):
                s.sendto(b"x", ("127.0.0.1", 9))

    def grew(self, **environment):
        enter(self.handle)
        environment |= {"LD_LIBRARY_PATH": libraries}
        said = subprocess.run([nstat], env={**os.environ, **environment}, capture_output=True, text=True, check=True)
        found = re.search(r"UdpOutDatagrams\s+(\d+)", said.stdout)
        return (int(found[1]) if found else None), said.stderr.strip()

def enter(handle):
    if libc.setns(handle, CLONE_NEWNET):
        raise OSError("setns")

a, b = Namespace(), Namespace()
steps = [(a, "A", 100), (b, "B", 30), (a, "A", 7), (b, "B", 200)]
shared, own = [], []
for namespace, name, sent in steps:
    namespace.send(sent)
    grew, warning = namespace.grew()
    right, _ = namespace.grew(NSTAT_HISTORY=f"/tmp/history.{name}")
    shared.append((grew, warning))
    own.append(right)
    shown = "nothing" if grew is None else grew
    print(f"{name} sent {sent:3}: nstat says {shown!s:>7}, with a history for each namespace {right:3}, "
          f"stderr {warning!r}")
sys.exit(0 if own == [100, 30, 7, 200] and shared == [(100, ""), (None, ""), (77, ""), (123, "")] else 1)
P
printf 'Linux %s, iproute2 %s\n' "$(uname -r)" "$iproute"
if python3 /tmp/use.py "$nstat" "$libraries"; then
  echo "seen: the history of one namespace is subtracted from the counters of another"
else
  echo "not seen any more"
  exit 1
fi
