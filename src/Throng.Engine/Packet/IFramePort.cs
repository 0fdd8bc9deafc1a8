namespace Throng.Engine;

/// <summary>One queue of an interface: Ethernet frames in and out. Owner: one thread, apart from Wake.</summary>
internal interface IFramePort : IDisposable
{
    /// <summary>Monotonic time in ns, or the simulation's.</summary>
    long NowNs();

    /// <summary>Bytes of a frame to send; empty when none is free now, and the caller keeps its work.</summary>
    /// <param name="frame">Names it to <see cref="Send"/> or <see cref="GiveBack"/>, of which one follows.</param>
    Span<byte> Take(out int frame);

    /// <summary>Sends a frame with the next <see cref="Wait"/>.</summary>
    /// <param name="bytes">How many of its bytes, from the first on.</param>
    void Send(int frame, int bytes);

    /// <summary>Returns a frame that was taken and is not sent.</summary>
    void GiveBack(int frame);

    /// <summary>Frames that came, oldest first; each is valid until it is returned.</summary>
    /// <returns>How many.</returns>
    int Receive(Span<ArrivedFrame> into);

    Span<byte> BytesOf(in ArrivedFrame frame);

    void Return(in ArrivedFrame frame);

    /// <summary>
    /// Sends what waits; then waits until a frame came, there is room to send, <see cref="Wake"/> was called or it is
    /// time.
    /// </summary>
    /// <param name="untilNs">A time in the past: does not wait.</param>
    void Wait(long untilNs);

    /// <summary>Ends the present or next wait. Any thread.</summary>
    void Wake();

    /// <summary>Counts since the port was made. Any thread.</summary>
    FramePortCounts Counts { get; }
}

/// <summary>A frame that came: where it lies and how long it is.</summary>
internal readonly record struct ArrivedFrame(int Offset, int Bytes);

/// <summary>Counts of one port.</summary>
/// <param name="FramesIn">Frames that came.</param>
/// <param name="FramesOut">Frames that the kernel was given.</param>
/// <param name="SendFull">How often the kernel took no more frames for the moment.</param>
/// <param name="ReceiveFull">Frames that were dropped because this end had not taken those before.</param>
/// <param name="Dropped">Frames that were dropped for another reason, such as their length.</param>
internal readonly record struct FramePortCounts(
    long FramesIn, long FramesOut, long SendFull, long ReceiveFull, long Dropped)
{
    /// <summary>Frames that came for another port and were handed over to it.</summary>
    public long Passed { get; init; }

    /// <summary>Frames for another port that were dropped, since it had not taken those before.</summary>
    public long PassFull { get; init; }
}
