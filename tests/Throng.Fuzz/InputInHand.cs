using System.IO.MemoryMappedFiles;

namespace Throng.Fuzz;

/// <summary>
/// The input that is being read, in a file that outlives the process: where it ends in a way that no exception tells
/// of, or does not end, the file has it. A length of 32 bits is before it.
/// </summary>
internal sealed class InputInHand : IDisposable
{
    private const int BytesMax = 1 << 20;

    /// <summary>An input that takes longer than this never ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _watch;
    private long _heldSince;

    public InputInHand(string path)
    {
        _path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, BytesMax);
        _view = _file.CreateViewAccessor();
        _watch = new Timer(_ => Look(), null, Patience, TimeSpan.FromSeconds(1));
    }

    public unsafe void Hold(ReadOnlySpan<byte> input)
    {
        byte* bytes = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        *(int*)bytes = input.Length;
        input.CopyTo(new Span<byte>(bytes + sizeof(int), BytesMax - sizeof(int)));
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        Volatile.Write(ref _heldSince, Environment.TickCount64);
    }

    public void Release() => Volatile.Write(ref _heldSince, 0);

    public void Dispose()
    {
        _watch.Dispose();
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    private void Look()
    {
        long since = Volatile.Read(ref _heldSince);
        if (since > 0 && Environment.TickCount64 - since > Patience.TotalMilliseconds)
        {
            Console.Error.WriteLine($"an input does not end: {_path}");
            Environment.Exit(1);
        }
    }
}
