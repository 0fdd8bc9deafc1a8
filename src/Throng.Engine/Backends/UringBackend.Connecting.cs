using Throng.Linux;

namespace Throng.Engine;

/// <summary>Opening a connection, and how that ended.</summary>
public sealed unsafe partial class UringBackend
{
    public void Open(Handle connection, in OpenSpec spec)
    {
        ref Connection record = ref _slab[connection];
        TakeOptions(ref record, spec);
        int name = _tables.RentClient();
        record.Descriptor = Math.Max(0, name);
        if (name < 0)
        {
            record.Phase = Phase.Closing;
            _immediate.Add(new Completion(connection, Operation.Closed, -Errno.ENFILE, default, 0));
            return;
        }

        RingTable table = _tables.Of(name);
        uint slot = _tables.SlotOf(name);
        ulong setup = connection.ToUserData(OfSetup);
        io_uring_sqe* sqe = table.Next();
        Prep.Socket(sqe, setup, spec.Remote.Family, SocketSetup.TypeOf(spec.Options.Transport), 0, slot);
        RingTable.OnlyFailures(sqe);
        for (int i = 0; i < SocketSetup.OptionCount(spec); i++)
        {
            (int level, int option, int value) = SocketSetup.Option(spec, i);
            table.SetOption(setup, slot, level, option, value);
        }

        if (SocketSetup.Binds(spec, out SockAddr local))
        {
            table.Bind(connection.ToUserData(OfBind), slot, local);
        }

        record.Flags |= Connecting;
        if (spec.IsDatagram)
        {
            table.ConnectDatagrams(connection.ToUserData(OfConnect), slot, spec.Remote);
        }
        else
        {
            table.ConnectStream(connection.ToUserData(OfConnect), slot, spec.Remote);
        }
    }

    /// <summary>A connect ended with an errno, or with the poll bits of its socket.</summary>
    private void OnLookedAt(Handle connection, ref Connection record, int result)
    {
        const int HasState = (int)(EpollConstants.EPOLLOUT | EpollConstants.EPOLLHUP);
        if (result < 0 || (result & HasState) != 0 || record.Phase == Phase.Closing)
        {
            OnConnected(connection, ref record, Math.Min(result, 0));
            return;
        }

        // An error, and not connected: still Connecting until the error is known.
        Prep.FixedFdInstall(TableOf(record).Next(), connection.ToUserData(OfError), SlotOf(record));
    }

    /// <summary>
    /// A descriptor for a moment, to ask for the error of a connect. Kernels before 6.8 give none: the error is then
    /// called a refusal, which it nearly always is.
    /// </summary>
    private void OnError(Handle connection, ref Connection record, int fd)
    {
        int error = 0;
        if (fd >= 0)
        {
            error = Sockets.PendingError(fd);
            _ = Descriptors.Close(fd);
        }

        OnConnected(connection, ref record, error < 0 ? error : -Errno.ECONNREFUSED);
    }

    private void OnConnected(Handle connection, ref Connection record, int result)
    {
        record.Flags &= unchecked((ushort)~Connecting);
        int errno = ErrnoOf(record) != 0 ? ErrnoOf(record) : -result;
        if (errno != 0)
        {
            Fail(connection, ref record, errno);
        }
        else if (record.Phase == Phase.Connecting)
        {
            Add(connection, Operation.Opened, 0);
        }
    }
}
