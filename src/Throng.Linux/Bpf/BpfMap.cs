using System.Globalization;

namespace Throng.Linux;

/// <summary>Kinds of maps: the kernel's numbers.</summary>
public enum BpfMapKind : uint
{
    Hash = 1,
    Array = 2,

    /// <summary>A value for each CPU; looking one up gives all of them.</summary>
    PerCpuArray = 6,

    /// <summary>AF_XDP sockets by the queue they take packets of.</summary>
    XdpSockets = 17,

    /// <summary>Sockets by a key; whoever is in it runs the map's program for what it receives.</summary>
    SocketHash = 18,
}

/// <summary>Map that a program and the process share. All calls return 0 or more, or -errno.</summary>
public static unsafe class BpfMap
{
    private const ulong UpdateAny = 0;

    /// <summary>How many values a map for each CPU has: CPUs that this machine could ever have.</summary>
    public static int PossibleCpus { get; } =
        ParsePossible(ProcFile.TryRead("/sys/devices/system/cpu/possible")) ?? Environment.ProcessorCount;

    /// <summary>BPF_MAP_CREATE; nothing is allocated for entries that are not there.</summary>
    /// <returns>The descriptor, or -errno (EPERM without CAP_BPF).</returns>
    public static int Create(BpfMapKind kind, int keyBytes, int valueBytes, int entriesMax, string name)
    {
        bpf_attr_map_create attributes = new()
        {
            map_type = (uint)kind, key_size = (uint)keyBytes, value_size = (uint)valueBytes,
            max_entries = (uint)entriesMax,
        };
        BpfProgram.CopyName(name, attributes.map_name);
        return BpfProgram.Command(BpfConstants.BPF_MAP_CREATE, &attributes, sizeof(bpf_attr_map_create));
    }

    /// <summary>BPF_MAP_UPDATE_ELEM: adds or replaces.</summary>
    /// <returns>0, or -errno (E2BIG when the map is full).</returns>
    public static int Update<TKey, TValue>(int mapFd, TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        bpf_attr_map_elem attributes = new() { map_fd = mapFd, key = &key, value = &value, flags = UpdateAny };
        return BpfProgram.Command(BpfConstants.BPF_MAP_UPDATE_ELEM, &attributes, sizeof(bpf_attr_map_elem));
    }

    /// <summary>BPF_MAP_LOOKUP_ELEM.</summary>
    /// <returns>0, or -errno (ENOENT).</returns>
    public static int Lookup<TKey, TValue>(int mapFd, TKey key, Span<TValue> values)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        fixed (TValue* first = values)
        {
            bpf_attr_map_elem attributes = new() { map_fd = mapFd, key = &key, value = first };
            return BpfProgram.Command(BpfConstants.BPF_MAP_LOOKUP_ELEM, &attributes, sizeof(bpf_attr_map_elem));
        }
    }

    /// <summary>BPF_MAP_DELETE_ELEM.</summary>
    /// <returns>0, or -errno (ENOENT; EINVAL too of a socket that has closed meanwhile).</returns>
    public static int Delete<TKey>(int mapFd, TKey key)
        where TKey : unmanaged
    {
        bpf_attr_map_elem attributes = new() { map_fd = mapFd, key = &key };
        return BpfProgram.Command(BpfConstants.BPF_MAP_DELETE_ELEM, &attributes, sizeof(bpf_attr_map_elem));
    }

    /// <summary>BPF_MAP_LOOKUP_BATCH from the beginning: as many entries as fit the spans.</summary>
    /// <returns>How many, or -errno.</returns>
    public static int LookupMany<TKey, TValue>(int mapFd, Span<TKey> keys, Span<TValue> values)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        ulong next = 0;
        fixed (TKey* firstKey = keys)
        fixed (TValue* firstValue = values)
        {
            bpf_attr_map_batch attributes = new()
            {
                out_batch = &next, keys = firstKey, values = firstValue,
                count = (uint)Math.Min(keys.Length, values.Length), map_fd = mapFd,
            };
            int result = BpfProgram.Command(
                BpfConstants.BPF_MAP_LOOKUP_BATCH, &attributes, sizeof(bpf_attr_map_batch));

            // At the end of the map it says ENOENT, and the count is right all the same.
            return result >= 0 || result == -Errno.ENOENT ? (int)attributes.count : result;
        }
    }

    /// <summary>Adds up the values that a map for each CPU has under one key: counters of 64 bits.</summary>
    /// <param name="sums">One for each counter of a value.</param>
    /// <returns>0 or -errno; the sums are 0 then.</returns>
    public static int ReadCounters(int mapFd, uint key, Span<ulong> sums)
    {
        int cpus = PossibleCpus;
        Span<ulong> values = stackalloc ulong[cpus * sums.Length];
        sums.Clear();
        int result = Lookup(mapFd, key, values);
        for (int i = 0; result >= 0 && i < values.Length; i++)
        {
            sums[i % sums.Length] += values[i];
        }

        return result;
    }

    /// <summary>"0-3", "0" or "0-1,4-7": the number after the last of them; null for anything else.</summary>
    public static int? ParsePossible(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> list = text.Trim();
        ReadOnlySpan<char> last = list[(list.LastIndexOfAny(',', '-') + 1)..];
        return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) ? cpu + 1 : null;
    }
}
