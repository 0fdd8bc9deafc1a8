#!/usr/bin/env bash
# Draws restart.svg: three servers, one of them restarted, as the live view of `throng monitor` shows it. What is drawn
# is the program's own output, captured from a terminal.
#
#     docs/pictures/make.sh [PROGRAM]
#
# PROGRAM is throng, by default out/throng. Needs root (for a network namespace of its own), tmux and python3.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../out/throng}")

if [[ ${INSIDE:-} != 1 ]]; then
  INSIDE=1 exec unshare --net "$0" "$program"
fi

ip link set lo up
work=$(mktemp -d)
trap 'tmux -S "$work/tmux" kill-server 2>/dev/null; kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

serve() { # serve N NAME
  "$program" serve --mode stamp --name "$2" --listen "127.0.0.$1:5003" --drain 1s --quiet </dev/null >/dev/null 2>&1 &
}

serve 1 alpha
serve 2 beta
beta=$!
serve 3 gamma
sleep 1

tmux -S "$work/tmux" -f /dev/null new-session -d -x 100 -y 32 "$program" monitor -c 60 --rate 600 --threads 1 \
  --target 127.0.0.1:5003 --target 127.0.0.2:5003 --target 127.0.0.3:5003 --for 16s
sleep 6
kill "$beta"
wait "$beta" || true
sleep 0.5
serve 2 beta
sleep 6
tmux -S "$work/tmux" capture-pane -e -p >"$work/screen"
python3 "$here/terminal-to-svg.py" <"$work/screen" >"$here/restart.svg"
