using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The kernel's side of <see cref="SocketEcho"/>: the map of sockets with its program, and what that counts. All of it
/// goes with the descriptors.
/// </summary>
internal sealed class EchoMaps : IDisposable
{
    private readonly int _sockets;
    private readonly int _counters;
    private readonly int _program;
    private readonly KernelCounters _sums;

    /// <exception cref="SetupException">The kernel refuses a map or the program.</exception>
    public EchoMaps(int socketsMax)
    {
        _sockets = Check(
            BpfMap.Create(BpfMapKind.SocketHash, sizeof(ulong), sizeof(ulong), socketsMax, "throng_sockets"),
            "a map of sockets", "");
        _counters = Check(
            BpfMap.Create(
                BpfMapKind.PerCpuArray, sizeof(uint), EchoVerdict.Counters * sizeof(ulong), 1, "throng_counters"),
            "a map of counters", "");
        _sums = new KernelCounters(_counters, EchoVerdict.Counters);
        bpf_insn[] code = EchoVerdict.Build(_sockets, _counters);
        _program = Check(
            BpfProgram.Load(
                BpfProgramKind.SocketStream, code, "throng_echo", BpfAttachment.StreamVerdict, out string log),
            "the echo program", log);
        _ = Check(BpfProgram.AttachToMap(_sockets, _program, BpfAttachment.StreamVerdict), "the attachment", "");
    }

    /// <summary>The map of sockets, for whoever wants to look into it.</summary>
    internal int SocketsFd => _sockets;

    /// <summary>
    /// From here on what this socket receives goes out of it again. What it had received before lies in its queue, and
    /// would wait there for the next packet: setting the low-water mark makes the kernel look again, so those bytes
    /// take the same way and keep their place.
    /// </summary>
    /// <returns>0, or -errno (EOPNOTSUPP when its peer has finished or it is gone already).</returns>
    public int Insert(int fd)
    {
        int result = Sockets.Cookie(fd, out ulong cookie);
        result = result < 0 ? result : BpfMap.Update(_sockets, cookie, (ulong)fd);
        return result < 0
            ? result
            : Sockets.SetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVLOWAT, 1);
    }

    /// <summary>Reads what the program counted: <see cref="EchoVerdict"/> says what stands where.</summary>
    public long[] Read() => _sums.Read();

    public void Dispose()
    {
        _ = Descriptors.Close(_sockets);
        _ = Descriptors.Close(_program);
        _ = Descriptors.Close(_counters);
    }

    internal static int Check(int result, string what, string log)
    {
        if (result >= 0)
        {
            return result;
        }

        string said = log.Length == 0 ? "" : $" ({log.Split('\n')[^2..][0]})";
        throw new SetupException(
            $"the kernel refuses {what}{said}: {Errno.Text(-result)}",
            "a kernel from Linux 5.13 on is needed; --engine auto needs none of this",
            -result);
    }
}
