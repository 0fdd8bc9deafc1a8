#!/usr/bin/env bash
# Linux 6.18: the bytes that TCP_INFO and ss call acknowledged and received include SYN and FIN, one end's SYN only.
#
# SYN and FIN take a place in the sequence numbers, and tcpi_bytes_acked and tcpi_bytes_received count places. The end
# that connected has one byte more acknowledged than it sent, the end that accepted has not; a FIN adds one more to what
# its sender has acknowledged and to what the other end received. tcpi_bytes_sent counts bytes. So "acknowledged less
# than sent" is not the test for bytes under way: the difference is -1 or -2 on an idle connection and 0 with a byte
# under way. A connection on which nobody said a word has carried a byte, and ten thousand of them are 10 KB at the
# client that the server does not have. ss(8) calls the figures bytes acked and bytes received.
#
# Needs root (a network namespace), unshare, ip, ss and python3. Nothing is installed; everything is on loopback.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/count.py" <<'P'
import re, socket, subprocess, sys, time

def figures(port):
    """bytes_sent, bytes_acked and bytes_received as ss prints them; it leaves out what is 0."""
    line = subprocess.run(["ss", "-Htin", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    return tuple(int((re.search(rf"bytes_{what}:(\d+)", line) or [0, 0])[1]) for what in ("sent", "acked", "received"))

def row(what):
    time.sleep(0.2)
    both = figures(client.getsockname()[1]), figures(7000)
    print(what, *(f"sent {s:2} acked {a:2} received {r:2}" for s, a, r in both), sep="   ")
    return both

listener = socket.socket()
listener.bind(("127.0.0.1", 7000))
listener.listen(1)
client = socket.create_connection(("127.0.0.1", 7000))
server, _ = listener.accept()
listener.close()
print("            the end that connected            the end that accepted")
seen = [row("nothing yet")]
client.sendall(bytes(32))
server.recv(64)
server.sendall(bytes(10))
client.recv(64)
seen.append(row("32 and 10  "))
client.shutdown(socket.SHUT_WR)
seen.append(row("one FIN    "))
sys.exit(0 if seen == [((0, 1, 0), (0, 0, 0)), ((32, 33, 10), (10, 10, 32)), ((32, 34, 10), (10, 10, 33))] else 1)
P
printf 'Linux %s, %s\n' "$(uname -r)" "$(ss -V)"
if unshare --net sh -c "ip link set lo up && python3 $work/count.py"; then
  echo "seen: SYN and FIN are counted as bytes"
else
  echo "not seen any more"
  exit 1
fi
