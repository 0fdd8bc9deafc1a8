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

#ifndef SHIM_H
#define SHIM_H

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

// Names of this library alone.
#pragma GCC visibility push(hidden)

// Null while nothing is counted.
extern struct report *report;

// The errno of a call that fails.
extern int fault;

extern const char *folder;
extern uintptr_t base, managed_from, managed_to, image_from, image_to;

// Descriptors of files that the library has opened in the folder, in /proc or in /sys; and the program's streams.
extern _Atomic unsigned char watched[65536];

// The C library's own function of this name.
void *real(const char *name);

// Counts one call; true when it is to fail.
int strikes(int kind, uintptr_t from);

#pragma GCC visibility pop

#define REAL(name) \
    static __typeof__(name) *next; \
    if (next == NULL) \
        next = (__typeof__(name) *)real(#name)

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

#endif
