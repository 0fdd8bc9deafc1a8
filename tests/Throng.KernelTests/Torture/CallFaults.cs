using System.Globalization;
using Throng.Linux;

namespace Throng.KernelTests;

/// <summary>
/// Errors that each kind of call may end with, by the manual pages and by what filters and other modules of the kernel
/// answer. Kinds are named as the shim names them: a call of the program's own, <c>lib.</c> and a call of the library
/// for files, streams and sockets, <c>op.</c> and an operation of a ring. A cancel or a close of a ring that fails has
/// found nothing to cancel or to close, which a failure from outside cannot make true: those are only counted.
/// </summary>
internal static class CallFaults
{
    private const string Table = """
        socket EMFILE ENFILE ENOBUFS ENOMEM EACCES
        bind EADDRINUSE EADDRNOTAVAIL EACCES ENOMEM
        listen EADDRINUSE ENOMEM
        accept4 EMFILE ENFILE ENOBUFS ENOMEM ECONNABORTED EINTR EAGAIN EPROTO EPERM
        connect ECONNREFUSED ETIMEDOUT ENETUNREACH EHOSTUNREACH EADDRNOTAVAIL EADDRINUSE EINTR EAGAIN EACCES EPERM
        connect ENOBUFS ENOMEM ECONNRESET
        shutdown ENOTCONN ENOBUFS
        send ECONNRESET EPIPE EAGAIN EINTR ENOBUFS ENOMEM ETIMEDOUT EHOSTUNREACH EPERM EMSGSIZE ECONNREFUSED
        recv ECONNRESET EAGAIN EINTR ETIMEDOUT ECONNREFUSED ENOMEM EHOSTUNREACH
        sendto ENOBUFS ENOMEM EPERM EINTR EAGAIN EBUSY ENETDOWN
        sendmsg ENOBUFS ENOMEM EPERM EINTR EAGAIN ECONNREFUSED ENETUNREACH EMSGSIZE EINVAL
        recvmsg ENOMEM EINTR EAGAIN ECONNREFUSED ENOBUFS
        setsockopt ENOPROTOOPT EPERM ENOMEM EINVAL
        getsockopt ENOBUFS ENOPROTOOPT EINVAL
        getsockname ENOBUFS
        getpeername ENOTCONN ENOBUFS
        open ENOENT EACCES EMFILE ENFILE ENOMEM EPERM
        fsync EIO ENOSPC
        close EIO EINTR
        read EIO EINTR EAGAIN
        write EIO ENOSPC EINTR EAGAIN EPERM EPIPE
        eventfd EMFILE ENFILE ENOMEM
        ppoll EINTR ENOMEM
        unshare EPERM ENOMEM
        epoll_create1 EMFILE ENFILE ENOMEM
        epoll_ctl ENOMEM ENOSPC
        epoll_wait EINTR
        epoll_pwait2 EINTR ENOSYS EPERM
        sched_setaffinity EINVAL EPERM
        sched_getaffinity EINVAL EPERM
        setpriority EACCES EPERM
        ioctl ENODEV EPERM EINVAL EOPNOTSUPP
        if_indextoname ENXIO
        if_nametoindex ENODEV
        prctl EINVAL EPERM
        pthread_sigmask EINVAL
        prlimit EPERM EINVAL
        mmap ENOMEM EAGAIN EPERM
        statx ENOENT EACCES ENOSYS
        io_uring_setup ENOSYS EPERM EINVAL ENOMEM EMFILE ENFILE
        io_uring_enter EINTR EAGAIN EBUSY
        io_uring_register EINVAL ENOMEM EMFILE EBUSY EPERM
        bpf EPERM EINVAL ENOMEM ENOSYS EBUSY EACCES E2BIG
        sched_setattr ENOSYS EPERM
        sched_getattr ENOSYS EPERM
        op.poll ENOMEM ECANCELED EINTR
        op.accept EMFILE ENFILE ENOBUFS ENOMEM ECONNABORTED EINTR EAGAIN EPROTO EPERM ECANCELED
        op.connect ECONNREFUSED ETIMEDOUT ENETUNREACH EHOSTUNREACH EADDRNOTAVAIL EADDRINUSE EINTR EAGAIN EACCES EPERM
        op.connect ENOBUFS ENOMEM ECONNRESET ECANCELED
        op.send ECONNRESET EPIPE EAGAIN EINTR ENOBUFS ENOMEM ETIMEDOUT EHOSTUNREACH EPERM EMSGSIZE ECONNREFUSED
        op.send ECANCELED
        op.recv ECONNRESET EAGAIN EINTR ETIMEDOUT ECONNREFUSED ENOMEM ENOBUFS EHOSTUNREACH ECANCELED
        op.shutdown ENOTCONN ENOMEM
        op.socket EMFILE ENFILE ENOBUFS ENOMEM EINVAL
        op.setsockopt EOPNOTSUPP ENOPROTOOPT ENOMEM
        op.fixed_fd_install EMFILE ENFILE EINVAL EPERM
        op.bind EADDRINUSE EADDRNOTAVAIL EINVAL ENOMEM
        op.recvmsg ENOMEM EINTR EAGAIN ECONNREFUSED ENOBUFS ECANCELED
        op.sendmsg ENOBUFS ENOMEM EPERM EINTR EAGAIN ECONNREFUSED ENETUNREACH EMSGSIZE
        lib.socket EMFILE
        lib.bind EADDRINUSE EACCES
        lib.listen EADDRINUSE
        lib.accept4 EMFILE ECONNABORTED
        lib.connect ECONNREFUSED
        lib.send EPIPE
        lib.sendmsg EPIPE
        lib.recv ECONNRESET
        lib.recvmsg ECONNRESET
        lib.setsockopt EPERM
        lib.getsockname ENOBUFS
        lib.open EMFILE EACCES ENOENT ENOSPC
        lib.read EIO
        lib.write ENOSPC EIO
        lib.fsync EIO
        lib.rename EACCES ENOSPC
        lib.mkdir EACCES
        lib.chmod EPERM
        lib.ftruncate EIO ENOSPC
        """;

    /// <summary>Errors of a host that lacks something or refuses something, and does so the next time too.</summary>
    private static readonly string[] Lasting =
    [
        "EMFILE", "ENFILE", "EPERM", "EACCES", "ENOSYS", "EINVAL", "EOPNOTSUPP", "ENOPROTOOPT", "ENOSPC", "EIO",
        "EADDRINUSE", "EADDRNOTAVAIL", "ENETUNREACH", "EHOSTUNREACH", "ECONNREFUSED",
    ];

    private static readonly Dictionary<string, string[]> ByKind = Table
        .Split('\n').Select(line => line.Split(' '))
        .GroupBy(words => words[0])
        .ToDictionary(lines => lines.Key, lines => lines.SelectMany(words => words[1..]).ToArray());

    /// <summary>Every kind in the table.</summary>
    public static IReadOnlyCollection<string> Kinds => ByKind.Keys;

    /// <summary>Names of the errors of one kind; none for a call that is not made to fail.</summary>
    public static IReadOnlyList<string> Of(string kind) => ByKind.GetValueOrDefault(kind, []);

    /// <summary>Whether an error may be that of all calls from one on.</summary>
    public static bool Lasts(string error) => Lasting.Contains(error);

    /// <summary>The number that the kernel has for a name.</summary>
    public static int Number(string name) =>
        Convert.ToInt32(typeof(Errno).GetField(name)!.GetRawConstantValue(), CultureInfo.InvariantCulture);
}
