// Calls that are functions of the C library.

#include "shim.h"

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
