using System.Runtime.InteropServices;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// A seccomp filter as containers have them: chosen system calls are answered with EPERM, for one thread and for the
/// processes it starts.
/// </summary>
internal static unsafe partial class SyscallFilter
{
    public const uint IoUringSetup = 425;

    private const int PR_SET_SECCOMP = 22;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int SECCOMP_MODE_FILTER = 2;
    private const uint SECCOMP_RET_ALLOW = 0x7FFF_0000;
    private const uint SECCOMP_RET_ERRNO = 0x0005_0000;
    private const uint EPERM = 1;
    private const uint ENOSYS = 38;
    private const ushort BPF_LD_W_ABS = 0x20;
    private const ushort BPF_JEQ_K = 0x15;
    private const ushort BPF_RET_K = 0x06;
    private const uint OffsetOfNumber = 0;
    private const uint OffsetOfArchitecture = 4;

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static uint Unshare => IsX64 ? 272u : 97u;

    public static uint Clone3 => 435;

    /// <summary>Calls of io_uring.</summary>
    public static IReadOnlyList<uint> IoUring { get; } = [IoUringSetup, 426, 427];

    /// <summary>
    /// Calls that this program or its runtime may make, and that container engines refuse with their default profile:
    /// io_uring, namespaces, mounts, BPF, performance counters.
    /// </summary>
    public static IReadOnlyList<uint> OfContainers =>
        [.. IoUring, Unshare, .. IsX64 ? (uint[])[308, 165, 321, 298] : [268, 40, 280, 241]];

    private static uint AuditArchitecture => IsX64 ? 0xC000_003E : 0xC000_00B7;

    /// <summary>Does it under the filter, on a thread that ends with it; without calls to refuse, right here.</summary>
    /// <param name="missingCalls">Those that are answered with ENOSYS, as by a kernel that has them not.</param>
    public static void Under(IReadOnlyList<uint> refusedCalls, IReadOnlyList<uint> missingCalls, Action action)
    {
        if (refusedCalls.Count + missingCalls.Count == 0)
        {
            action();
            return;
        }

        Requirement.KnownArchitecture();
        bool isFiltered = false;
        Exception? failure = null;
        Thread filtered = new(() =>
        {
            isFiltered = TryInstall(refusedCalls, missingCalls);
            try
            {
                if (isFiltered)
                {
                    action();
                }
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        filtered.Start();
        filtered.Join();
        Needs.Host(isFiltered, "seccomp filters are refused here");
        Assert.Null(failure);
    }

    private static bool TryInstall(IReadOnlyList<uint> refusedCalls, IReadOnlyList<uint> missingCalls)
    {
        List<sock_filter> program =
        [
            new(BPF_LD_W_ABS, 0, 0, OffsetOfArchitecture),
            new(BPF_JEQ_K, 1, 0, AuditArchitecture),
            new(BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW),
            new(BPF_LD_W_ABS, 0, 0, OffsetOfNumber),
        ];
        foreach ((uint call, uint errno) in
            refusedCalls.Select(call => (call, EPERM)).Concat(missingCalls.Select(call => (call, ENOSYS))))
        {
            program.Add(new(BPF_JEQ_K, 0, 1, call));
            program.Add(new(BPF_RET_K, 0, 0, SECCOMP_RET_ERRNO | errno));
        }

        program.Add(new(BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW));
        sock_filter[] instructions = [.. program];
        fixed (sock_filter* first = instructions)
        {
            sock_fprog whole = new() { len = (ushort)instructions.Length, filter = first };
            return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (nuint)(&whole), 0, 0) == 0;
        }
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct sock_filter(ushort code, byte jumpIfTrue, byte jumpIfFalse, uint k)
    {
        public readonly ushort code = code;
        public readonly byte jt = jumpIfTrue;
        public readonly byte jf = jumpIfFalse;
        public readonly uint k = k;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct sock_fprog
    {
        public ushort len;
        public sock_filter* filter;
    }
}
