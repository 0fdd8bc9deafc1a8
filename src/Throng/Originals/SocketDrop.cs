using Throng.Linux;
using Throng.Originals;

namespace Throng;

/// <summary>Ends the sockets that standard input names.</summary>
public static class SocketDrop
{
    public static int Run(Shell shell)
    {
        using StreamReader input = new(shell.Input);
        IReadOnlyList<(SockAddr Local, SockAddr Remote)> pairs = DropList.Read(input.ReadToEnd(), out string error);
        using SockDestroy sockets = new();
        foreach ((SockAddr local, SockAddr remote) in pairs)
        {
            int result = sockets.End(local, remote);
            if (result >= 0)
            {
                shell.Print($"Drop socket ({local} -> {remote})\n");
                continue;
            }

            shell.Say($"{DropTcpSocket.Name}: {local} -> {remote}: {Why(result)}");
            if (result != -Errno.ENOENT)
            {
                return ExitCode.NotDone;
            }
        }

        if (error.Length > 0)
        {
            shell.Say($"{DropTcpSocket.Name}: {error}");
        }

        return error.Length > 0 ? ExitCode.NotDone : ExitCode.Done;
    }

    private static string Why(int result) => -result switch
    {
        Errno.ENOENT => "there is no such socket",
        Errno.EPERM or Errno.EACCES => "not permitted; it needs root or CAP_NET_ADMIN",
        Errno.EOPNOTSUPP => "this kernel cannot end sockets (CONFIG_INET_DIAG_DESTROY)",
        _ => Errno.Text(result),
    };
}
