using System.Runtime.InteropServices;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Runs a test's own sockets in a network namespace: a thread that joins it and ends there.</summary>
internal static partial class NamespaceThread
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>Runs an action in the namespace; a failure in there is a failure here.</summary>
    public static void Run(Netns where, Action act)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() =>
        {
            int fd = Files.OpenToRead($"/run/netns/{where.Name}");
            Assert.Equal(0, setns(fd, CloneNewNet));
            _ = Descriptors.Close(fd);
            act();
        }));
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    [LibraryImport("libc")]
    private static partial int setns(int fd, int kind);
}
