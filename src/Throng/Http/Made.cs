using Throng.Linux;

namespace Throng;

/// <summary>A value that is costly to make, kept for a time for all who ask. Any thread; it is made by one.</summary>
internal sealed class Made<T>(TimeSpan pace, Func<T> make)
    where T : class
{
    private readonly Lock _lock = new();
    private T? _value;
    private long _atNs;

    public T Take()
    {
        lock (_lock)
        {
            if (_value is null || TimeSpan.FromTicks((Clock.NowNs() - _atNs) / TimeSpan.NanosecondsPerTick) >= pace)
            {
                _atNs = Clock.NowNs();
                _value = make();
            }

            return _value;
        }
    }

    /// <summary>Makes it anew when it is next asked for.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _value = null;
        }
    }
}
