#!/usr/bin/env bash
# Linux 6.18: the kernel's figure of TIME_WAIT sockets, and its limit on them, are of FIN-WAIT-2 sockets as well.
#
# A connection that was closed here and not yet there is in FIN-WAIT-2, where it waits for the other end. The kernel
# makes it one of its small TIME_WAIT records at once. So `tw` in /proc/net/sockstat and `timewait` of `ss -s`, from
# which exporters and dashboards have their TIME_WAIT figure, are 80 when 80 peers have not closed, while `ss state
# time-wait` shows none and `ss state fin-wait-2` shows 80. net.ipv4.tcp_max_tw_buckets counts them too: with a limit of
# 100 the FIN-WAIT-2 sockets of slow peers leave 20 places, and a connection that both ends closed gets no TIME_WAIT,
# which TCPTimeWaitOverflow counts. A TIME_WAIT figure that grows is read as "we close too often" and answered by reuse
# of ports; here it is peers that leave connections half closed, and there is nothing to reuse.
#
# Needs root (namespaces), unshare, ip, ss, nstat and python3. Nothing is installed; everything is on loopback in a
# namespace of this script's own, where the limit is written.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/close.py" <<'P'
import re, socket, subprocess, time

def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout

def figures():
    """tw of sockstat, timewait of ss -s, and how many sockets ss lists in TIME-WAIT and FIN-WAIT-2."""
    time.sleep(0.3)
    with open("/proc/net/sockstat") as file:
        tw = re.search(r"tw (\d+)", file.read())[1]
    summary = re.search(r"timewait (\d+)", run("ss", "-s"))[1]
    listed = [len(run("ss", "-Htan", "state", state).splitlines()) for state in ("time-wait", "fin-wait-2")]
    return f"{tw} {summary} {listed[0]} {listed[1]}"

def close_first(listener, count):
    """The other ends of so many connections that this end has closed."""
    peers = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", 7000))
        peers.append(listener.accept()[0])
        client.close()
    return peers

with open("/proc/sys/net/ipv4/tcp_max_tw_buckets", "w") as limit:
    limit.write("100")
with socket.create_server(("127.0.0.1", 7000), backlog=64) as listener:
    slow = close_first(listener, 80)
    print(figures())
    for peer in close_first(listener, 50):
        peer.close()
    print(figures())
    print(re.search(r"TCPTimeWaitOverflow +(\d+)", run("nstat", "-asz", "TcpExtTCPTimeWaitOverflow"))[1])
P
{ read -r tw timewait time_wait fin_wait; read -r tw2 timewait2 time_wait2 fin_wait2; read -r overflow; } \
  < <(unshare --net sh -c "ip link set lo up && python3 $work/close.py")

printf 'Linux %s, net.ipv4.tcp_max_tw_buckets=100\n' "$(uname -r)"
line='%s sockstat tw %3s, ss -s timewait %3s; listed %2s TIME-WAIT, %2s FIN-WAIT-2\n'
# shellcheck disable=SC2059
printf "$line" '80 connections closed here and not there:' "$tw" "$timewait" "$time_wait" "$fin_wait"
# shellcheck disable=SC2059
printf "$line" '50 more, closed at both ends:            ' "$tw2" "$timewait2" "$time_wait2" "$fin_wait2"
printf 'TCPTimeWaitOverflow %s\n' "$overflow"
if [[ "$tw $timewait $time_wait $fin_wait" == "80 80 0 80" && "$tw2 $fin_wait2" == "100 80" && $time_wait2 -eq 20 &&
  $overflow -ge 30 ]]; then
  echo "seen: FIN-WAIT-2 is counted, and limited, as TIME_WAIT"
else
  echo "not seen any more"
  exit 1
fi
