// What starting a program takes: a driver in a managed language would leave its own memory in the figure.
//   started TIMES PROGRAM [ARGUMENT...]
// Runs it so many times, one after the other and with its output thrown away, and prints a line for each time:
// wall_us=N user_us=N system_us=N peak_kib=N.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now_us(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

static int64_t us(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static void start(char **command) {
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0) {
        _exit(126);
    }

    execvp(command[0], command);
    _exit(127);
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: started TIMES PROGRAM [ARGUMENT...]\n");
        return 2;
    }

    for (int left = atoi(arguments[1]); left > 0; left--) {
        int64_t begun = now_us();
        pid_t child = vfork();
        if (child == 0) {
            start(arguments + 2);
        }

        int status;
        struct rusage used;
        if (child < 0 || wait4(child, &status, 0, &used) < 0) {
            fail("cannot start");
        }

        if (!WIFEXITED(status) || WEXITSTATUS(status) >= 126) {
            fprintf(stderr, "%s did not run: %x\n", arguments[2], status);
            return 1;
        }

        printf("wall_us=%lld user_us=%lld system_us=%lld peak_kib=%ld\n", (long long)(now_us() - begun),
            (long long)us(used.ru_utime), (long long)us(used.ru_stime), used.ru_maxrss);
    }

    return 0;
}
