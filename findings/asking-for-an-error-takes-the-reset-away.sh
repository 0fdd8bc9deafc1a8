#!/usr/bin/env bash
# Linux 6.18: a program that looks at SO_ERROR before it reads sees an orderly end where the peer has sent a RST.
#
# A peer that closes with bytes of ours unread sends a RST behind its last bytes. A reader gets those bytes and then
# ECONNRESET. The error is kept once for the socket, and whoever asks first takes it: after getsockopt(SO_ERROR), which
# event loops call on EPOLLERR, or after a send() that failed with it, the same bytes are followed by 0, the end of a
# stream that was finished in order. So of two programs on the same wire one counts a reset and the other a FIN.
#
# Needs root (a network namespace), ip, unshare and python3. Nothing is installed; everything is on loopback.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/measure.py" <<'P'
import errno, select, socket, time

def reset():
    """A client whose peer has answered and then closed with a question unread: its bytes are here, and its RST."""
    with socket.create_server(("127.0.0.1", 7000)) as listener:
        client = socket.create_connection(("127.0.0.1", 7000))
        peer = listener.accept()[0]
        client.sendall(b"one question")
        time.sleep(0.1)
        peer.sendall(b"answer")
        peer.close()
    time.sleep(0.1)
    return client

def ends(client):
    data = client.recv(100)
    try:
        return data.decode(), "end" if client.recv(100) == b"" else "more"
    except OSError as failure:
        return data.decode(), errno.errorcode[failure.errno]

client = reset()
print("read", *ends(client))
client = reset()
print("asked", errno.errorcode[client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)], *ends(client))
client = reset()
try:
    client.send(b"x")
    failed = "0"
except OSError as failure:
    failed = errno.errorcode[failure.errno]
print("sent", failed, *ends(client))
P
unshare --net sh -c "ip link set lo up && python3 $work/measure.py" >"$work/said"

printf 'Linux %s, a peer that answers and resets\n' "$(uname -r)"
{ read -r _ data first; read -r _ asked data2 second; read -r _ sent data3 third; } <"$work/said"
echo "a reader gets '$data', then $first"
echo "after SO_ERROR ($asked) it gets '$data2', then $second"
echo "after a send that failed ($sent) it gets '$data3', then $third"
if [[ $first == ECONNRESET && $asked == ECONNRESET && $second == end && $third == end ]]; then
  echo "seen: whoever asks for the error first turns a reset into an orderly end"
else
  echo "not seen any more"
  exit 1
fi
