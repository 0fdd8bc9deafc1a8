// Rings: their calls, and the operations in them.

#include "shim.h"

// The rings of a thread: one belongs to the thread that made it, and numbers of descriptors may be a thread's own.
struct ring
{
    int fd;
    struct io_uring_params parameters;
    char *entries;
    struct io_uring_sqe *sqes;
    unsigned looked_at;
};

static __thread struct ring rings[32];
static __thread unsigned rings_made;

static struct ring *ring_of(int fd)
{
    for (unsigned i = rings_made; i-- > 0 && i + 32 >= rings_made;)
    {
        if (rings[i % 32].fd == fd)
            return &rings[i % 32];
    }

    return NULL;
}

void *mmap(void *hint, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    REAL(mmap);
    OWN(mmap, MAP_FAILED);
    void *mapped = next(hint, bytes, protection, flags, fd, offset);
    struct ring *ring = fd >= 0 && IS_OWN(FROM) ? ring_of(fd) : NULL;
    if (ring != NULL && mapped != MAP_FAILED)
    {
        if (offset == IORING_OFF_SQ_RING)
            ring->entries = mapped;
        else if (offset == IORING_OFF_SQES)
            ring->sqes = mapped;
    }

    return mapped;
}

// Looks at each submission once, just before the kernel does. One that is to fail becomes a NOP that ends with the
// error; whose it is, its links and its skipped completion stay.
static void look_at_submissions(struct ring *ring, uintptr_t from)
{
    struct io_sqring_offsets *at = &ring->parameters.sq_off;
    unsigned mask = *(unsigned *)(ring->entries + at->ring_mask);
    unsigned head = __atomic_load_n((unsigned *)(ring->entries + at->head), __ATOMIC_ACQUIRE);
    unsigned tail = *(unsigned *)(ring->entries + at->tail);
    if ((int)(head - ring->looked_at) > 0)
        ring->looked_at = head;
    for (; (int)(tail - ring->looked_at) > 0; ring->looked_at++)
    {
        struct io_uring_sqe *sqe = &ring->sqes[ring->looked_at & mask];
        if (sqe->opcode < KINDS_MAX - OPERATIONS && strikes(OPERATIONS + sqe->opcode, from))
        {
            struct io_uring_sqe failing = {
                .opcode = IORING_OP_NOP,
                .flags = sqe->flags & (unsigned char)~(IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT),
                .fd = -1,
                .len = (unsigned)-fault,
                .rw_flags = IORING_NOP_INJECT_RESULT,
                .user_data = sqe->user_data,
            };
            *sqe = failing;
        }
    }
}

static int kind_of(long number)
{
    switch (number)
    {
        case SYS_io_uring_setup: return OWN_io_uring_setup;
        case SYS_io_uring_enter: return OWN_io_uring_enter;
        case SYS_io_uring_register: return OWN_io_uring_register;
        case SYS_bpf: return OWN_bpf;
        case SYS_epoll_pwait2: return OWN_epoll_pwait2;
        case SYS_sched_setattr: return OWN_sched_setattr;
        case SYS_sched_getattr: return OWN_sched_getattr;
        default: return -1;
    }
}

long syscall(long number, ...)
{
    static long (*next)(long, long, long, long, long, long, long);
    if (next == NULL)
        next = (long (*)(long, long, long, long, long, long, long))real("syscall");
    va_list rest;
    va_start(rest, number);
    long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
    long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
    va_end(rest);
    int kind = kind_of(number);
    if (kind < 0 || !IS_OWN(FROM))
        return next(number, a, b, c, d, e, f);
    if (strikes(kind, FROM))
        return errno = fault, -1;
    if (number == SYS_io_uring_enter)
    {
        struct ring *ring = ring_of((int)a);
        if (ring != NULL && ring->entries != NULL && ring->sqes != NULL)
            look_at_submissions(ring, FROM);
    }

    long result = next(number, a, b, c, d, e, f);
    if (number == SYS_io_uring_setup && result >= 0)
    {
        struct ring *ring = &rings[rings_made++ % 32];
        memset(ring, 0, sizeof *ring);
        ring->fd = (int)result;
        ring->parameters = *(struct io_uring_params *)b;
    }

    return result;
}
