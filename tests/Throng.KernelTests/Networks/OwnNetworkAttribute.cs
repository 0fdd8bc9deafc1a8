using System.Reflection;
using System.Runtime.InteropServices;
using Throng.KernelTests;
using Throng.Linux;
using Xunit;
using Xunit.v3;

[assembly: OwnNetwork]

namespace Throng.KernelTests;

/// <summary>
/// Gives every test a network namespace of its own, with nothing but loopback up, so that tests run beside each other:
/// ports, the kernel's counters and what waits in TIME_WAIT are of one test alone.
/// </summary>
/// <remarks>
/// A namespace belongs to a thread. A test runs on one thread to its end, and what that thread makes (sockets,
/// processes, threads) is born in its namespace. What its constructor and its fields make is not, for they come before
/// it; nor is what the thread pool makes: accept there, but listen and connect here. Without root every test shares the
/// host's loopback, three at a time, and <see cref="IsGiven"/> is false.
/// </remarks>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed partial class OwnNetworkAttribute : BeforeAfterTestAttribute
{
    private const int CloneNewNet = 0x40000000;
    private const nuint SIOCSIFFLAGS = 0x8914;
    private const short IFF_UP = 0x1;

    private static readonly int HostNetwork = Files.OpenToRead("/proc/self/ns/net");

    /// <summary>The host's network, for a few tests at a time: they share its ports and its counters.</summary>
    private static readonly SemaphoreSlim Host = new(3);

    [ThreadStatic]
    private static bool t_isGiven;

    /// <summary>Whether the calling thread is a test's, in a namespace of its own.</summary>
    public static bool IsGiven => t_isGiven;

    /// <summary>Starts a thread in the network of the calling one.</summary>
    public static Thread Start(Action work)
    {
        bool isGiven = t_isGiven;
        Thread thread = new(() =>
        {
            t_isGiven = isGiven;
            work();
        });
        thread.Start();
        return thread;
    }

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Environment.IsPrivilegedProcess && unshare(CloneNewNet) == 0)
        {
            BringLoopbackUp();
            t_isGiven = true;
        }
        else
        {
            Host.Wait();
        }
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (t_isGiven)
        {
            Assert.Equal(0, setns(HostNetwork, CloneNewNet));
            t_isGiven = false;
        }
        else
        {
            Host.Release();
        }
    }

    private static unsafe void BringLoopbackUp()
    {
        int fd = Sockets.OpenTcp(SockAddr.FromIPv4(0, 0));
        byte* request = stackalloc byte[40]; // struct ifreq: the name, then the flags
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = IFF_UP;
        Assert.Equal(0, ioctl(fd, SIOCSIFFLAGS, request));
        _ = Sockets.Close(fd);
    }

    [LibraryImport("libc")]
    private static partial int unshare(int kind);

    [LibraryImport("libc")]
    private static partial int setns(int fd, int kind);

    [LibraryImport("libc")]
    private static unsafe partial int ioctl(int fd, nuint request, void* argument);
}
