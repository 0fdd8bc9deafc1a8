// Holding connections with the fewest calls that io_uring has for it: a socket and a connect for each, linked, and one
// accept that repeats for each listener. Nothing is read, watched or timed.
//   hold_uring serve PORT PORTS THREADS COUNT      prints held_s=N once COUNT are accepted, then waits to be ended
//   hold_uring connect PORT PORTS THREADS COUNT    prints held_s=N once COUNT are connected, then waits to be ended
//   hold_uring both PORT PORTS THREADS COUNT       the two in one process
// Sockets lie in the rings' own tables, as many rings as COUNT takes.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    TABLE = 19000,      // places in the table of one ring
    TABLE_FULL = 18000, // from here on a server's ring takes no more: some are accepted before it has stopped
    UNDER_WAY = 512,
    ENTRIES = 2048,
    THREADS_MAX = 64,
    PORTS_MAX = 1024,
    CANCELLED = 1 << 20,
};

struct ring {
    int fd;
    unsigned *sq_tail, *sq_array, *cq_head, *cq_tail, sq_mask, cq_mask, pending, held;
    struct io_uring_sqe *sqes;
    struct io_uring_cqe *cqes;
};

static int first_port, ports, threads, total;
static atomic_int connected, accepted;
static double started;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static void count(atomic_int *counter, const char *what) {
    if (atomic_fetch_add(counter, 1) + 1 == total) {
        printf("%s held_s=%.2f\n", what, now() - started);
        fflush(stdout);
    }
}

static void open_ring(struct ring *ring) {
    struct io_uring_params setup = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = 4 * ENTRIES,
    };
    ring->fd = syscall(SYS_io_uring_setup, ENTRIES, &setup);
    if (ring->fd < 0) fail("io_uring_setup");
    char *sq = mmap(NULL, setup.sq_off.array + ENTRIES * 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd,
        IORING_OFF_SQ_RING);
    char *cq = mmap(NULL, setup.cq_off.cqes + setup.cq_entries * sizeof *ring->cqes, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_CQ_RING);
    ring->sqes = mmap(NULL, ENTRIES * sizeof *ring->sqes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd,
        IORING_OFF_SQES);
    if (sq == MAP_FAILED || cq == MAP_FAILED || ring->sqes == MAP_FAILED) fail("mmap");
    ring->sq_tail = (unsigned *)(sq + setup.sq_off.tail);
    ring->sq_mask = *(unsigned *)(sq + setup.sq_off.ring_mask);
    ring->sq_array = (unsigned *)(sq + setup.sq_off.array);
    ring->cq_head = (unsigned *)(cq + setup.cq_off.head);
    ring->cq_tail = (unsigned *)(cq + setup.cq_off.tail);
    ring->cq_mask = *(unsigned *)(cq + setup.cq_off.ring_mask);
    ring->cqes = (struct io_uring_cqe *)(cq + setup.cq_off.cqes);
    struct io_uring_rsrc_register table = {.nr = TABLE, .flags = IORING_RSRC_REGISTER_SPARSE};
    if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES2, &table, sizeof table) < 0) fail("register");
}

static struct io_uring_sqe *next(struct ring *ring) {
    unsigned index = (*ring->sq_tail + ring->pending) & ring->sq_mask;
    struct io_uring_sqe *sqe = &ring->sqes[index];
    memset(sqe, 0, sizeof *sqe);
    ring->sq_array[index] = index;
    ring->pending++;
    return sqe;
}

static void enter(struct ring *ring, int wait) {
    unsigned submit = ring->pending;
    atomic_store_explicit((_Atomic unsigned *)ring->sq_tail, *ring->sq_tail + submit, memory_order_release);
    ring->pending = 0;
    if (syscall(SYS_io_uring_enter, ring->fd, submit, wait, IORING_ENTER_GETEVENTS, NULL, 0) < 0 && errno != EINTR) {
        fail("io_uring_enter");
    }
}

static struct io_uring_cqe *first(struct ring *ring) {
    unsigned tail = atomic_load_explicit((_Atomic unsigned *)ring->cq_tail, memory_order_acquire);
    return *ring->cq_head == tail ? NULL : &ring->cqes[*ring->cq_head & ring->cq_mask];
}

static void seen(struct ring *ring) {
    atomic_store_explicit((_Atomic unsigned *)ring->cq_head, *ring->cq_head + 1, memory_order_release);
}

