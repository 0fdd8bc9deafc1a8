using System.Diagnostics;
using System.Globalization;

namespace Throng.Fuzz;

/// <summary>
/// Mutates inputs of one target for a time, keeps those that go a new way through the code, and writes those that show
/// a fault: each kind once, made as short as it goes.
/// </summary>
internal sealed class Campaign(FuzzTarget target, CoverageMap map, string folder, ulong seed) : IDisposable
{
    private const int KindsMax = 50;
    private const int Shortenings = 2000;

    private readonly List<byte[]> _kept = [];
    private readonly Dictionary<string, string> _faults = [];
    private readonly Mutator _mutator = new(target, seed);
    private readonly InputInHand _inHand = new(Path.Combine(folder, target.Name + ".last"));
    private long _inputs;

    /// <summary>Runs, and says what came of it as a row of a table.</summary>
    public string Run(TimeSpan time)
    {
        string kept = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
        IEnumerable<byte[]> before = Directory.EnumerateFiles(kept).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes);
        foreach (byte[] input in Corpus.Of(target).Select(file => file.Input).Concat(before))
        {
            Take(input, isOurs: true);
        }

        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time && _faults.Count < KindsMax)
        {
            for (int i = 0; i < 256; i++)
            {
                byte[] other = _kept[_mutator.Below(_kept.Count)];
                ReadOnlySpan<byte> input = _mutator.Mutate(Picked(), other);
                if (Take(input, isOurs: false))
                {
                    File.WriteAllBytes(Path.Combine(kept, $"{_kept.Count:D5}"), _kept[^1]);
                }
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        string faults = _faults.Count == 0 ? "none" : string.Join("; ", _faults.Keys);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {target.Name} | {seconds / 60:F1} | {_inputs:N0} | {_inputs / seconds:N0} | {map.Ways:N0} "
            + $"| {_kept.Count:N0} | {faults} |");
    }

    public void Dispose() => _inHand.Dispose();

    /// <summary>One of the inputs; of the youngest ones more often, for they led somewhere new.</summary>
    private byte[] Picked()
    {
        int young = Math.Max(1, _kept.Count / 8);
        return _mutator.Below(3) == 0
            ? _kept[_kept.Count - 1 - _mutator.Below(young)]
            : _kept[_mutator.Below(_kept.Count)];
    }

    /// <summary>Has an input read; true when it is kept.</summary>
    private bool Take(ReadOnlySpan<byte> input, bool isOurs)
    {
        _inputs++;
        _inHand.Hold(input);
        map.Clear();
        Fault? fault = Judge.Try(target, input);
        bool isKept = map.Learn() || isOurs;
        _inHand.Release();
        if (fault is not null)
        {
            Write(input, fault);
        }
        else if (isKept)
        {
            _kept.Add(input.ToArray());
        }

        return isKept && fault is null;
    }

    private void Write(ReadOnlySpan<byte> input, Fault fault)
    {
        if (_faults.ContainsKey(fault.Kind))
        {
            return;
        }

        byte[] shortened = Shorten(input.ToArray(), fault.Kind);
        string path = Path.Combine(folder, $"{target.Name}.fault-{_faults.Count + 1}");
        _faults.Add(fault.Kind, path);
        File.WriteAllBytes(path, shortened);
        File.WriteAllText(path + ".txt", fault.Text + "\n");
        Console.Error.WriteLine($"{target.Name}: {fault.Kind}: {path}");
    }

    /// <summary>Takes out pieces for as long as the fault is of the same kind.</summary>
    private byte[] Shorten(byte[] input, string kind)
    {
        int left = Shortenings;
        for (int bytes = Math.Max(1, input.Length / 2); bytes > 0; bytes /= 2)
        {
            for (int at = 0; at + bytes <= input.Length && left > 0; left--)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + bytes)];
                if (Judge.Try(target, shorter)?.Kind == kind)
                {
                    input = shorter;
                }
                else
                {
                    at += bytes;
                }
            }
        }

        return input;
    }
}
