using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// How often each TLS error happened on one worker. The worker writes, the sampler reads; there is room for a few
/// kinds, and what is more is counted as the last of them.
/// </summary>
public sealed class TlsErrors
{
    /// <summary>No error of OpenSSL's: the peer's FIN in the handshake.</summary>
    public const ulong PeerFinished = ulong.MaxValue;

    private const int KindsMax = 16;

    private readonly ulong[] _kinds = new ulong[KindsMax];
    private readonly long[] _counts = new long[KindsMax];
    private int _used;

    public void Add(ulong error)
    {
        int at = 0;
        while (at < _used && _kinds[at] != error && at < KindsMax - 1)
        {
            at++;
        }

        if (at == _used)
        {
            _kinds[at] = error;
            Volatile.Write(ref _used, at + 1);
        }

        _counts[at]++;
    }

    /// <summary>Adds the counts to <paramref name="into"/>, by what a person reads. Any thread.</summary>
    public void AddTo(IDictionary<string, long> into)
    {
        for (int i = 0; i < Volatile.Read(ref _used); i++)
        {
            string text = _kinds[i] == PeerFinished
                ? "the peer ended the connection in the handshake"
                : OpenSsl.Text(_kinds[i]);
            _ = into.TryGetValue(text, out long before);
            into[text] = before + Volatile.Read(ref _counts[i]);
        }
    }
}