static void *connect_all(void *argument) {
    long thread = (long)argument;
    int share = total / threads + (thread < total % threads);
    struct sockaddr_in *targets = calloc(ports, sizeof *targets);
    for (int i = 0; i < ports; i++) {
        targets[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(first_port + i)};
        targets[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }

    for (int begun = 0, port = 0; begun < share;) {
        struct ring *ring = calloc(1, sizeof *ring);
        open_ring(ring);
        int here = share - begun < TABLE ? share - begun : TABLE, asked = 0, open = 0;
        while (open < here) {
            while (asked < here && asked - open < UNDER_WAY) {
                struct io_uring_sqe *sqe = next(ring);
                sqe->opcode = IORING_OP_SOCKET;
                sqe->flags = IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
                sqe->fd = AF_INET;
                sqe->off = SOCK_STREAM;
                sqe->file_index = asked + 1;
                sqe->user_data = 1;
                sqe = next(ring);
                sqe->opcode = IORING_OP_CONNECT;
                sqe->flags = IOSQE_FIXED_FILE;
                sqe->fd = asked++;
                sqe->addr = (uintptr_t)&targets[port++ % ports];
                sqe->off = sizeof *targets;
            }

            enter(ring, 1);
            for (struct io_uring_cqe *one; (one = first(ring)); seen(ring)) {
                if (one->res < 0) errno = -one->res, fail(one->user_data ? "socket" : "connect");
                open++;
                count(&connected, "connect");
            }
        }

        begun += here;
    }

    pause();
    return NULL;
}

static void accept_on(struct ring *ring, int listener) {
    struct io_uring_sqe *sqe = next(ring);
    sqe->opcode = IORING_OP_ACCEPT;
    sqe->ioprio = IORING_ACCEPT_MULTISHOT;
    sqe->fd = listener;
    sqe->file_index = IORING_FILE_INDEX_ALLOC;
    sqe->user_data = listener;
}

static void *accept_all(void *argument) {
    const int *listeners = argument;
    struct ring *ring = NULL;
    while (1) {
        struct ring *before = ring;
        ring = calloc(1, sizeof *ring);
        open_ring(ring);
        if (before) {
            struct io_uring_sqe *sqe = next(before);
            sqe->opcode = IORING_OP_ASYNC_CANCEL;
            sqe->cancel_flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL;
            sqe->user_data = CANCELLED;
            for (int ended = 0; ended < ports + 1;) {
                enter(before, 1);
                for (struct io_uring_cqe *one; (one = first(before)); seen(before)) {
                    ended += !(one->flags & IORING_CQE_F_MORE);
                    if (one->user_data == CANCELLED || one->res == -ECANCELED) continue;
                    if (one->res < 0) errno = -one->res, fail("accept");
                    count(&accepted, "serve");
                }
            }
        }

        for (int i = 0; i < ports; i++) accept_on(ring, listeners[i]);
        while (ring->held < TABLE_FULL) {
            enter(ring, 1);
            for (struct io_uring_cqe *one; (one = first(ring)); seen(ring)) {
                if (one->res < 0) errno = -one->res, fail("accept");
                if (!(one->flags & IORING_CQE_F_MORE)) accept_on(ring, one->user_data);
                ring->held++;
                count(&accepted, "serve");
            }
        }
    }

    return NULL;
}

static int *listen_all(void) {
    int *listeners = calloc(ports, sizeof *listeners), is_on = 1;
    for (int i = 0; i < ports; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(first_port + i)};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int fd = listeners[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &is_on, sizeof is_on) < 0
            || bind(fd, (void *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) {
            fail("listen");
        }
    }

    return listeners;
}

int main(int words, char **word) {
    if (words != 6) return fprintf(stderr, "see the head of hold_uring.c\n"), 2;
    int serves = strcmp(word[1], "connect") != 0, connects = strcmp(word[1], "serve") != 0;
    first_port = atoi(word[2]);
    ports = atoi(word[3]);
    threads = atoi(word[4]);
    total = atoi(word[5]);
    if (ports > PORTS_MAX || threads > THREADS_MAX) return fprintf(stderr, "too many ports or threads\n"), 2;
    started = now();
    pthread_t running;
    int *listeners[THREADS_MAX];
    for (int i = 0; serves && i < threads; i++) listeners[i] = listen_all();
    for (long i = 0; serves && i < threads; i++) pthread_create(&running, NULL, accept_all, listeners[i]);
    for (long i = 0; connects && i < threads; i++) pthread_create(&running, NULL, connect_all, (void *)i);
    pthread_join(running, NULL);
    return 0;
}
