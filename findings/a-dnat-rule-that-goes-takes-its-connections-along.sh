#!/usr/bin/env bash
# Linux 6.18: deleting the last NAT table stops connections that it has already translated; emptying its chain does not
# when another rule looks at connection tracking.
#
# A connection that was translated once is said to keep its translation in conntrack, whatever becomes of the rule: so a
# proxy that rewrites its rules disturbs only new connections. The hooks that do the tracking are there for as long as
# something in the namespace needs them. When the last such thing goes the entry is still listed, and no packet is
# looked up in it: the connection hangs, and goes on when a rule comes back. Whether a flush of a service's rules is
# harmless thus depends on a rule elsewhere that has nothing to do with it. An empty NAT chain is enough to translate,
# no chain is not.
#
# Needs root (namespaces), ip, conntrack, nft and python3. Nothing is installed; three namespaces of this script's own,
# fifteen seconds.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
near="near-$$" way="way-$$" far="far-$$"
server=""
end() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  for each in "$near" "$way" "$far"; do ip netns del "$each" 2>/dev/null || true; done
  rm -rf "$work"
}
trap end EXIT
for each in "$near" "$way" "$far"; do ip netns add "$each"; done
ip -n "$near" link add near0 type veth peer name wn netns "$way"
ip -n "$far" link add far0 type veth peer name wf netns "$way"
ip -n "$near" addr add 10.9.1.2/24 dev near0
ip -n "$way" addr add 10.9.1.1/24 dev wn
ip -n "$way" addr add 10.9.2.1/24 dev wf
ip -n "$far" addr add 10.9.2.2/24 dev far0
ip -n "$near" link set near0 up
ip -n "$far" link set far0 up
for each in wn wf; do ip -n "$way" link set "$each" up; done
ip -n "$near" route add default via 10.9.1.1
ip -n "$far" route add default via 10.9.2.1
ip netns exec "$way" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

cat >"$work/server.py" <<'P'
import socket, threading

def echo(peer):
    try:
        while data := peer.recv(100):
            peer.sendall(data)
    except OSError:
        pass

with socket.create_server(("10.9.2.2", 7000)) as listener:
    while True:
        threading.Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()
P
cat >"$work/client.py" <<'P'
"""Echoes through a translated connection before and after its rule has gone, and when a rule is back."""
import socket, subprocess, sys

way, tracks, change = sys.argv[1:]
RULES = """table ip nat {
 chain p { type nat hook prerouting priority -100; ip daddr 10.9.9.9 tcp dport 80 dnat to 10.9.2.2:7000; }
}
"""
OTHER = "table ip other { chain f { type filter hook forward priority 0; ct state invalid counter; }; }"

def nft(text):
    subprocess.run(["ip", "netns", "exec", way, "nft", "-f", "-"], input=text, text=True, check=True)

def echoes(s, patience):
    s.settimeout(patience)
    try:
        s.sendall(b"x")
        return "yes" if s.recv(10) else "no"
    except TimeoutError:
        return "no"

nft("flush ruleset")
nft(RULES + (OTHER if tracks == "tracked" else ""))
s = socket.create_connection(("10.9.9.9", 80), timeout=3)
before = echoes(s, 2)
nft("flush chain ip nat p" if change == "flush" else "delete table ip nat")
after = echoes(s, 2)
listed = subprocess.run(["ip", "netns", "exec", way, "conntrack", "-L", "-p", "tcp", "--state", "ESTABLISHED"],
                        capture_output=True, text=True).stdout.count("dst=10.9.9.9")
nft(("flush chain ip nat p\n" if change == "flush" else "") + RULES)
s.settimeout(5)
back = "yes" if after == "yes" or s.recv(10) else "no"
print(change, tracks, before, after, listed, back)
P
ip netns exec "$far" python3 "$work/server.py" &
server=$!
sleep 0.5
for change in flush delete; do
  for tracks in alone tracked; do
    ip netns exec "$near" python3 "$work/client.py" "$way" "$tracks" "$change"
  done
done >"$work/said"

printf 'Linux %s, one connection through a DNAT rule\n' "$(uname -r)"
said=""
while read -r change tracks before after listed back; do
  printf '%s, %s: echo before %s, after %s (entry listed: %s), with the rule again %s\n' \
    "$([[ $change == flush ]] && echo "chain emptied" || echo "table deleted")" \
    "$([[ $tracks == alone ]] && echo "nothing else tracks" || echo "another rule has ct state")" \
    "$before" "$after" "$listed" "$back"
  said+="$change-$tracks:$after "
done <"$work/said"
if [[ $said == "flush-alone:no flush-tracked:yes delete-alone:no delete-tracked:no " ]]; then
  echo "seen: translated connections hang without rules, unless another rule tracks and a NAT chain is left"
else
  echo "not seen any more"
  exit 1
fi
