#!/usr/bin/env bash
# Linux 6.18: the same firewall, rejecting in the same way, is "no route to host" over IPv4 and "permission denied" over
# IPv6.
#
# A firewall on another host rejects a SYN as administratively prohibited, as firewalld does by default. Over IPv4
# connect() says EHOSTUNREACH, the word for a missing route. Over IPv6 it says EACCES, the word for a `prohibit` route
# of one's own host: a connect that this host itself forbids cannot be told from it by the errno. And `reject` as
# protocol-unreachable, which only IPv4 has, says ENOPROTOOPT, "protocol not available", which connect(2) does not list.
# Whoever reads only the errno looks for the wrong thing on the wrong host.
#
# Needs root (namespaces), ip and nft. Two namespaces of this script's own with a cable between them; a second or two.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

near=ban-near-$$
far=ban-far-$$
trap 'ip netns del "$near" 2>/dev/null || true; ip netns del "$far" 2>/dev/null || true' EXIT
ip netns add "$near"
ip netns add "$far"
ip link add cable netns "$near" type veth peer name cable netns "$far"
number=1
for place in "$near" "$far"; do
  ip -n "$place" addr add "10.9.0.$number/24" dev cable
  ip -n "$place" addr add "fd00:9::$number/64" dev cable nodad
  ip -n "$place" link set cable up
  ip -n "$place" link set lo up
  number=$((number + 1))
done
sleep 1 # the link-local addresses are checked for duplicates first

reject() {
  ip netns exec "$far" nft flush ruleset
  ip netns exec "$far" nft 'add table inet t; add chain inet t i { type filter hook input priority 0; }'
  ip netns exec "$far" nft "add rule inet t i meta l4proto tcp reject with $1"
}

# The last words of what a connect says, without the name of the shell.
says() {
  local said
  said=$(ip netns exec "$near" timeout 10 env LC_ALL=C bash -c "exec 3<>/dev/tcp/$1/7000" 2>&1 | head -1) || true
  echo "${said##*: }"
}

reject "icmp type admin-prohibited"
four=$(says 10.9.0.2)
reject "icmp type prot-unreachable"
protocol=$(says 10.9.0.2)
reject "icmpv6 type admin-prohibited"
six=$(says fd00:9::2)
ip netns exec "$far" nft flush ruleset
ip -n "$near" route add prohibit fd00:10::/64
own=$(says fd00:10::2)

printf 'Linux %s, a firewall on another host\n' "$(uname -r)"
printf 'admin-prohibited over IPv4:  %s\n' "$four"
printf 'admin-prohibited over IPv6:  %s\n' "$six"
printf 'a prohibit route of our own: %s\n' "$own"
printf 'prot-unreachable over IPv4:  %s\n' "$protocol"
if [[ $four == "No route to host" && $six == "Permission denied" && $own == "$six"
  && $protocol == "Protocol not available" ]]; then
  echo "seen: the errno names neither the firewall nor the host that it is on"
else
  echo "not seen any more"
  exit 1
fi
