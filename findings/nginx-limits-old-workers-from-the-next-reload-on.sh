#!/usr/bin/env bash
# nginx 1.22: a reload that brings worker_shutdown_timeout does not hold for the connections it leaves behind.
#
# After `nginx -s reload` old workers go on with the connections they have; worker_shutdown_timeout says for how long.
# Who finds old workers about, adds the directive and reloads expects them to go: they stay, since the old workers have
# the old configuration, and so do those of this very reload; a second reload does not end them either. Only what the
# reload after it leaves behind is closed in time.
#
# Needs root (a network namespace), apt-get, unshare, ip and python3. nginx is fetched into a temporary folder, nothing
# is installed. Everything is on loopback, a quarter of a minute.
set -euo pipefail
[[ $(id -u) -eq 0 ]] || { echo "needs root: network namespaces"; exit 2; }

nginx=1.22.1-9+deb12u11
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "nginx-light=$nginx" "nginx=$nginx" "libnginx-mod-stream=$nginx" \
  >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done

cat >measure.py <<'P'
"""Seconds until nginx ends an idle connection that a reload leaves to an old worker; - for not within 6 s."""
import os, select, signal, socket, subprocess, sys, threading, time

BINARY, ROOT = sys.argv[1:]
CONFIG = """load_module %s/usr/lib/nginx/modules/ngx_stream_module.so;
worker_processes 1; daemon off; pid %s/pid; error_log /dev/null; user root; %s
events { worker_connections 64; }
stream { server { listen 127.0.0.1:8000; proxy_pass 127.0.0.1:9000; proxy_timeout 60s; } }
"""

def write(more):
    with open("nginx.conf", "w") as config:
        config.write(CONFIG % (ROOT, os.getcwd(), more))

def echo(peer):
    while data := peer.recv(100):
        peer.sendall(data)

def serve():
    with socket.create_server(("127.0.0.1", 9000)) as listener:
        while True:
            threading.Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()

def client():
    s = socket.create_connection(("127.0.0.1", 8000))
    s.sendall(b"x")
    s.recv(1)
    return s

def ended(s, patience, began):
    return f"{time.monotonic() - began:.1f}" if select.select([s], [], [], patience)[0] else "-"

def reload():
    began = time.monotonic()
    master.send_signal(signal.SIGHUP)
    time.sleep(1)
    return began

threading.Thread(target=serve, daemon=True).start()
write("")
master = subprocess.Popen([BINARY, "-c", os.getcwd() + "/nginx.conf", "-p", os.getcwd()],
                          stderr=subprocess.DEVNULL)
try:
    time.sleep(1)
    first = client()
    write("worker_shutdown_timeout 2s;")
    began = reload()
    second = client()
    print("brings", ended(first, 5, began))
    began = reload()
    print("next", ended(second, 5, began))
    print("still", ended(first, 0.1, began))
finally:
    master.terminate()
    master.wait()
P
unshare --net sh -c "ip link set lo up && python3 measure.py $work/root/usr/sbin/nginx $work/root" >said

printf 'Linux %s, nginx %s, worker_shutdown_timeout 2s\n' "$(uname -r)" "$nginx"
{ read -r _ brings; read -r _ next; read -r _ still; } <said
say() { [[ $1 == - ]] && echo "not within 6 s" || echo "$1 s after it"; }
echo "a connection that the reload with it leaves behind is closed: $(say "$brings")"
echo "one that the next reload leaves behind: $(say "$next"); the first one then: $([[ $still == - ]] && echo "still there")"
if [[ $brings == - && $next != - && $still == - ]]; then
  echo "seen: the timeout holds from the next reload on"
else
  echo "not seen any more"
  exit 1
fi
