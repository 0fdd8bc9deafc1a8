// Preloaded into the native program: counts the calls that the program itself makes, by kind, and lets chosen ones
// fail. A call is the program's own when it returns into managed code (the section __managedcode of its file), and the
// library's when it returns into what is linked in beside that, which is how files, streams and sockets of .NET come
// about. Calls of any other library, and of processes without such a section, go through untouched.
//
// TORTURE_REPORT  a file to make, as `struct report` below lays it out; without it nothing is counted
// TORTURE_KIND    which calls fail, such as connect, op.send or lib.open
// TORTURE_ERRNO   with which number
// TORTURE_NTH     from which one of its kind on, counted from 1
// TORTURE_TIMES   how many of them; 0: all
// TORTURE_FOLDER  the folder whose files are those of the library's kinds, besides /proc and /sys

#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef IORING_NOP_INJECT_RESULT
#define IORING_NOP_INJECT_RESULT (1U << 0)
#endif

#define KINDS(X) \
    X(socket) X(bind) X(listen) X(accept4) X(connect) X(shutdown) X(send) X(recv) X(sendto) X(sendmsg) X(recvmsg) \
    X(setsockopt) X(getsockopt) X(getsockname) X(getpeername) X(open) X(fsync) X(close) X(read) X(write) X(eventfd) \
    X(ppoll) X(unshare) X(epoll_create1) X(epoll_ctl) X(epoll_wait) X(sched_setaffinity) X(sched_getaffinity) \
    X(setpriority) X(ioctl) X(if_indextoname) X(if_nametoindex) X(prctl) X(pthread_sigmask) X(prlimit) X(mmap) \
    X(statx) X(io_uring_setup) X(io_uring_enter) X(io_uring_register) X(bpf) X(epoll_pwait2) X(sched_setattr) \
    X(sched_getattr)

#define LIBRARY_KINDS(X) \
    X(socket) X(bind) X(listen) X(accept4) X(connect) X(sendmsg) X(send) X(recv) X(recvmsg) X(setsockopt) \
    X(getsockname) X(open) X(read) X(write) X(fsync) X(rename) X(unlink) X(mkdir) X(chmod) X(flock) X(ftruncate)

enum kind
{
#define NAME(name) OWN_##name,
    KINDS(NAME)
#undef NAME
#define NAME(name) LIB_##name,
    LIBRARY_KINDS(NAME)
#undef NAME
    OPERATIONS, // and one for each operation of a ring
    KINDS_MAX = OPERATIONS + 64,
};

static const char *const names[OPERATIONS] = {
#define NAME(name) #name,
    KINDS(NAME)
#undef NAME
#define NAME(name) "lib." #name,
    LIBRARY_KINDS(NAME)
#undef NAME
};

static const char *const operations[] = {
    [IORING_OP_NOP] = "op.nop", [IORING_OP_POLL_ADD] = "op.poll", [IORING_OP_SENDMSG] = "op.sendmsg",
    [IORING_OP_RECVMSG] = "op.recvmsg", [IORING_OP_ACCEPT] = "op.accept", [IORING_OP_ASYNC_CANCEL] = "op.cancel",
    [IORING_OP_CONNECT] = "op.connect", [IORING_OP_CLOSE] = "op.close", [IORING_OP_SEND] = "op.send",
    [IORING_OP_RECV] = "op.recv", [IORING_OP_SHUTDOWN] = "op.shutdown", [45] = "op.socket",
    [46] = "op.setsockopt", [54] = "op.fixed_fd_install", [56] = "op.bind", [57] = "op.listen",
};

struct report
{
    uint64_t delivered; // calls that were made to fail
    uint64_t address;   // of the instruction behind the last of them, in the file
    struct
    {
        char name[24];
        uint64_t calls;
    } kinds[KINDS_MAX];
};

static struct report *report;
static int wanted = -1, fault;
static uint64_t first = 1, times = 1;
static const char *folder;
static uintptr_t base, managed_from, managed_to, image_from, image_to;

// Descriptors of files that the library has opened in the folder, in /proc or in /sys; and the program's streams.
static _Atomic unsigned char watched[65536];

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
    {
        fprintf(stderr, "torture: there is no %s\n", name);
        abort();
    }

    return found;
}

#define REAL(name) \
    static __typeof__(name) *next; \
    if (next == NULL) \
        next = (__typeof__(name) *)real(#name)

static int find_image(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size, (void)data;
    base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
    {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0)
        {
            image_from = base + part->p_vaddr;
            image_to = image_from + part->p_memsz;
        }
    }

    return 1; // the first is the program
}

