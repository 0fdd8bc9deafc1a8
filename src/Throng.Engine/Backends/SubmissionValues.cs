using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Addresses and option values that submissions point to. The kernel reads them when it takes the submission, so as
/// many as there are submission entries, used in turn, are enough.
/// </summary>
internal sealed unsafe class SubmissionValues : IDisposable
{
    private readonly SockAddr* _addresses;
    private readonly int* _numbers;
    private readonly linger* _linger;
    private readonly msghdr* _header;
    private readonly uint _mask;
    private readonly nuint _bytes;
    private uint _nextAddress;
    private uint _nextNumber;

    private SubmissionValues(uint entries, byte* memory, nuint bytes)
    {
        _mask = entries - 1;
        _bytes = bytes;
        _addresses = (SockAddr*)memory;
        _numbers = (int*)(memory + (entries * (nuint)sizeof(SockAddr)));
        _linger = (linger*)(_numbers + entries);
        _linger->l_onoff = 1;
        _header = (msghdr*)(_linger + 1);
    }

    /// <summary>Makes room for them, also while connections are open.</summary>
    /// <param name="entries">A power of two.</param>
    /// <returns>0, or -errno (ENOMEM).</returns>
    public static int Create(uint entries, out SubmissionValues? values)
    {
        nuint bytes = (entries * ((nuint)sizeof(SockAddr) + sizeof(int))) + (nuint)sizeof(linger)
            + (nuint)sizeof(msghdr);
        int result = Memory.Map(bytes, out void* memory);
        values = result < 0 ? null : new SubmissionValues(entries, (byte*)memory, bytes);
        return result;
    }

    /// <summary>Linger for no time: closing sends a reset.</summary>
    public linger* LingerZero => _linger;

    /// <summary>There is one: every listener's is the same.</summary>
    public msghdr* Keep(in msghdr header)
    {
        *_header = header;
        return _header;
    }

    public SockAddr* Keep(in SockAddr address)
    {
        SockAddr* kept = _addresses + (_nextAddress++ & _mask);
        *kept = address;
        return kept;
    }

    public int* Keep(int number)
    {
        int* kept = _numbers + (_nextNumber++ & _mask);
        *kept = number;
        return kept;
    }

    public void Dispose() => Reserved.Unmap(_addresses, _bytes);
}
