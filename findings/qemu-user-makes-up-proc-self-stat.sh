#!/usr/bin/env bash
# qemu-user 7.2: /proc/self/stat says that the process has used no CPU, /proc/thread-self/stat says how much.
#
# Under user-mode emulation the file of the process is made up: its name, parent and start are there, utime and stime
# (fields 14 and 15) and most others are 0. The file of the thread is the kernel's. A program that measures its own CPU
# from /proc/self/stat in a container of another architecture measures nothing, without an error; getrusage() and the
# threads' files are right.
#
# Needs gcc and apt-get on x86-64. qemu is fetched into a temporary folder, nothing is installed.
set -euo pipefail

qemu='1:7.2+dfsg-7+deb12u18+b3'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download -qq "qemu-user-static=$qemu" >/dev/null
dpkg-deb -x qemu-user-static_*.deb qemu

cat >busy.c <<'C'
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static long ticks(const char *path)
{
    unsigned long user = 0, system = 0;
    FILE *file = fopen(path, "r");
    fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    fclose(file);
    return (long)(user + system);
}

int main(void)
{
    struct rusage usage;
    while (clock() < CLOCKS_PER_SEC / 2)
        ;
    getrusage(RUSAGE_SELF, &usage);
    long process = ticks("/proc/self/stat"), thread = ticks("/proc/thread-self/stat");
    printf("/proc/self/stat         %3ld ticks of CPU\n", process);
    printf("/proc/thread-self/stat  %3ld ticks\n", thread);
    printf("getrusage               %3ld ms\n", (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
        + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000);
    return process == 0 && thread > 10;
}
C
gcc -O1 -static -Wno-unused-result -o busy busy.c

printf 'Linux %s, without emulation\n' "$(uname -r)"
if ./busy; then :; else echo "not seen any more: it is so without emulation too"; exit 1; fi
printf 'qemu-user-static %s\n' "$qemu"
if qemu/usr/bin/qemu-x86_64-static ./busy; then
  echo "not seen any more"
  exit 1
fi
echo "seen: the process's own file has no CPU time under emulation"