// Where managed code lies, from the section headers of the program's file. False when it has none.
static int find_managed(void)
{
    FILE *file = fopen("/proc/self/exe", "rb");
    ElfW(Ehdr) head;
    int found = 0;
    if (file == NULL || fread(&head, sizeof head, 1, file) != 1)
        return 0;
    ElfW(Shdr) *sections = calloc(head.e_shnum, sizeof *sections);
    fseek(file, (long)head.e_shoff, SEEK_SET);
    if (head.e_shnum > 0 && fread(sections, sizeof *sections, head.e_shnum, file) == head.e_shnum)
    {
        ElfW(Shdr) *text = &sections[head.e_shstrndx];
        char *words = malloc(text->sh_size + 1);
        fseek(file, (long)text->sh_offset, SEEK_SET);
        size_t bytes = fread(words, 1, text->sh_size, file);
        words[bytes] = 0;
        for (int i = 0; i < head.e_shnum; i++)
        {
            if (sections[i].sh_name < bytes && strcmp(words + sections[i].sh_name, "__managedcode") == 0)
            {
                managed_from = base + sections[i].sh_addr;
                managed_to = managed_from + sections[i].sh_size;
                found = 1;
            }
        }

        free(words);
    }

    free(sections);
    fclose(file);
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("TORTURE_REPORT");
    dl_iterate_phdr(find_image, NULL);
    if (path == NULL || !find_managed())
        return;
    char name[4096];
    int fd = -1;
    // Each process of the run has a file of its own: the first one that is not there yet.
    for (int number = 0; fd < 0 && number < 64; number++)
    {
        snprintf(name, sizeof name, "%s.%d", path, number);
        fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }

    if (fd < 0 || syscall(SYS_ftruncate, fd, (long)sizeof(struct report)) != 0)
        return;
    struct report *made = (struct report *)syscall(
        SYS_mmap, NULL, sizeof(struct report), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
    syscall(SYS_close, fd);
    if (made == MAP_FAILED)
        return;
    const char *kind = getenv("TORTURE_KIND");
    for (int i = 0; i < KINDS_MAX; i++)
    {
        int code = i - OPERATIONS;
        const char *called = code < 0 ? names[i]
            : (size_t)code < sizeof operations / sizeof *operations && operations[code] != NULL ? operations[code] : "";
        strncpy(made->kinds[i].name, called, sizeof made->kinds[i].name - 1);
        if (kind != NULL && *called != 0 && strcmp(kind, called) == 0)
            wanted = i;
    }

    folder = getenv("TORTURE_FOLDER");
    fault = atoi(getenv("TORTURE_ERRNO") ?: "0");
    first = strtoull(getenv("TORTURE_NTH") ?: "1", NULL, 10);
    times = strtoull(getenv("TORTURE_TIMES") ?: "1", NULL, 10);
    watched[0] = watched[1] = watched[2] = 1;
    report = made;
}

// Counts one call; true when it is to fail.
static int strikes(int kind, uintptr_t from)
{
    uint64_t number = __atomic_add_fetch(&report->kinds[kind].calls, 1, __ATOMIC_RELAXED);
    if (kind != wanted || number < first || (times != 0 && number >= first + times))
        return 0;
    __atomic_add_fetch(&report->delivered, 1, __ATOMIC_RELAXED);
    report->address = from - base;
    return 1;
}

#define IS_OWN(from) (report != NULL && (from) >= managed_from && (from) < managed_to)
#define IS_LIB(from) (report != NULL && !IS_OWN(from) && (from) >= image_from && (from) < image_to)
#define FROM ((uintptr_t)__builtin_return_address(0))

// A call of the program's own, and of the library's too.
#define OWN(name, failed) \
    if (IS_OWN(FROM) && strikes(OWN_##name, FROM)) \
        return errno = fault, failed
#define BOTH(name, failed) \
    OWN(name, failed); \
    if (IS_LIB(FROM) && strikes(LIB_##name, FROM)) \
        return errno = fault, failed

static int is_watched(int fd)
{
    return fd >= 0 && fd < (int)sizeof watched && watched[fd];
}

static int is_of_interest(const char *path)
{
    return (folder != NULL && strncmp(path, folder, strlen(folder)) == 0) || strncmp(path, "/proc/", 6) == 0
        || strncmp(path, "/sys/", 5) == 0;
}

int socket(int family, int type, int protocol)
{
    REAL(socket);
    BOTH(socket, -1);
    return next(family, type, protocol);
}

int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t bytes)
{
    REAL(bind);
    BOTH(bind, -1);
    return next(fd, address, bytes);
}

int listen(int fd, int backlog)
{
    REAL(listen);
    BOTH(listen, -1);
    return next(fd, backlog);
}

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *bytes, int flags)
{
    REAL(accept4);
    BOTH(accept4, -1);
    return next(fd, address, bytes, flags);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t bytes)
{
    REAL(connect);
    BOTH(connect, -1);
    return next(fd, address, bytes);
}

int shutdown(int fd, int how)
{
    REAL(shutdown);
    OWN(shutdown, -1);
    return next(fd, how);
}

ssize_t send(int fd, const void *buffer, size_t bytes, int flags)
{
    REAL(send);
    BOTH(send, -1);
    return next(fd, buffer, bytes, flags);
}

ssize_t recv(int fd, void *buffer, size_t bytes, int flags)
{
    REAL(recv);
    BOTH(recv, -1);
    return next(fd, buffer, bytes, flags);
}

ssize_t sendto(
    int fd, const void *buffer, size_t bytes, int flags, __CONST_SOCKADDR_ARG address, socklen_t address_bytes)
{
    REAL(sendto);
    OWN(sendto, -1);
    return next(fd, buffer, bytes, flags, address, address_bytes);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(sendmsg);
    BOTH(sendmsg, -1);
    return next(fd, message, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    REAL(recvmsg);
    BOTH(recvmsg, -1);
    return next(fd, message, flags);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t bytes)
{
    REAL(setsockopt);
    BOTH(setsockopt, -1);
    return next(fd, level, name, value, bytes);
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict bytes)
{
    REAL(getsockopt);
    OWN(getsockopt, -1);
    return next(fd, level, name, value, bytes);
}

int getsockname(int fd, __SOCKADDR_ARG address, socklen_t *bytes)
{
    REAL(getsockname);
    BOTH(getsockname, -1);
    return next(fd, address, bytes);
}

int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *bytes)
{
    REAL(getpeername);
    OWN(getpeername, -1);
    return next(fd, address, bytes);
}

static int opens(const char *path, int flags, mode_t mode, uintptr_t from)
{
    int is_file = IS_LIB(from) && is_of_interest(path);
    if ((IS_OWN(from) && strikes(OWN_open, from)) || (is_file && strikes(LIB_open, from)))
        return errno = fault, -1;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= 0 && fd < (int)sizeof watched)
        watched[fd] = (unsigned char)is_file;
    return fd;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opens(path, flags, mode, FROM);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opens(path, flags | O_LARGEFILE, mode, FROM);
}

#define ON_FILE(name, fd, failed) \
    if (IS_LIB(FROM) && is_watched(fd) && strikes(LIB_##name, FROM)) \
        return errno = fault, failed

int fsync(int fd)
{
    REAL(fsync);
    OWN(fsync, -1);
    ON_FILE(fsync, fd, -1);
    return next(fd);
}

// The descriptor is gone all the same, as in the kernel.
int close(int fd)
{
    REAL(close);
    int is_own = IS_OWN(FROM);
    if (fd > 2 && fd < (int)sizeof watched)
        watched[fd] = 0;
    int result = next(fd);
    if (is_own && strikes(OWN_close, FROM))
        return errno = fault, -1;
    return result;
}

ssize_t read(int fd, void *buffer, size_t bytes)
{
    REAL(read);
    OWN(read, -1);
    ON_FILE(read, fd, -1);
    return next(fd, buffer, bytes);
}

ssize_t pread64(int fd, void *buffer, size_t bytes, off64_t offset)
{
    REAL(pread64);
    ON_FILE(read, fd, -1);
    return next(fd, buffer, bytes, offset);
}

ssize_t write(int fd, const void *buffer, size_t bytes)
{
    REAL(write);
    OWN(write, -1);
    ON_FILE(write, fd, -1);
    return next(fd, buffer, bytes);
}

ssize_t pwrite64(int fd, const void *buffer, size_t bytes, off64_t offset)
{
    REAL(pwrite64);
    ON_FILE(write, fd, -1);
    return next(fd, buffer, bytes, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset);
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    REAL(pwritev64);
    ON_FILE(write, fd, -1);
    return next(fd, parts, count, offset);
}

int ftruncate64(int fd, off64_t bytes)
{
    REAL(ftruncate64);
    ON_FILE(ftruncate, fd, -1);
    return next(fd, bytes);
}

int flock(int fd, int how);
int flock(int fd, int how)
{
    REAL(flock);
    ON_FILE(flock, fd, -1);
    return next(fd, how);
}

#define ON_PATH(name, path) \
    if (IS_LIB(FROM) && is_of_interest(path) && strikes(LIB_##name, FROM)) \
        return errno = fault, -1

int rename(const char *before, const char *after)
{
    REAL(rename);
    ON_PATH(rename, after);
    return next(before, after);
}

int unlink(const char *path);
int unlink(const char *path)
{
    REAL(unlink);
    ON_PATH(unlink, path);
    return next(path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    ON_PATH(mkdir, path);
    return next(path, mode);
}

int chmod(const char *path, mode_t mode)
{
    REAL(chmod);
    ON_PATH(chmod, path);
    return next(path, mode);
}

int eventfd(unsigned initial, int flags);
int eventfd(unsigned initial, int flags)
{
    REAL(eventfd);
    OWN(eventfd, -1);
    return next(initial, flags);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    REAL(ppoll);
    OWN(ppoll, -1);
    return next(fds, count, timeout, mask);
}

int unshare(int flags)
{
    REAL(unshare);
    OWN(unshare, -1);
    return next(flags);
}

int epoll_create1(int flags)
{
    REAL(epoll_create1);
    OWN(epoll_create1, -1);
    return next(flags);
}

int epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event)
{
    REAL(epoll_ctl);
    if (operation == EPOLL_CTL_ADD) // the others need no memory
        OWN(epoll_ctl, -1);
    return next(epfd, operation, fd, event);
}

int epoll_wait(int epfd, struct epoll_event *events, int most, int timeout)
{
    REAL(epoll_wait);
    OWN(epoll_wait, -1);
    return next(epfd, events, most, timeout);
}

int sched_setaffinity(pid_t thread, size_t bytes, const cpu_set_t *mask)
{
    REAL(sched_setaffinity);
    OWN(sched_setaffinity, -1);
    return next(thread, bytes, mask);
}

int sched_getaffinity(pid_t thread, size_t bytes, cpu_set_t *mask)
{
    REAL(sched_getaffinity);
    OWN(sched_getaffinity, -1);
    return next(thread, bytes, mask);
}

int setpriority(__priority_which_t which, id_t who, int nice)
{
    REAL(setpriority);
    OWN(setpriority, -1);
    return next(which, who, nice);
}

int ioctl(int fd, unsigned long request, ...)
{
    static int (*next)(int, unsigned long, void *);
    if (next == NULL)
        next = (int (*)(int, unsigned long, void *))real("ioctl");
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    OWN(ioctl, -1);
    return next(fd, request, argument);
}

char *if_indextoname(unsigned index, char *name);
char *if_indextoname(unsigned index, char *name)
{
    REAL(if_indextoname);
    OWN(if_indextoname, NULL);
    return next(index, name);
}

unsigned if_nametoindex(const char *name);
unsigned if_nametoindex(const char *name)
{
    REAL(if_nametoindex);
    OWN(if_nametoindex, 0);
    return next(name);
}

int prctl(int option, ...);
int prctl(int option, ...)
{
    static int (*next)(int, unsigned long, unsigned long, unsigned long, unsigned long);
    if (next == NULL)
        next = (int (*)(int, unsigned long, unsigned long, unsigned long, unsigned long))real("prctl");
    va_list rest;
    va_start(rest, option);
    unsigned long a = va_arg(rest, unsigned long), b = va_arg(rest, unsigned long);
    unsigned long c = va_arg(rest, unsigned long), d = va_arg(rest, unsigned long);
    va_end(rest);
    OWN(prctl, -1);
    return next(option, a, b, c, d);
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
    REAL(pthread_sigmask);
    if (IS_OWN(FROM) && strikes(OWN_pthread_sigmask, FROM))
        return fault;
    return next(how, set, before);
}

int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit *limit, struct rlimit *before)
{
    REAL(prlimit);
    OWN(prlimit, -1);
    return next(pid, resource, limit, before);
}

int statx(int directory, const char *restrict path, int flags, unsigned mask, struct statx *restrict about)
{
    REAL(statx);
    OWN(statx, -1);
    return next(directory, path, flags, mask, about);
}

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
